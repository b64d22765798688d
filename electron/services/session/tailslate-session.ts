import { join } from 'node:path';
import type { Finding } from '../../../shared/model/finding.ts';
import { agreedSessionId, listLog, readLog, type SegmentFile } from '../../io/read-log.ts';
import { SAMPLES_PER_MS } from '../../../shared/time/samples.ts';
import { readSmallFile } from '../../io/small-file.ts';
import { LogCollector } from '../../media/log/collector.ts';
import {
  MANIFEST_FILE,
  type Manifest,
  type ManifestResult,
  parseManifest,
} from '../../media/log/manifest.ts';
import type { ClockAnchor, LogMarker } from '../../media/log/entry.ts';
import { NO_TRACK } from '../../media/log/record.ts';
import { segmentFile, type SegmentHeader, segmentNumber } from '../../media/log/segment.ts';
import { anchoredT0UnixMicros } from '../../media/log/t0.ts';
import { lastEndSamples, PacketTableBuilder } from '../../media/packet-table.ts';
import {
  type LoadedTrack,
  type LoadOptions,
  type Marker,
  MOST_TRAILING_SILENCE_MS,
  type Player,
  type Session,
} from './session.ts';

const USUAL_PACKET_SAMPLES = 960;
const SMALL_PACKET_BYTES = 32;

/** A session in our own log format. Its logs say what it holds; the manifest adds the title. */
export class TailslateSession implements Session {
  readonly format = 'tailslate';
  readonly folder: string;
  readonly id: string;
  readonly title: string;
  readonly t0UnixMicros: number;
  readonly t0Known: boolean;
  readonly zone: string | undefined;
  readonly declaredEndSamples: number | null;
  readonly players: readonly Player[];
  readonly markers: readonly Marker[];
  readonly findings: readonly Finding[];
  readonly logBytes: number;
  readonly #segments: readonly SegmentFile[];
  readonly #channels: ReadonlyMap<string, 1 | 2>;

  private constructor(
    folder: string,
    segments: readonly SegmentFile[],
    log: LogCollector,
    manifest: Manifest | undefined,
    declaredEndSamples: number | null,
    findings: readonly Finding[],
  ) {
    const header = log.segments.find((segment) => segment.header !== undefined)?.header;
    this.folder = folder;
    this.#segments = segments;
    this.id = log.sessionId ?? manifest?.sessionId ?? 'unknown';
    this.title = manifest?.title ?? '';
    this.t0UnixMicros = t0Of(header, log.anchors[0]) ?? manifest?.t0UnixMicros ?? 0;
    this.t0Known = this.t0UnixMicros > 0;
    const zone = header?.zone ?? manifest?.zone;
    this.zone = zone === '' ? undefined : zone;
    this.declaredEndSamples = declaredEndSamples;
    this.players = [...log.tracks.values()].map(({ info, assumed }) => {
      // Packets whose segment header is lost do not tell whose they are; the manifest still may.
      const listed = assumed ? manifest?.tracks.find(({ id }) => id === info.id) : undefined;
      const { id, name, preSkipSamples, inputRate } = listed ?? info;
      return { id: String(id), name, preSkipSamples, inputRate };
    });
    this.#channels = new Map(
      [...log.tracks.values()].map(({ info: { id, channels } }) => [String(id), channels]),
    );
    this.markers = named(log.markers);
    // With nobody to load, what is wrong with the logs would be told nowhere else.
    this.findings = log.tracks.size > 0 ? findings : [...findings, ...log.findings.kept];
    this.logBytes = segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** Reads what is not packets: manifest, headers, indexes, and the segments that have none. */
  static async open(folder: string): Promise<TailslateSession> {
    const parsed = parseManifest(await readSmallFile(join(folder, MANIFEST_FILE)));
    const { segments, unread } = await listLog(folder);
    const sessionId = (await agreedSessionId(folder, segments)) ?? parsed.manifest?.sessionId;
    const { manifest, findings } = ofSession(sessionId, parsed);
    const log = new LogCollector({ onlyTrack: NO_TRACK, sessionId });
    await readLog(folder, segments, log, { useIndexes: true });
    const session = (end: number | null, finding?: Finding): TailslateSession =>
      new TailslateSession(folder, segments, log, manifest, end, [
        ...findings,
        ...(finding === undefined ? [] : [finding]),
        ...unread.map(unreadFile),
      ]);
    const stated = log.endSamples === undefined ? (manifest?.endSamples ?? null) : null;
    if (stated === null) return session(log.endSamples ?? null);
    // The log's end is written before session.json tells it: either the log lost it, or session.json was changed.
    const last = await session(null).#lastPacketSamples({ mode: 'indexed' });
    if (stated <= last) return session(stated);
    if (stated - last <= MOST_TRAILING_SILENCE_MS * SAMPLES_PER_MS)
      return session(stated, lostEnd(segments, last, stated));
    const hours = Math.round(stated / SAMPLES_PER_MS / 3_600_000);
    const reason = `session.json gives the session ${hours} hours, its packets end long before; they are believed.`;
    return session(null, badManifest(reason));
  }

