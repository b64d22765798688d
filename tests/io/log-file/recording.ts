import { LogFile, type LogFileOptions, type LogFileState } from '../../../electron/io/log-file/log-file.ts';
import { LogCollector } from '../../../electron/media/log/collector.ts';
import type { Manifest } from '../../../electron/media/log/manifest.ts';
import { segmentNumber } from '../../../electron/media/log/segment.ts';
import { packet, scanInto, SESSION_ID, T0_UNIX_MICROS, trackInfo } from '../../media/log/sample.ts';

export const SESSION_FOLDER = '/library/session';
export const PACKET_SAMPLES = 960;

export function manifestOf(tracks: number, endSamples: number | null = null): Manifest {
  return {
    sessionId: SESSION_ID,
    title: 'Test session',
    t0UnixMicros: T0_UNIX_MICROS,
    createdAt: '2025-11-21T06:03:20.000Z',
    zone: 'Europe/Oslo',
    endSamples,
    tracks: Array.from({ length: tracks }, (_, id) => trackInfo(id)),
    appVersion: '0.1.0',
  };
}

export type Given = Pick<LogFileOptions, 'files' | 'clock'> & Partial<LogFileOptions> & { tracks?: number };

export interface Opened {
  readonly log: LogFile;
  /** Every state that was told, in order. */
  readonly states: LogFileState[];
}

export async function openLog(given: Given, folder = SESSION_FOLDER): Promise<Opened> {
  const manifest = manifestOf(given.tracks ?? 2);
  const { sessionId, t0UnixMicros, zone, tracks } = manifest;
  const states: LogFileState[] = [];
  const log = await LogFile.create(folder, {
    identity: { sessionId, t0UnixMicros, zone, tracks },
    manifest,
    durabilityMillis: 500,
    holder: 'a test',
    onState: (state) => states.push(state),
    ...given,
  });
  return { log, states };
}

/** The packet of a track at a slot of 20 ms: its bytes tell both. */
export function packetAt(track: number, slot: number): Uint8Array {
  return packet(track * 1009 + slot, 12 + ((slot * 7 + track) % 9));
}

/** Appends one packet; whether it was taken. */
export function appendSlot(log: LogFile, track: number, slot: number): boolean {
  return log.append(track, slot * PACKET_SAMPLES, [packetAt(track, slot)]);
}

/** Scans the segments among these files as recovery does. */
export function scanFiles(files: ReadonlyMap<string, Uint8Array>): LogCollector {
  const collector = new LogCollector();
  const segments = [...files].filter(([path]) => segmentNumber(path) !== undefined);
  for (const [path, bytes] of segments.sort(([a], [b]) => (a < b ? -1 : 1)))
    scanInto(collector, path.slice(SESSION_FOLDER.length + 1), bytes);
  return collector;
}

/** Per track, the slots found; throws where a packet's bytes are not those that were appended. */
export function slotsIn(files: ReadonlyMap<string, Uint8Array>): Map<number, Set<number>> {
  const collector = scanFiles(files);
  const found = new Map<number, Set<number>>();
  for (const [track, { packets }] of collector.tracks) {
    const { positionsSamples, offsetsBytes, sizesBytes, parts } = packets.finish();
    const slots = new Set<number>();
    positionsSamples.forEach((position, row) => {
      const slot = position / PACKET_SAMPLES;
      const part = collector.parts[parts[row] ?? 0];
      const bytes = files.get(`${SESSION_FOLDER}/${part?.file ?? ''}`);
      const start = (part?.baseByte ?? 0) + (offsetsBytes[row] ?? 0);
      const payload = bytes?.subarray(start, start + (sizesBytes[row] ?? 0));
      if (payload === undefined || Buffer.compare(payload, packetAt(track, slot)) !== 0)
        throw new Error(`track ${track}, slot ${slot}: other bytes than were appended`);
      if (slots.has(slot)) throw new Error(`track ${track}, slot ${slot}: there twice`);
      slots.add(slot);
    });
    found.set(track, slots);
  }
  return found;
}
