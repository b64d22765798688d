import { describe, expect, test } from 'vitest';
import { NanoScanner } from '../../../electron/media/nano-wal/scan.ts';
import { NanoCollector } from '../../../electron/media/nano-wal/collector.ts';
import { MAX_STAMP_MS } from '../../../electron/media/nano-wal/record-header.ts';
import {
  nanoFileHeader,
  nanoHeader,
  nanoLog,
  nanoRecord,
  opusPacket,
  varint,
} from '../../support/nano-wal-writer.ts';
import { ALICE, onlyTrack, packetsOf, ranges, scanLog } from './scan-log.ts';

const packet = opusPacket(Uint8Array.of(1, 2, 3, 4, 5, 6));

function oneRecord(header: Uint8Array) {
  const log = nanoLog('Alice', [nanoRecord(packet, header)]);
  const collector = scanLog(log);
  return { kinds: ranges(collector).map(([kind]) => kind), packets: packetsOf(collector, log), collector };
}

describe('the record header', () => {
  test.each([
    ['Input', nanoHeader({ stampMs: 1234 }), 1234],
    ['Output', nanoHeader({ variant: 1, stampMs: 1234 }), 1234],
    ['a stamp of zero', nanoHeader({ stampMs: 0 }), 0],
    ['a stamp longer than it need be', Uint8Array.of(0, 0x80, 0xf7, 2, 1, 1, 0x85, 0x80, 0x80, 0), 5],
    ['the last stamp believed', nanoHeader({ stampMs: MAX_STAMP_MS }), MAX_STAMP_MS],
    ['nothing behind the stamp', nanoHeader({ stampMs: 7, metadata: new Uint8Array(0) }), 7],
    ['much behind the stamp', nanoHeader({ variant: 1, stampMs: 7, metadata: new Uint8Array(65_000) }), 7],
  ])('with a time: %s', (_, header, ms) => {
    const { kinds, packets } = oneRecord(header);
    expect(kinds).toEqual([]);
    expect(packets.map((found) => found.ms)).toEqual([ms]);
  });

  test.each([
    ['absent', new Uint8Array(0)],
    ['Input without a stamp', nanoHeader({})],
    ['an unknown variant', nanoHeader({ variant: 2, stampMs: 5 })],
    ['an option that is neither 0 nor 1', Uint8Array.of(0, 0x80, 0xf7, 2, 1, 2, 5)],
    ['cut before the option', Uint8Array.of(0, 0x80, 0xf7, 2, 1)],
    ['cut inside the stamp', Uint8Array.of(0, 0x80, 0xf7, 2, 1, 1, 0x80)],
    ['a varint without an end', new Uint8Array(64).fill(0xff)],
    [
      'a stamp of more than 64 bits',
      Uint8Array.of(1, 0x80, 0xf7, 2, 1, ...new Array<number>(9).fill(0xff), 2),
    ],
    ['no channels', nanoHeader({ channels: 0, stampMs: 5 })],
    ['text', Buffer.from('{"ms": 5}')],
  ])('without a time the packet is kept: %s', (_, header) => {
    const { kinds, packets, collector } = oneRecord(header);
    expect(kinds).toEqual(['no-timestamp']);
    expect(packets.map(({ ms, bytes }) => [ms, [...bytes]])).toEqual([[undefined, [...packet]]]);
    expect(onlyTrack(collector).files[0]).toMatchObject({
      packets: 1,
      unstamped: 1,
      badStamps: 0,
      firstMs: undefined,
    });
  });

  test.each([MAX_STAMP_MS + 1, Number.MAX_SAFE_INTEGER, 2n ** 60n, 2n ** 64n - 1n])(
    'a stamp of %s ms is a bad position, and the packet is kept',
    (stampMs) => {
      const { kinds, packets, collector } = oneRecord(nanoHeader({ stampMs }));
      expect(kinds).toEqual(['bad-position']);
      expect(packets.map((found) => found.ms)).toEqual([undefined]);
      expect(onlyTrack(collector).files[0]).toMatchObject({ packets: 1, unstamped: 0, badStamps: 1 });
    },
  );

  test('varints are written as they are read', () => {
    expect(varint(300)).toEqual([0xac, 2]);
    expect(varint(2n ** 64n - 1n)).toHaveLength(10);
  });
});