  /** Tracks share segments; an even share is what all of them come to together. */
  playerBytes(): number {
    return Math.ceil(this.logBytes / Math.max(1, this.players.length));
  }

  likelyChannels(playerId: string): 1 | 2 {
    return this.#channels.get(playerId) ?? 1;
  }

  async load(playerIds: readonly string[], options: LoadOptions): Promise<readonly LoadedTrack[]> {
    const [only, ...others] = playerIds;
    const log = await this.#read(
      others.length === 0 && only !== undefined ? Number(only) : undefined,
      options,
    );
    return this.players
      .filter((player) => playerIds.includes(player.id))
      .map((player) => {
        const track = log.tracks.get(Number(player.id));
        const packets = (track?.packets ?? new PacketTableBuilder('exact', 0)).finish();
        return {
          player,
          channels: track?.info.channels ?? 1,
          packets,
          parts: log.parts,
          repeats: [],
          findings: log.findings.kept.filter(({ track: id }) => (id ?? player.id) === player.id),
          damageTotals: log.findings.damageOf(player.id),
          // A scan has compared every byte already. A segment in which the track has no packets has nothing to compare.
          checks:
            options.mode === 'scan'
              ? []
              : (track?.checks ?? []).filter(({ firstRow, endRow }) => firstRow < endRow),
        };
      });
  }

  async endSamples(_playerIds: readonly string[], options: LoadOptions): Promise<number> {
    const declared = this.declaredEndSamples;
    // Packets that reach beyond a declared end lie in the last segment.
    const segments = declared === null ? this.#segments : this.#segments.slice(-1);
    return Math.max(declared ?? 0, await this.#lastPacketSamples(options, segments));
  }

  /** Where the last packet in these segments ends. */
  async #lastPacketSamples(options: LoadOptions, segments = this.#segments): Promise<number> {
    const log = await this.#read(undefined, options, segments);
    let end = 0;
    for (const { packets } of log.tracks.values()) end = Math.max(end, lastEndSamples(packets.finish()));
    return end;
  }

  /** As many as fit the session at 20 ms each, unless its logs are too small to hold them. */
  #expectedPackets(): number | undefined {
    if (this.declaredEndSamples === null) return undefined;
    return Math.ceil(
      Math.min(this.declaredEndSamples / USUAL_PACKET_SAMPLES, this.logBytes / SMALL_PACKET_BYTES),
    );
  }

  async #read(
    onlyTrack: number | undefined,
    { mode, signal, onBytes }: LoadOptions,
    segments = this.#segments,
  ): Promise<LogCollector> {
    const log = new LogCollector({
      onlyTrack,
      sessionId: this.id === 'unknown' ? undefined : this.id,
      expectedPackets: onlyTrack === undefined ? undefined : this.#expectedPackets(),
    });
    await readLog(this.folder, segments, log, { useIndexes: mode === 'indexed', signal, onBytes });
    return log;
  }
}

/** T0 by the logs: the first anchor corrects what the headers say. */
function t0Of(header: SegmentHeader | undefined, anchor: ClockAnchor | undefined): number | undefined {
  if (header === undefined || anchor === undefined) return header?.t0UnixMicros;
  return anchoredT0UnixMicros(header.t0UnixMicros, header, anchor) ?? header.t0UnixMicros;
}

/** A marker that was set again at its place was renamed: the last name counts. */
function named(markers: readonly LogMarker[]): readonly Marker[] {
  return [...new Map(markers.map((marker) => [`${marker.kind} ${marker.positionSamples}`, marker])).values()];
}

/** What of a manifest concerns the session that the logs hold: of another session's only the title is used. */
function ofSession(
  sessionId: string | undefined,
  { manifest, findings }: ManifestResult,
): Pick<ManifestResult, 'manifest' | 'findings'> {
  if (manifest === undefined || manifest.sessionId === sessionId) return { manifest, findings };
  const reason = `session.json names session ${manifest.sessionId}, the logs hold ${sessionId ?? ''}; they are believed.`;
  return {
    manifest: { ...manifest, endSamples: null, tracks: [] },
    findings: [...findings, badManifest(reason)],
  };
}

function badManifest(reason: string): Finding {
  return { kind: 'bad-manifest', file: MANIFEST_FILE, startByte: 0, endByte: 0, reason };
}

function unreadFile(file: string): Finding {
  const reason = 'The file is not named like a segment of the log and was not read.';
  return { kind: 'unread-file', file, startByte: 0, endByte: 0, reason };
}

/** The log stops without the end that session.json gives: what followed its last segment is gone. */
function lostEnd(segments: readonly SegmentFile[], lastSamples: number, statedSamples: number): Finding {
  const [last, stated] = [lastSamples, statedSamples].map((at) => (at / SAMPLES_PER_MS / 1000).toFixed(1));
  const next = (segmentNumber(segments.at(-1)?.file ?? '') ?? 0) + 1;
  const reason = `The log ends at ${last} s without its end; session.json says that the session lasted ${stated} s.`;
  return { kind: 'hole', file: segmentFile(next), startByte: 0, endByte: 0, reason };
}
