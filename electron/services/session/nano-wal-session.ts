import { basename, join } from 'node:path';
import type { Finding } from '../../../shared/model/finding.ts';
import { SAMPLES_PER_MS } from '../../../shared/time/samples.ts';
import { glanceAtLogs, type NanoLogFile, type NanoLogs, readNanoWal } from '../../io/read-nano-wal.ts';
import { readSmallFile } from '../../io/small-file.ts';
import { NanoCollector } from '../../media/nano-wal/collector.ts';
import { fileStem } from '../../media/nano-wal/log-file.ts';
import { type NanoSession, parseNanoSession } from '../../media/nano-wal/session.ts';
import { PacketTableBuilder } from '../../media/packet-table.ts';
import { place } from '../../media/timeline/place.ts';
import {
  type LoadedTrack,
  type LoadOptions,
  type Marker,
  MOST_TRAILING_SILENCE_MS,
  type Player,
  type Session,
} from './session.ts';

const MANIFEST = 'session.json';

/** libopus's lookahead at 48 kHz, which the logs do not tell: 6.5 ms (RFC 7845 section 4.2 leaves it to the encoder). */
const ASSUMED_PRE_SKIP_SAMPLES = 312;

/**
 * How far a packet's place may lie behind its stamp, its own length included. A player whose last stamp is at least
 * this much before the declared end need not be read to know about where the session ends. A sender's fast clock can
 * carry packets further, so files that must have one length do not rely on it.
 */
const STAMP_MARGIN_MS = 1000;

interface NanoPlayer extends Player {
  readonly files: readonly NanoLogFile[];
}

/** A session folder of Bedrock Voice Chat. Its manifest is often unfinished; the logs decide. */
export class NanoWalSession implements Session {
  readonly format = 'nano-wal';
  readonly markers: readonly Marker[] = [];
  readonly zone = undefined;
  readonly folder: string;
  readonly id: string;
  readonly title: string;
  readonly t0UnixMicros: number;
  readonly t0Known: boolean;
  readonly declaredEndSamples: number | null;
  readonly players: readonly NanoPlayer[];
  readonly findings: readonly Finding[];
  readonly logBytes: number;

  private constructor(folder: string, manifest: NanoSession, { files, findings }: NanoLogs) {
    const declaredMs = believableEnd(manifest, files);
    this.folder = folder;
    this.id = manifest.sessionId ?? basename(folder);
    this.title = '';
    this.t0UnixMicros = manifest.t0UnixMicros;
    this.t0Known = manifest.startSource !== 'unknown';
    this.declaredEndSamples = typeof declaredMs === 'number' ? declaredMs * SAMPLES_PER_MS : null;
    this.players = playersIn(files, manifest.participants);
    this.findings = [
      ...manifest.findings,
      ...(typeof declaredMs === 'string' ? [badManifest(declaredMs)] : []),
      ...withoutLog(manifest.participants, this.players).map((name) =>
        badManifest(`"${name}" is listed but has no log.`),
      ),
      ...findings,
    ];
    this.logBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** Reads the manifest and glances at the logs. */
  static async open(folder: string): Promise<NanoWalSession> {
    const manifest = parseNanoSession(await readSmallFile(join(folder, MANIFEST)));
    return new NanoWalSession(folder, manifest, await glanceAtLogs(folder));
  }

  playerBytes(playerId: string): number {
    const player = this.players.find(({ id }) => id === playerId);
    return (player?.files ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  likelyChannels(playerId: string): 1 | 2 {
    const player = this.players.find(({ id }) => id === playerId);
    return player?.files.some(({ channels }) => channels === 2) === true ? 2 : 1;
  }

  async load(playerIds: readonly string[], options: LoadOptions): Promise<readonly LoadedTrack[]> {
    const loaded: LoadedTrack[] = [];
    for (const player of this.players) {
      if (playerIds.includes(player.id)) loaded.push(await this.#loadOne(player, options));
    }
    return loaded;
  }

  async endSamples(playerIds: readonly string[], options: LoadOptions): Promise<number> {
    const declared = this.declaredEndSamples;
    let end = declared ?? 0;
    for (const player of this.players) {
      const lastMs = Math.max(...player.files.map(({ lastMs }) => lastMs ?? Infinity));
      const isExact = playerIds.length > 1 && playerIds.includes(player.id);
      if (!isExact && declared !== null && (lastMs + STAMP_MARGIN_MS) * SAMPLES_PER_MS <= declared) continue;
      const { packets, repeats } = await this.#loadOne(player, options);
      end = Math.max(end, place(packets, { repeats }).endSamples);
    }
    return end;
  }

  async #loadOne(player: NanoPlayer, options: LoadOptions): Promise<LoadedTrack> {
    const collector = new NanoCollector();
    await readNanoWal(this.folder, player.files, collector, options);
    const [track] = collector.tracks;
    return {
      player: { ...player, inputRate: track?.sampleRate ?? player.inputRate },
      channels: track?.channels ?? 1,
      packets: (track?.packets ?? new PacketTableBuilder('arrival', 0)).finish(),
      parts: collector.parts,
      repeats: track?.repeats ?? [],
      findings: collector.findings.kept,
      damageTotals: collector.findings.damage,
      checks: [],
    };
  }
}

/** Milliseconds from T0, undefined when the session was not closed, or a text that says why it is not believed. */
function believableEnd(manifest: NanoSession, files: readonly NanoLogFile[]): number | string | undefined {
  const { durationMs, endUnixMicros, t0UnixMicros } = manifest;
  const endMs =
    durationMs ?? (endUnixMicros === undefined ? undefined : (endUnixMicros - t0UnixMicros) / 1000);
  if (endMs === undefined) return undefined;
  const lastMs = Math.max(0, ...files.map((file) => file.lastMs ?? 0));
  if (endMs - lastMs <= MOST_TRAILING_SILENCE_MS) return Math.round(endMs);
  return `session.json gives the session ${Math.round(endMs / 3_600_000)} hours, its packets end long before; they are believed.`;
}

function badManifest(reason: string): Finding {
  return { kind: 'bad-manifest', file: MANIFEST, startByte: 0, endByte: 0, reason };
}

/** Participants whom no log has: neither by its key nor, where that cannot be read, by its file's name. */
function withoutLog(participants: readonly string[], players: readonly NanoPlayer[]): readonly string[] {
  const names = new Set(players.map(({ name }) => name));
  const unread = players.flatMap(({ files }) => files).filter(({ key }) => key === undefined);
  const stems = new Set(unread.map(({ stem }) => stem));
  return [...new Set(participants)].filter((name) => !names.has(name) && !stems.has(fileStem(name)));
}

/** The files by player, as the collector will find them. A group is one player's, so the first one's is unique. */
function playersIn(files: readonly NanoLogFile[], participants: readonly string[]): readonly NanoPlayer[] {
  const collector = new NanoCollector();
  const byTrack = new Map<object, NanoLogFile[]>();
  for (const file of files) {
    const track = collector.begin(file.file, file.key);
    byTrack.set(track, [...(byTrack.get(track) ?? []), file]);
  }
  const players = collector.tracks.map((track) => {
    const own = byTrack.get(track) ?? [];
    return {
      id: own[0]?.group ?? track.player,
      name: track.player,
      preSkipSamples: ASSUMED_PRE_SKIP_SAMPLES,
      inputRate: 48_000,
      files: own,
    };
  });
  const rank = ({ name }: Player): number => {
    const at = participants.indexOf(name);
    return at === -1 ? participants.length : at;
  };
  return players.sort((a, b) => rank(a) - rank(b));
}
