import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { LogCollector } from '../../../electron/media/log/collector.ts';
import { parseManifest, serialiseManifest } from '../../../electron/media/log/manifest.ts';
import { segmentFile } from '../../../electron/media/log/segment.ts';
import { parseNanoSession } from '../../../electron/media/nano-wal/session.ts';
import type { PacketTableBuilder } from '../../../electron/media/packet-table.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { nanoFileHeader, nanoLog, nanoRecord, opusPacket } from '../../support/nano-wal-writer.ts';
import { Random } from '../../support/random.ts';
import { manifestOf } from '../../io/log-file/recording.ts';
import { readIndex, scanInto, smallLog } from '../log/sample.ts';
import { scanLog } from '../nano-wal/scan-log.ts';
import { mutated, mutatedJson } from './mutation.ts';

/** Of each kind; the five of them make more than 200 000. TAILSLATE_FUZZ asks for another number. */
const INPUTS = Number(process.env['TAILSLATE_FUZZ'] ?? 41_000);
const TIMEOUT_MS = 60_000 + INPUTS;

const FILE = segmentFile(1);

/** Runs `read` on so many mutated inputs; an exception tells which input it was. */
function fuzz(
  seed: number,
  seeds: readonly Uint8Array[],
  read: (bytes: Uint8Array, random: Random) => void,
): void {
  const random = new Random(seed);
  for (let n = 0; n < INPUTS; n++) {
    const bytes = mutated(seeds, random);
    try {
      read(bytes, random);
    } catch (cause) {
      throw new Error(`input ${n}: ${Buffer.from(bytes).toString('base64')}`, { cause });
    }
  }
}

/** Findings lie in the file, one after the other where the format says so. */
function checkFindings(findings: readonly Finding[], sizeBytes: number): void {
  for (const { startByte, endByte, reason } of findings) {
    if (!(startByte >= 0 && startByte <= endByte && endByte <= sizeBytes) || reason === '')
      throw new Error(`a finding from ${startByte} to ${endByte} of ${sizeBytes}`);
  }
}

/** Packets lie in the file; no table is larger than the bytes can have asked for. */
function checkPackets(packets: PacketTableBuilder, sizeBytes: number): number {
  const { count, offsetsBytes, sizesBytes, positionsSamples } = packets.finish();
  if (count > sizeBytes) throw new Error(`${count} packets in ${sizeBytes} bytes`);
  for (let row = 0; row < count; row++) {
    const end = (offsetsBytes[row] ?? NaN) + (sizesBytes[row] ?? NaN);
    if (!(end <= sizeBytes)) throw new Error(`row ${row} ends at ${end} of ${sizeBytes}`);
    const position = positionsSamples[row] ?? 0;
    if (position < 0 || position === Infinity) throw new Error(`row ${row} at ${position}`);
  }
  return count;
}

/** Makes every checksum right again, so that what lies behind them is reached. */
function resealed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 74) return bytes;
  const headerBytes = view.getUint32(12, true);
  if (headerBytes >= 74 && headerBytes <= bytes.length)
    view.setUint32(headerBytes - 4, crc32(bytes.subarray(0, headerBytes - 4)), true);
  const tag = crc32(bytes.subarray(16, 36));
  for (let at = headerBytes; at + 28 <= bytes.length;) {
    const end = at + 28 + view.getUint32(at + 16, true);
    if (end > bytes.length) return bytes;
    view.setUint32(at, 0x5253_54f5, true);
    view.setUint32(at + 4, tag, true);
    view.setUint32(at + 8, crc32(bytes.subarray(at + 12, end)), true);
    at = end;
  }
  return bytes;
}

