import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nanoFileHeader, nanoFileName, nanoRecord, opusPacket } from './nano-wal-writer.ts';
import { Random } from './random.ts';

const NANO_START_MS = 1_773_532_752_345;

/** Milliseconds of one packet. */
export const PACKET_MS = 20;

/** A log of one player, its records apart, so that a test can damage one and know which packet that costs. */
export interface NanoLog {
  readonly player: string;
  readonly packets: readonly Uint8Array[];
  readonly records: readonly Uint8Array[];
}

/** Packets of 60 to 120 random bytes, one every 20 ms from `startMs` on; none is an accident of the one before it. */
export function nanoLogOf(player: string, count: number, seed: number, startMs = 40): NanoLog {
  const random = new Random(seed);
  const packets = Array.from({ length: count }, () => opusPacket(random.bytes(random.int(60, 120))));
  const records = packets.map((packet, i) => nanoRecord(packet, { stampMs: startMs + i * PACKET_MS }));
  return { player, packets, records };
}

/** The log's path within its session folder. */
export function nanoLogPath(player: string): string {
  return join('wal', nanoFileName(player));
}

/** The whole file. */
export function nanoLogBytes({ player, records }: NanoLog): Buffer {
  return Buffer.concat([nanoFileHeader(player), ...records]);
}

/** Where record `index` begins in the file. */
export function recordStart({ player, records }: NanoLog, index: number): number {
  return records.slice(0, index).reduce((sum, { length }) => sum + length, nanoFileHeader(player).length);
}

/** session.json of a session that was closed in order. */
export function nanoManifest(players: readonly string[], durationMs: number): Record<string, unknown> {
  return {
    session_id: '019ceed2-3b19-7000-8000-5eed0000a11c',
    start_timestamp: NANO_START_MS,
    end_timestamp: NANO_START_MS + durationMs,
    duration_ms: durationMs,
    emitter_player: players[0] ?? '',
    participants: players,
    created_at: String(Math.floor(NANO_START_MS / 1000)),
  };
}

/** Writes a session of Bedrock Voice Chat into a folder that does not exist yet. */
export function writeNanoSession(folder: string, logs: readonly NanoLog[], durationMs = 6000): void {
  mkdirSync(join(folder, 'wal'), { recursive: true });
  const manifest = nanoManifest(
    logs.map(({ player }) => player),
    durationMs,
  );
  writeFileSync(join(folder, 'session.json'), JSON.stringify(manifest, undefined, 2));
  for (const log of logs) writeFileSync(join(folder, nanoLogPath(log.player)), nanoLogBytes(log));
}
