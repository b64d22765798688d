import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nanoFileHeader, nanoFileName, nanoHeader } from '../support/nano-wal-writer.ts';
import { T0_UNIX_MICROS } from '../support/session-folder.ts';
import { BlockFile } from './block-file.ts';
import type { Recording } from './recording.ts';

/** Around a packet of at most 1275 bytes: marker, lengths and a header of some 15 bytes. */
const MOST_RECORD_BYTES = 1400;

/** Writes a session as Bedrock Voice Chat does: a log for each player, stamped on arrival, to the millisecond. */
export function writeNanoSession(folder: string, recording: Recording, players: readonly string[]): void {
  mkdirSync(join(folder, 'wal'), { recursive: true });
  const startMs = T0_UNIX_MICROS / 1000;
  const durationMs = recording.endSamples / 48;
  const manifest = {
    session_id: '7b0c3a52-5f0e-4d1e-9a55-5eed0000b3c4',
    start_timestamp: startMs,
    end_timestamp: startMs + durationMs,
    duration_ms: durationMs,
    emitter_player: players[0],
    participants: players,
    created_at: String(Math.floor(startMs / 1000)),
  };
  writeFileSync(join(folder, 'session.json'), JSON.stringify(manifest));
  for (const [player, name] of players.entries()) writeLog(folder, recording, player, name);
}

function writeLog(folder: string, recording: Recording, player: number, name: string): void {
  const file = new BlockFile(join(folder, 'wal', nanoFileName(name)), MOST_RECORD_BYTES);
  file.append(nanoFileHeader(name));
  let slot = 0;
  for (const stampMs of recording.arrivals(player + 1)) {
    const packet = recording.packet(player, slot++);
    if (packet === undefined) continue;
    const header = nanoHeader({ stampMs });
    const block = file.room();
    block.write('NANORC', 0, 'latin1');
    block.writeUInt16LE(header.length, 6);
    block.set(header, 8);
    let at = 8 + header.length;
    at = block.writeUInt32LE(packet.length, at);
    at = block.writeUInt32LE(0, at);
    block.set(packet, at);
    file.took(at + packet.length);
  }
  file.close();
}