describe('readers of bytes that may be anything', () => {
  test(`our log's scanner and index reader, ${INPUTS} inputs`, { timeout: TIMEOUT_MS }, () => {
    let packets = 0;
    fuzz(1, [smallLog()], (bytes, random) => {
      const collector = new LogCollector();
      scanInto(collector, FILE, bytes, [random.int(1, bytes.length + 1), random.int(1, bytes.length + 1)]);
      checkFindings(collector.findings.kept, bytes.length);
      for (const track of collector.tracks.values()) packets += checkPackets(track.packets, bytes.length);
      readIndex(new LogCollector(), FILE, bytes);
    });
    expect(packets).toBeGreaterThan(INPUTS);
  });

  test(`the same behind checksums that hold, ${INPUTS} inputs`, { timeout: TIMEOUT_MS }, () => {
    const kinds = new Set<string>();
    fuzz(2, [smallLog()], (input) => {
      const bytes = resealed(input);
      const collector = new LogCollector();
      scanInto(collector, FILE, bytes);
      checkFindings(collector.findings.kept, bytes.length);
      for (const track of collector.tracks.values()) checkPackets(track.packets, bytes.length);
      for (const { kind } of collector.findings.kept) kinds.add(kind);
      const indexed = new LogCollector();
      if (readIndex(indexed, FILE, bytes).accepted)
        for (const track of indexed.tracks.values()) checkPackets(track.packets, bytes.length);
    });
    expect([...kinds]).toEqual(
      expect.arrayContaining(['bad-header', 'not-opus', 'bad-position', 'torn-tail']),
    );
  });

  test(`nano-wal's scanner, ${INPUTS} inputs`, { timeout: TIMEOUT_MS }, () => {
    const records = [0, 1, 2, 3].map((n) =>
      nanoRecord(opusPacket(Uint8Array.of(n, 2, 3, 4, 5)), { stampMs: n * 20 }),
    );
    const nested = nanoRecord(opusPacket(nanoRecord(opusPacket(Uint8Array.of(9)), { stampMs: 1 })), {
      variant: 1,
      stampMs: 90,
    });
    let packets = 0;
    fuzz(3, [nanoLog('Alice', [...records, nested]), nanoFileHeader('Al')], (bytes, random) => {
      const collector = scanLog(bytes, { nextBlock: () => random.int(1, bytes.length + 1) });
      checkFindings(collector.findings.kept, bytes.length);
      for (const track of collector.tracks) packets += checkPackets(track.packets, bytes.length);
    });
    expect(packets).toBeGreaterThan(INPUTS);
  });

  test(`our session.json, ${INPUTS} inputs`, { timeout: TIMEOUT_MS }, () => {
    let read = 0;
    const text = serialiseManifest(manifestOf(3));
    fuzz(4, [Buffer.from(text)], (broken, random) => {
      const bytes = random.next() < 0.5 ? broken : mutatedJson(text, random);
      const { manifest, findings } = parseManifest(bytes);
      checkFindings(findings, bytes.length);
      if (manifest === undefined && findings.length === 0)
        throw new Error('nothing was read and nothing said');
      if (manifest !== undefined) {
        read++;
        const again = parseManifest(Buffer.from(serialiseManifest(manifest)));
        expect(again.manifest).toEqual(manifest);
      }
    });
    expect(read).toBeGreaterThan(INPUTS / 50);
  });

  test(`nano-wal's session.json, ${INPUTS} inputs`, { timeout: TIMEOUT_MS }, () => {
    const whole = {
      session_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
      start_timestamp: 1_763_705_000_000,
      end_timestamp: 1_763_705_600_000,
      duration_ms: 600_000,
      emitter_player: 'Alice',
      participants: ['Alice', 'Bob'],
      created_at: 1_763_705_000,
    };
    const open = { ...whole, end_timestamp: null, duration_ms: null };
    let clean = 0;
    const texts = [whole, open].map((value) => JSON.stringify(value));
    fuzz(
      5,
      texts.map((text) => Buffer.from(text)),
      (broken, random) => {
        const bytes = random.next() < 0.5 ? broken : mutatedJson(texts[random.int(0, 1)] ?? '', random);
        const { findings } = parseNanoSession(bytes);
        checkFindings(findings, bytes.length);
        if (findings.length === 0) clean++;
      },
    );
    expect(clean).toBeGreaterThan(INPUTS / 50);
  });
});