test('records without a time are summed up in one finding', () => {
  const records = [5, undefined, 25, undefined, 45].map((ms) =>
    nanoRecord(packet, ms === undefined ? {} : { stampMs: ms }),
  );
  const log = nanoLog('Alice', records);
  const collector = scanLog(log);
  const at = (n: number) => 37 + records.slice(0, n).reduce((sum, { length }) => sum + length, 0);
  expect(collector.findings.kept).toEqual([
    {
      kind: 'no-timestamp',
      file: ALICE,
      startByte: at(1),
      endByte: at(4),
      reason: '2 of 5 packets carry no time; they follow the packet before them.',
      track: 'Alice',
    },
  ]);
  expect(packetsOf(collector, log).map(({ ms }) => ms)).toEqual([5, undefined, 25, undefined, 45]);
  expect([onlyTrack(collector).firstMs, onlyTrack(collector).lastMs]).toEqual([5, 45]);
});

describe('the content', () => {
  test('channels and duration come from the packet, not from the header', () => {
    const records = [
      nanoRecord(opusPacket(Uint8Array.of(1), 0x78), { stampMs: 0, channels: 2 }),
      nanoRecord(Uint8Array.of(0x08), { stampMs: 20, channels: 2 }),
      nanoRecord(Uint8Array.of(0x7b, 3, 9, 9, 9), { stampMs: 40, channels: 2 }),
    ];
    const mono = scanLog(nanoLog('Alice', records));
    expect(packetsOf(mono, nanoLog('Alice', records)).map(({ units }) => units)).toEqual([8, 8, 24]);
    expect(onlyTrack(mono).channels).toBe(1);
    const stereo = scanLog(
      nanoLog('Alice', [...records, nanoRecord(Uint8Array.of(0x7c, 1), { channels: 1 })]),
    );
    expect(onlyTrack(stereo).channels).toBe(2);
  });

  test('that is not Opus is reported and left out; the rest goes on', () => {
    const good = nanoRecord(packet, { stampMs: 3 });
    const empty = nanoRecord(new Uint8Array(0), { stampMs: 2_000_000 });
    const odd = nanoRecord(Uint8Array.of(0x79, 1), { stampMs: 5 });
    const log = nanoLog('Alice', [good, empty, good, odd, odd, good]);
    const collector = scanLog(log);
    const second = 37 + good.length;
    const third = second + empty.length + good.length;
    expect(ranges(collector)).toEqual([
      ['not-opus', second, second + empty.length],
      ['not-opus', third, third + 2 * odd.length],
    ]);
    expect(packetsOf(collector, log)).toHaveLength(3);
    expect(onlyTrack(collector).files[0]).toMatchObject({ records: 6, packets: 3, notOpus: 3, lastMs: 3 });
  });

  test('the longest Opus packet is a packet, a byte more is not a record', () => {
    // 48 frames of 1275 bytes, the length of each but the last in two bytes (RFC 6716 section 3.2.5).
    const longest = Uint8Array.of(
      0x83,
      0x80 | 48,
      ...new Uint8Array(94).fill(255),
      ...new Uint8Array(48 * 1275),
    );
    for (const [content, kinds] of [
      [longest, []],
      [new Uint8Array(61_298).fill(0x78), ['not-opus']],
      [new Uint8Array(61_299).fill(0x78), ['bad-header']],
    ] as const) {
      const log = nanoLog('Alice', [nanoRecord(content, { stampMs: 1 }), nanoRecord(packet, { stampMs: 2 })]);
      expect(ranges(scanLog(log)).map(([kind]) => kind)).toEqual(kinds);
    }
  });

  test('a payload may hold the marker, a whole record and a whole log', () => {
    const record = nanoRecord(packet, { stampMs: 1 });
    const inner = [
      Buffer.from('NANORC'),
      record,
      Buffer.concat([record, record]),
      nanoLog('Bob', [record, record]),
    ];
    const records = inner.map((bytes, i) => nanoRecord(opusPacket(bytes), { stampMs: 10 * i }));
    const log = nanoLog('Alice', records);
    const collector = scanLog(log);
    expect(collector.findings.kept).toEqual([]);
    expect(packetsOf(collector, log).map(({ bytes }) => bytes.subarray(1))).toEqual(
      inner.map((b) => Buffer.from(b)),
    );
  });
});

