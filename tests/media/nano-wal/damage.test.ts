import { describe, expect, test } from 'vitest';
import { MAX_FINDINGS } from '../../../electron/media/findings/finding-list.ts';
import { nanoLog, nanoRecord, opusPacket } from '../../support/nano-wal-writer.ts';
import { onCpu } from '../../support/on-cpu.ts';
import { Random } from '../../support/random.ts';
import { onlyTrack, packetsOf, ranges, scanLog } from './scan-log.ts';

/** Ten records with Output headers and payloads of 30 to 90 bytes, and where each begins. */
function sample() {
  const random = new Random(11);
  const packets = Array.from({ length: 10 }, () => opusPacket(random.bytes(random.int(30, 90))));
  const records = packets.map((packet, i) => nanoRecord(packet, { variant: 1, stampMs: 1000 + 20 * i }));
  const starts = records.map((_, i) => 37 + records.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  const start = (i: number): number => starts[i] ?? log.length;
  const log = nanoLog('Alice', records);
  return { log, records, packets, start };
}

/** Numbers of the sample's packets that were found, in order; -1 for one that is none of them. */
function found(log: Buffer, packets: readonly Uint8Array[]): number[] {
  return packetsOf(scanLog(log), log).map(({ bytes }) => packets.findIndex((packet) => bytes.equals(packet)));
}

function without(...lost: number[]): number[] {
  return Array.from({ length: 10 }, (_, i) => i).filter((i) => !lost.includes(i));
}

describe('one damaged place', () => {
  const { start } = sample();
  const markerOf = start(4);
  const headerLengthOf = start(4) + 6;
  test.each([
    ['a marker', 'foreign-bytes', (log: Buffer) => log.fill(0x58, markerOf, markerOf + 1)],
    ['the whole marker', 'foreign-bytes', (log: Buffer) => log.fill(0x58, markerOf, markerOf + 6)],
    ['the length of the header', 'bad-header', (log: Buffer) => log.writeUInt16LE(1, headerLengthOf)],
    [
      'the length of the header, huge',
      'bad-header',
      (log: Buffer) => log.writeUInt16LE(0xffff, headerLengthOf),
    ],
    [
      'the length of the content, huge',
      'bad-header',
      (log: Buffer) => log.writeBigUInt64LE(2n ** 60n, start(4) + 8 + 15),
    ],
    [
      'the length of the content, past the next',
      'bad-header',
      (log: Buffer) => log.writeUInt16LE(300, start(4) + 8 + 15),
    ],
    [
      'the length of the content, past the end',
      'bad-header',
      (log: Buffer) => log.writeUInt16LE(60_000, start(4) + 8 + 15),
    ],
    [
      'a record overwritten with noise',
      'foreign-bytes',
      (log: Buffer) => log.set(new Random(5).bytes(start(5) - start(4)), start(4)),
    ],
    ['a record overwritten with zeros', 'hole', (log: Buffer) => log.fill(0, start(4), start(5))],
  ])('%s: that record is lost, the others are not', (_, kind, damage) => {
    const { log, packets } = sample();
    damage(log);
    expect(ranges(scanLog(log))).toEqual([[kind, start(4), start(5)]]);
    expect(found(log, packets)).toEqual(without(4));
  });

  test('bytes between two records', () => {
    const { log, packets } = sample();
    const longer = Buffer.concat([log.subarray(0, start(4)), Buffer.from('NANO?'), log.subarray(start(4))]);
    expect(ranges(scanLog(longer))).toEqual([['foreign-bytes', start(4), start(4) + 5]]);
    expect(found(longer, packets)).toEqual(without());
  });

  test('a record cut out of the middle leaves nothing to find', () => {
    const { log, packets } = sample();
    const shorter = Buffer.concat([log.subarray(0, start(4)), log.subarray(start(5))]);
    expect(ranges(scanLog(shorter))).toEqual([]);
    expect(found(shorter, packets)).toEqual(without(4));
  });

  test('records that follow each other are one finding', () => {
    const { log, packets } = sample();
    for (const i of [3, 4, 5]) log[start(i)] = 0x58;
    expect(ranges(scanLog(log))).toEqual([['foreign-bytes', start(3), start(6)]]);
    expect(found(log, packets)).toEqual(without(3, 4, 5));
  });

  test('places apart are findings apart', () => {
    const { log, packets } = sample();
    for (const i of [2, 6]) log[start(i)] = 0x58;
    expect(ranges(scanLog(log))).toEqual([
      ['foreign-bytes', start(2), start(3)],
      ['foreign-bytes', start(6), start(7)],
    ]);
    expect(found(log, packets)).toEqual(without(2, 6));
  });
});

describe('zeros in the middle', () => {
  test('across the borders of records, from inside a payload', () => {
    const { log, packets, start } = sample();
    log.fill(0, start(4) - 20, start(7) - 10);
    expect(ranges(scanLog(log))).toEqual([['hole', start(3), start(7)]]);
    expect(found(log, packets)).toEqual(without(3, 4, 5, 6));
  });

  test('a megabyte between two records', () => {
    const { log, packets, start } = sample();
    const longer = Buffer.concat([log.subarray(0, start(4)), Buffer.alloc(1 << 20), log.subarray(start(4))]);
    expect(ranges(scanLog(longer))).toEqual([['hole', start(4), start(4) + (1 << 20)]]);
    expect(found(longer, packets)).toEqual(without());
  });

  test('to the end of the file, inside a payload and behind the last record', () => {
    const { log, packets, start } = sample();
    const cut = Buffer.concat([log.subarray(0, start(9)), Buffer.alloc(4096)]);
    expect(ranges(scanLog(cut))).toEqual([['hole', start(9), cut.length]]);
    expect(found(cut, packets)).toEqual(without(9));
    expect(ranges(scanLog(Buffer.concat([log, Buffer.alloc(3)])))).toEqual([
      ['hole', log.length, log.length + 3],
    ]);
  });

  test('inside a payload they are not noticed: there is no checksum', () => {
    const { log, start } = sample();
    log.fill(0, start(5) - 20, start(5));
    expect(ranges(scanLog(log))).toEqual([]);
  });
});

describe('a payload that holds records', () => {
  const { records, packets } = sample();
  const [first = new Uint8Array(0), second = new Uint8Array(0)] = records;
  const wrapped = nanoRecord(opusPacket(Buffer.concat([first, Buffer.of(9)])), { stampMs: 5 });

  test('behind a damaged marker they are not taken for records of the log', () => {
    const log = nanoLog('Alice', [second, wrapped, second, second]);
    log[37 + second.length] = 0x58;
    expect(ranges(scanLog(log))).toEqual([
      ['foreign-bytes', 37 + second.length, 37 + second.length + wrapped.length],
    ]);
    expect(found(log, packets)).toEqual([1, 1, 1]);
  });

  test('at the end of the file a torn record does not give its inside', () => {
    const log = nanoLog('Alice', [second, wrapped]);
    const torn = log.subarray(0, log.length - 2);
    expect(ranges(scanLog(torn))).toEqual([['torn-tail', 37 + second.length, torn.length]]);
  });

  test('a record in front of another damage is kept', () => {
    const log = nanoLog('Alice', [wrapped, second, second]);
    log[37 + wrapped.length] = 0x58;
    expect(ranges(scanLog(log))).toEqual([
      ['foreign-bytes', 37 + wrapped.length, 37 + wrapped.length + second.length],
    ]);
    expect(packetsOf(scanLog(log), log).map(({ bytes }) => bytes.length)).toEqual([
      first.length + 2,
      packets[1]?.length,
    ]);
  });
});

test('records without headers are found again after damage too', () => {
  const { packets } = sample();
  const records = packets.map((packet) => nanoRecord(packet, new Uint8Array(0)));
  const log = nanoLog('Alice', records);
  log[37] = 0;
  const length = records[0]?.length ?? 0;
  expect(ranges(scanLog(log))).toContainEqual(['foreign-bytes', 37, 37 + length]);
  expect(found(log, packets)).toEqual(without(0));
});

test('a length of 2^60 at the end of a file is neither waited for nor allocated', () => {
  const log = nanoLog('Alice', [nanoRecord(opusPacket(Uint8Array.of(1)), { stampMs: 5 }, 2n ** 60n)]);
  const collector = scanLog(log, { nextBlock: () => 7 });
  expect(ranges(collector)).toEqual([['bad-header', 37, log.length]]);
  expect(onlyTrack(collector).packets.count).toBe(0);
});

test('findings are bounded, their counts exact', () => {
  const { records } = sample();
  const pair = Buffer.concat([...records.slice(0, 2), Buffer.from('?')]);
  const log = nanoLog(
    'Alice',
    Array.from({ length: 3000 }, () => pair),
  );
  const { findings, tracks } = scanLog(log);
  expect(findings.kept).toHaveLength(MAX_FINDINGS);
  expect(Object.fromEntries(findings.counts)).toEqual({ 'foreign-bytes': 3000 });
  expect(tracks[0]?.packets.count).toBe(6000);
});

describe('what does not end is read in linear time', () => {
  const size = 4_000_000;
  const fakes = nanoRecord(opusPacket(new Uint8Array(30)), { stampMs: 1 }).subarray(0, 40);
  test.each([
    ['noise', Buffer.from(new Random(3).bytes(size))],
    ['markers', Buffer.alloc(size, 'NANORC')],
    ['records without end', Buffer.alloc(size, fakes)],
    [
      'records that nest',
      Buffer.alloc(size, Buffer.concat([nanoRecord(new Uint8Array(0), { stampMs: 1 }, 60_000)])),
    ],
  ])('%s', (_, garbage) => {
    const log = Buffer.concat([nanoLog('Alice', []), garbage]);
    const { value: collector, cpuMillis } = onCpu(() => scanLog(log, { nextBlock: () => 1 << 20 }));
    expect(cpuMillis).toBeLessThan(5000);
    const covered = collector.findings.kept.reduce(
      (sum, { startByte, endByte }) => sum + endByte - startByte,
      0,
    );
    expect(covered + onlyTrack(collector).packets.count).toBeGreaterThan(0);
  });
});
