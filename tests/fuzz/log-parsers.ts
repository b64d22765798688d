import { crc32 } from 'node:zlib';
import { LogCollector } from '../../electron/media/log/collector.ts';
import { parseManifest, serialiseManifest } from '../../electron/media/log/manifest.ts';
import { segmentFile } from '../../electron/media/log/segment.ts';
import { parseNanoSession } from '../../electron/media/nano-wal/session.ts';
import { manifestOf } from '../io/log-file/recording.ts';
import { readIndex, scanInto, smallLog } from '../media/log/sample.ts';
import { scanLog } from '../media/nano-wal/scan-log.ts';
import { nanoFileHeader, nanoLog, nanoRecord, opusPacket } from '../support/nano-wal-writer.ts';
import { mutated, mutatedJson, pick } from './mutation.ts';
import { checkFindings, checkPackets, type OpenParser, type Outcome, type Parser } from './parser.ts';

const FILE = segmentFile(1);
/** Little, so that tables grow and a table's memory is not all that an input costs. */
const ROOM = { expectedPackets: 16 } as const;

function outcomeOf(collector: LogCollector): Outcome {
  return collector.findings.kept.length === 0 ? 'read' : 'found';
}

function checkCollector(collector: LogCollector, sizeBytes: number): void {
  checkFindings(collector.findings.kept, sizeBytes);
  for (const track of collector.tracks.values()) checkPackets(track.packets, sizeBytes);
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

function logScan(): OpenParser {
  const seeds = [smallLog()];
  return {
    make: (random) => mutated(seeds, random),
    read: (bytes, random) => {
      const collector = new LogCollector(ROOM);
      scanInto(collector, FILE, bytes, [random.int(1, bytes.length + 1), random.int(1, bytes.length + 1)]);
      checkCollector(collector, bytes.length);
      return outcomeOf(collector);
    },
  };
}

function logIndex(): OpenParser {
  const seeds = [smallLog()];
  return {
    make: (random) => {
      const bytes = mutated(seeds, random);
      return random.next() < 0.7 ? resealed(bytes) : bytes;
    },
    read: (bytes) => {
      const collector = new LogCollector(ROOM);
      if (!readIndex(collector, FILE, bytes).accepted) return 'refused';
      checkCollector(collector, bytes.length);
      return outcomeOf(collector);
    },
  };
}

function logSealed(): OpenParser {
  const seeds = [smallLog()];
  return {
    make: (random) => resealed(mutated(seeds, random)),
    read: (bytes) => {
      const collector = new LogCollector(ROOM);
      scanInto(collector, FILE, bytes);
      checkCollector(collector, bytes.length);
      return outcomeOf(collector);
    },
  };
}

function nanoWal(): OpenParser {
  const records = [0, 1, 2, 3].map((n) =>
    nanoRecord(opusPacket(Uint8Array.of(n, 2, 3, 4, 5)), { stampMs: n * 20 }),
  );
  const inner = nanoRecord(opusPacket(Uint8Array.of(9)), { stampMs: 1 });
  const nested = nanoRecord(opusPacket(inner), { variant: 1, stampMs: 90 });
  const seeds = [nanoLog('Alice', [...records, nested]), nanoFileHeader('Al')];
  return {
    make: (random) => mutated(seeds, random),
    read: (bytes, random) => {
      const collector = scanLog(bytes, { nextBlock: () => random.int(1, bytes.length + 1) });
      checkFindings(collector.findings.kept, bytes.length);
      for (const track of collector.tracks) checkPackets(track.packets, bytes.length);
      return collector.findings.kept.length === 0 ? 'read' : 'found';
    },
  };
}

function manifest(): OpenParser {
  const text = serialiseManifest(manifestOf(3));
  const seeds = [Buffer.from(text)];
  return {
    make: (random) => (random.next() < 0.5 ? mutated(seeds, random) : mutatedJson(text, random)),
    read: (bytes) => {
      const { manifest: read, findings } = parseManifest(bytes);
      checkFindings(findings, bytes.length);
      if (read === undefined) {
        if (findings.length === 0) throw new Error('nothing was read and nothing said');
        return 'refused';
      }
      const again = parseManifest(Buffer.from(serialiseManifest(read))).manifest;
      if (JSON.stringify(again) !== JSON.stringify(read)) throw new Error('written again it reads otherwise');
      return findings.length === 0 ? 'read' : 'found';
    },
  };
}

function nanoManifest(): OpenParser {
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
  const texts = [whole, open].map((value) => JSON.stringify(value));
  const seeds = texts.map((text) => Buffer.from(text));
  return {
    make: (random) =>
      random.next() < 0.5 ? mutated(seeds, random) : mutatedJson(pick(texts, random), random),
    read: (bytes) => {
      const { findings } = parseNanoSession(bytes);
      checkFindings(findings, bytes.length);
      return findings.length === 0 ? 'read' : 'found';
    },
  };
}

const parser = (name: string, open: () => OpenParser): Parser => ({
  name,
  oneIn: 1,
  open: () => Promise.resolve(open()),
});

export const LOG_PARSERS: readonly Parser[] = [
  parser('log-scan', logScan),
  parser('log-index', logIndex),
  parser('log-sealed', logSealed),
  parser('nano-wal', nanoWal),
  parser('session-json', manifest),
  parser('nano-session-json', nanoManifest),
];