test('repeats are rows with the stamp, size and bytes of the row before', () => {
  const other = opusPacket(Uint8Array.of(1, 2, 3, 4, 5, 7));
  const longer = opusPacket(Uint8Array.of(1, 2, 3, 4, 5, 6, 7));
  const records = [
    nanoRecord(packet, { stampMs: 5 }),
    nanoRecord(packet, { stampMs: 5 }),
    nanoRecord(other, { stampMs: 5 }),
    nanoRecord(longer, { stampMs: 5 }),
    nanoRecord(longer, { stampMs: 6 }),
    nanoRecord(longer, { variant: 1, stampMs: 6 }),
    nanoRecord(longer, {}),
    nanoRecord(longer, {}),
  ];
  for (const nextBlock of [() => 1_000_000, () => 1]) {
    expect(onlyTrack(scanLog(nanoLog('Alice', records), { nextBlock })).repeats).toEqual([1, 5]);
  }
});

test('packets beyond 4 GiB count from a part of their own', () => {
  const record = nanoRecord(packet, { stampMs: 5 });
  const payload = record.length - packet.length;
  const collector = new NanoCollector();
  const scanner = new NanoScanner(collector, ALICE);
  const start = nanoLog('Alice', [record, record]);
  // A record is taken once the one behind it begins, so both windows hold back their last.
  const consumed = scanner.scan(start, 0, false);
  expect(consumed).toBe(start.length - record.length);
  const far = 2 ** 32 - record.length;
  expect(scanner.scan(Buffer.concat([record, record, record]), far, true)).toBe(3 * record.length);
  const last = far + 2 * record.length;
  expect(collector.parts).toEqual([
    { file: ALICE, baseByte: 0 },
    { file: ALICE, baseByte: 2 ** 32 },
  ]);
  const table = onlyTrack(collector).packets.finish();
  expect([...table.parts]).toEqual([0, 0, 1, 1]);
  expect([...table.offsetsBytes]).toEqual([37 + payload, far + payload, payload, last - 2 ** 32 + payload]);
});

