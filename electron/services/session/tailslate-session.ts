import { join } from 'node:path';
import type { Finding } from '../../../shared/model/finding.ts';
import { listSegments, readLog, type SegmentFile } from '../../io/read-log.ts';
import { readSmallFile } from '../../io/small-file.ts';
import { LogCollector } from '../../media/log/collector.ts';
import { MANIFEST_FILE, type Manifest, parseManifest } from '../../media/log/manifest.ts';
import { NO_TRACK } from '../../media/log/record.ts';
import { lastEndSamples, PacketTableBuilder } from '../../media/packet-table.ts';
import type { LoadedTrack, LoadOptions, Marker, Player, Session } from './session.ts';

/** A session in our own log format. Its logs say what it holds; the manifest adds the title. */
export class TailslateSession implements Session {
  readonly format = 'tailslate';
  readonly folder: string;
  readonly id: string;
  readonly title: string;
  readonly t0UnixMicros: number;
  readonly declaredEndSamples: number | null;
  readonly players: readonly Player[];
  readonly markers: readonly Marker[];
  readonly findings: readonly Finding[];
  readonly logBytes: number;
  readonly #segments: readonly SegmentFile[];

  private constructor(
    folder: string,
    segments: readonly SegmentFile[],
    log: LogCollector,
    manifest: Manifest | undefined,
    findings: readonly Finding[],
  ) {
    const header = log.segments.find((segment) => segment.header !== undefined)?.header;
    this.folder = folder;
    this.#segments = segments;
    this.id = log.sessionId ?? manifest?.sessionId ?? 'unknown';
    this.title = manifest?.title ?? '';
    this.t0UnixMicros = header?.t0UnixMicros ?? manifest?.t0UnixMicros ?? 0;
    this.declaredEndSamples = log.endSamples ?? manifest?.endSamples ?? null;
    this.players = [...log.tracks.values()].map(({ info }) => ({
      id: String(info.id),
      name: info.name,
      preSkipSamples: info.preSkipSamples,
      inputRate: info.inputRate,
    }));
    this.markers = log.markers;
    this.findings = findings;
    this.logBytes = segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** Reads what is not packets: manifest, headers, indexes, and the segments that have none. */
  static async open(folder: string): Promise<TailslateSession> {
    const { manifest, findings } = parseManifest(await readSmallFile(join(folder, MANIFEST_FILE)));
    const segments = await listSegments(folder);
    const log = new LogCollector({ onlyTrack: NO_TRACK, sessionId: manifest?.sessionId });
    await readLog(folder, segments, log, { useIndexes: true });
    return new TailslateSession(folder, segments, log, manifest, findings);
  }

  /** Tracks share segments; an even share is what all of them come to together. */
  playerBytes(): number {
    return Math.ceil(this.logBytes / Math.max(1, this.players.length));
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
          findings: log.findings.kept.filter((finding) => (finding.track ?? player.name) === player.name),
          // A segment in which the track has no packets has nothing to compare.
          checks: (track?.checks ?? []).filter(({ firstRow, endRow }) => firstRow < endRow),
        };
      });
  }

  async endSamples(options: LoadOptions): Promise<number> {
    if (this.declaredEndSamples !== null) return this.declaredEndSamples;
    const log = await this.#read(undefined, options);
    let end = 0;
    for (const { packets } of log.tracks.values()) end = Math.max(end, lastEndSamples(packets.finish()));
    return end;
  }

  async #read(onlyTrack: number | undefined, { mode, signal, onBytes }: LoadOptions): Promise<LogCollector> {
    const log = new LogCollector({ onlyTrack, sessionId: this.id === 'unknown' ? undefined : this.id });
    await readLog(this.folder, this.#segments, log, { useIndexes: mode === 'indexed', signal, onBytes });
    return log;
  }
}