describe('the file header', () => {
  const record = nanoRecord(packet, { stampMs: 5 });

  test('alone it is a player without packets', () => {
    const collector = scanLog(nanoFileHeader('Alice'));
    expect(collector.findings.kept).toEqual([]);
    expect(onlyTrack(collector)).toMatchObject({
      player: 'Alice',
      isNameAssumed: false,
      channels: 1,
      firstMs: undefined,
    });
    expect(onlyTrack(collector).packets.count).toBe(0);
  });

  test('names the player, whatever the file is called', () => {
    const file = 'wal/Bob-77-0001.log';
    const collector = scanLog(nanoLog('Bøb "The" 🎧', [record]), { file });
    expect(onlyTrack(collector)).toMatchObject({ player: 'Bøb "The" 🎧', isNameAssumed: false });
  });

  test.each([
    ['magic', (log: Buffer) => log.fill(0x58, 0, 4)],
    ['length of the key, far too long', (log: Buffer) => log.fill(0xff, 24, 32)],
    ['length of the key, a little too short', (log: Buffer) => log.fill(2, 24, 25)],
    ['length of the key, zero', (log: Buffer) => log.fill(0, 24, 25)],
    ['key, not UTF-8', (log: Buffer) => log.fill(0xff, 32, 34)],
    ['all of it, zeros', (log: Buffer) => log.fill(0, 0, 37)],
  ])('when damaged, the file name tells the player: %s', (_, damage) => {
    const log = nanoLog('Alice', [record, record]);
    damage(log);
    const collector = scanLog(log);
    expect(ranges(collector)).toEqual([['bad-header', 0, 37]]);
    expect(onlyTrack(collector)).toMatchObject({ player: 'Alice', isNameAssumed: true });
    expect(packetsOf(collector, log)).toHaveLength(2);
  });

  test('when the first record behind it is damaged, the key is believed if the file is named after it', () => {
    const log = nanoLog('Alice', [record, record, record]);
    log[38] = 0;
    const own = scanLog(log);
    expect(ranges(own)).toEqual([['foreign-bytes', 37, 37 + record.length]]);
    expect(onlyTrack(own).isNameAssumed).toBe(false);
    expect(onlyTrack(scanLog(log, { file: 'wal/Bob-1-0001.log' }))).toMatchObject({
      player: 'Bob',
      isNameAssumed: true,
    });
  });

  test.each([0, 1, 31, 36])('a file of %i bytes is torn', (size) => {
    const collector = scanLog(nanoFileHeader('Alice').subarray(0, size));
    expect(ranges(collector)).toEqual([['torn-tail', 0, size]]);
    expect(onlyTrack(collector)).toMatchObject({ player: 'Alice', isNameAssumed: true });
  });
});

describe('files and tracks', () => {
  const record = (stampMs: number) => nanoRecord(packet, { stampMs });

  test('files with the same key are one track, in the order they are scanned', () => {
    const collector = new NanoCollector();
    for (const [n, stampMs] of [900, 100, 500].entries()) {
      scanLog(nanoLog('Alice', [record(stampMs)]), { file: `wal/Alice-5-000${n + 1}.log`, collector });
    }
    const track = onlyTrack(collector);
    expect([...track.packets.finish().positionsSamples]).toEqual([900 * 48, 100 * 48, 500 * 48]);
    expect([...track.packets.finish().parts]).toEqual([0, 1, 2]);
    expect([track.firstMs, track.lastMs, track.files.length]).toEqual([100, 900, 3]);
  });

  test('players whose files are named alike stay apart', () => {
    const collector = new NanoCollector();
    scanLog(nanoLog('Al 🎧', [record(1)]), { file: 'wal/Al-1-0001.log', collector });
    scanLog(nanoLog('Al', [record(1)]), { file: 'wal/Al-2-0001.log', collector });
    expect(collector.tracks.map(({ player }) => player)).toEqual(['Al 🎧', 'Al']);
  });

  test('a file without a readable header belongs to its group, before and after the name is known', () => {
    const collector = new NanoCollector();
    const broken = nanoLog('Al 🎧', [record(1)]).fill(0, 0, 8);
    scanLog(broken, { file: 'wal/Al-1-0001.log', collector });
    expect(onlyTrack(collector)).toMatchObject({ player: 'Al', isNameAssumed: true });
    scanLog(nanoLog('Al 🎧', [record(2)]), { file: 'wal/Al-1-0002.log', collector });
    scanLog(broken, { file: 'wal/Al-1-0003.log', collector });
    expect(onlyTrack(collector)).toMatchObject({ player: 'Al 🎧', isNameAssumed: false });
    expect(onlyTrack(collector).packets.count).toBe(3);
    expect(onlyTrack(collector).files.map(({ key }) => key)).toEqual([undefined, 'Al 🎧', undefined]);
  });

  test('a player of whose name nothing is left has a name all the same', () => {
    const collector = scanLog(Buffer.alloc(100), { file: 'wal/-123-0001.log' });
    expect(onlyTrack(collector).player).toBe('Player-123');
  });
});
