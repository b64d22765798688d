import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { LogCollector } from '../../../electron/media/log/collector.ts';
import { MAX_FINDINGS } from '../../../electron/media/findings/finding-list.ts';
import { segmentFile } from '../../../electron/media/log/segment.ts';
import {
  contentOf,
  damageOf,
  forged,
  packet,
  positionsOf,
  readIndex,
  recordStarts,
  scanAll,
  segmentsOf,
  smallLog,
  trackInfo,
  writerOf,
} from './sample.ts';

const FILE = segmentFile(1);

/** Bytes joined. */
function join(...pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(pieces));
}

/** A segment of one track that is still being written: 20 groups of 5 packets, 20 ms each. */
function longLog(): Uint8Array {
  const writer = writerOf([trackInfo(0)], { groupPackets: 5 });
  for (let i = 0; i < 100; i++) writer.add(0, i * 960, [packet(i, 150)]);
  return segmentsOf(writer.commit())[0] ?? new Uint8Array();
}

const everyPosition = Array.from({ length: 100 }, (_, i) => i * 960);

/** What is found of a long log when the groups numbered so are lost. */
function without(...groups: readonly number[]): number[] {
  return everyPosition.filter((_, i) => !groups.includes(Math.floor(i / 5)));
}

/** Start of a record that must exist. */
function startOf(starts: readonly number[], i: number): number {
  const start = starts[i];
  if (start === undefined) throw new RangeError(`record ${i} of ${starts.length}`);
  return start;
}

/** How many entries and packets of the small log lie in whole records before this byte, by type. */
function rowsIn(collector: LogCollector): number {
  const { tracks, anchors, markers, events } = collector;
  const packets = [...tracks.values()].reduce((sum, track) => sum + track.packets.count, 0);
  return packets + anchors.length + markers.length + events.length;
}

describe('a small log', () => {
  const bytes = smallLog();
  const starts = recordStarts(bytes);

  test('cut off at every byte gives all whole records and one finding', () => {
    const rowsBefore = starts.map((start) => rowsIn(scanAll([bytes.subarray(0, start)])));
    expect(rowsBefore.at(-1)).toBe(11);
    for (let size = 0; size < bytes.length; size++) {
      const cut = scanAll([bytes.subarray(0, size)]);
      const whole = starts.findLastIndex((start) => start <= size);
      expect(rowsIn(cut)).toBe(rowsBefore[Math.max(0, whole)]);
      const from = starts[whole] ?? 0;
      // A file without a byte is reported too: its header was never written.
      const complete = from === size && size > 0;
      expect(damageOf(cut)).toEqual(complete ? [] : [['torn-tail', from, size]]);
      expect(readIndex(new LogCollector(), FILE, bytes.subarray(0, size)).accepted).toBe(false);
    }
  });

  test('with any one byte changed gives every other record and one finding over the one hit', () => {
    for (const flip of [0x01, 0x80, 0xff]) {
      for (let at = 0; at < bytes.length; at++) {
        const broken = bytes.slice();
        broken[at] = (bytes[at] ?? 0) ^ flip;
        const scanned = scanAll([broken]);
        const hit = starts.findLastIndex((start) => start <= at);
        const from = hit < 0 ? 0 : startOf(starts, hit);
        const to = startOf(starts, hit + 1);
        const damage = damageOf(scanned);
        expect(damage.map(([, start, end]) => [start, end])).toEqual([[from, to]]);
        if (hit < 0) {
          expect(damage[0]?.[0]).toBe('bad-header');
          expect([...scanned.tracks.values()].map(({ packets }) => packets.count)).toEqual([4, 4]);
        } else {
          const gone = join(bytes.subarray(0, from), bytes.subarray(to));
          expect(rowsIn(scanned)).toBe(rowsIn(scanAll([gone])));
          expect(contentOf(scanned).tracks.map(({ info }) => info)).toEqual(
            contentOf(scanAll([gone])).tracks.map(({ info }) => info),
          );
        }
      }
    }
  });

  test('is read by its index only when that is intact, never with another result', () => {
    const content = contentOf(scanAll([bytes]));
    const indexAt = startOf(starts, starts.length - 5);
    let accepted = 0;
    for (let at = 0; at < bytes.length; at++) {
      const broken = bytes.slice();
      broken[at] = (bytes[at] ?? 0) ^ 0x10;
      const collector = new LogCollector();
      if (readIndex(collector, FILE, broken).accepted) {
        accepted++;
        expect(at).toBeGreaterThanOrEqual(startOf(starts, 0));
        expect(at).toBeLessThan(indexAt);
        expect(contentOf(collector)).toEqual(content);
      } else {
        expect(contentOf(collector)).toEqual(contentOf(new LogCollector()));
      }
    }
    expect(accepted).toBe(indexAt - startOf(starts, 0));
    expect(readIndex(new LogCollector(), FILE, join(bytes, Uint8Array.of(0))).accepted).toBe(false);
  });

  test('changed in a packet: its index promises another checksum than the packets have', () => {
    const payloadAt = startOf(starts, 3) - 1;
    for (const change of [0, 1]) {
      const copy = bytes.slice();
      copy[payloadAt] = (bytes[payloadAt] ?? 0) ^ change;
      const collector = new LogCollector();
      expect(readIndex(collector, FILE, copy).accepted).toBe(true);
      const holds = [...collector.tracks.values()].map(({ packets, checks }) => {
        const { offsetsBytes, sizesBytes } = packets.finish();
        const rows = Array.from(offsetsBytes, (at, row) => copy.subarray(at, at + (sizesBytes[row] ?? 0)));
        return checks.every(({ firstRow, endRow, crc32: promised }) => {
          return crc32(Buffer.concat(rows.slice(firstRow, endRow))) === promised;
        });
      });
      expect(holds.filter((one) => !one)).toHaveLength(change);
    }
  });

  test('gives the same findings in windows of any size', () => {
    const foreign = new TextEncoder().encode('left by another program');
    const cutAt = startOf(starts, 3) + 5;
    const broken = join(
      bytes.subarray(0, cutAt),
      foreign,
      new Uint8Array(600),
      bytes.subarray(cutAt + 9),
      foreign,
    );
    const whole = scanAll([broken]);
    expect(whole.findings.kept).toHaveLength(2);
    for (const step of [1, 2, 3, 7, 28, 64, 333]) {
      const pieces = scanAll([broken], {}, [step]);
      expect(pieces.findings.kept).toEqual(whole.findings.kept);
      expect(contentOf(pieces)).toEqual(contentOf(whole));
    }
  });
});

describe('damage', () => {
  const bytes = longLog();
  const starts = recordStarts(bytes);

  test('none: an unfinished segment is no damage', () => {
    const scanned = scanAll([bytes]);
    expect(scanned.findings.kept).toEqual([]);
    expect(scanned.segments.map(({ sealed }) => sealed)).toEqual([false]);
    expect(positionsOf(scanned, 0)).toEqual(everyPosition);
  });

  test('a page of zeros in the middle is one hole; the records around it are found', () => {
    const holed = bytes.slice();
    const from = startOf(starts, 5) + 100;
    holed.fill(0, from, from + 4096);
    const first = 5;
    const last = starts.findLastIndex((start) => start < from + 4096);
    const scanned = scanAll([holed]);
    expect(damageOf(scanned)).toEqual([['hole', startOf(starts, first), startOf(starts, last + 1)]]);
    expect(positionsOf(scanned, 0)).toEqual(
      without(...Array.from({ length: last - first + 1 }, (_, i) => first + i)),
    );
  });

  test('zeros at the end and foreign bytes between records lose nothing', () => {
    expect(damageOf(scanAll([join(bytes, new Uint8Array(100))]))).toEqual([
      ['hole', bytes.length, bytes.length + 100],
    ]);
    const at = startOf(starts, 7);
    const foreign = new TextEncoder().encode('#!/bin/sh\n');
    const scanned = scanAll([join(bytes.subarray(0, at), foreign, bytes.subarray(at))]);
    expect(damageOf(scanned)).toEqual([['foreign-bytes', at, at + foreign.length]]);
    expect(positionsOf(scanned, 0)).toEqual(everyPosition);
  });

  test('neighbouring bad records are one finding', () => {
    const broken = bytes.slice();
    for (const i of [3, 4, 5]) broken[startOf(starts, i) + 60] = (broken[startOf(starts, i) + 60] ?? 0) ^ 1;
    const scanned = scanAll([broken]);
    expect(damageOf(scanned)).toEqual([['bad-checksum', startOf(starts, 3), startOf(starts, 6)]]);
    expect(positionsOf(scanned, 0)).toEqual(without(3, 4, 5));
  });

  test('a length of four gigabytes neither waits nor allocates', () => {
    const broken = bytes.slice();
    new DataView(broken.buffer).setUint32(startOf(starts, 4) + 16, 0xffff_ffff, true);
    const scanned = scanAll([broken], {}, [500]);
    expect(damageOf(scanned)).toEqual([['bad-checksum', startOf(starts, 4), startOf(starts, 5)]]);
    expect(positionsOf(scanned, 0)).toEqual(without(4));
  });

  test('a position of 2^60 is reported, not believed', () => {
    const broken = forged(bytes, startOf(starts, 4), (view) => {
      view.setBigUint64(20, 2n ** 60n, true);
    });
    const scanned = scanAll([broken]);
    expect(damageOf(scanned)).toEqual([['bad-position', startOf(starts, 4), startOf(starts, 5)]]);
    expect(positionsOf(scanned, 0)).toEqual(without(4));
  });

  test('a table that does not fit its record is reported', () => {
    for (const count of [0, 4, 6, 0xffff]) {
      const broken = forged(bytes, startOf(starts, 4), (view) => {
        view.setUint16(28, count, true);
      });
      expect(damageOf(scanAll([broken]))).toEqual([['bad-header', startOf(starts, 4), startOf(starts, 5)]]);
    }
  });

  test('a packet that is not Opus is left out and the rest keeps its place', () => {
    const at = startOf(starts, 4);
    const payloadAt = at + 30 + 15;
    const broken = forged(bytes, at, () => undefined);
    broken[payloadAt + 150] = 0x7b; // code 3, with
    broken[payloadAt + 151] = 0; // a count of no frames
    const scanned = scanAll([forged(broken, at, () => undefined)]);
    expect(damageOf(scanned)).toEqual([['not-opus', payloadAt + 150, payloadAt + 300]]);
    // A name may change and be shared, an id may not.
    expect(scanned.findings.kept[0]?.track).toBe('0');
    expect(positionsOf(scanned, 0)).toEqual(everyPosition.filter((_, i) => i !== 21));
  });

  test('the packet is believed before the stored duration', () => {
    const at = startOf(starts, 4);
    const scanned = scanAll([
      forged(bytes, at, (view) => {
        view.setUint8(40, 4);
      }),
    ]);
    expect(damageOf(scanned)).toEqual([['bad-position', at, startOf(starts, 5)]]);
    expect(positionsOf(scanned, 0)).toEqual(everyPosition);
  });

  test('unknown types are counted and skipped', () => {
    const strange = forged(bytes, startOf(starts, 4), (view) => {
      view.setUint16(12, 4711, true);
    });
    const scanned = scanAll([strange]);
    expect(damageOf(scanned)).toEqual([]);
    expect(scanned.unknownRecords).toBe(1);
    expect(positionsOf(scanned, 0)).toEqual(without(4));
  });

  test('findings are bounded, their count is exact', () => {
    const good = bytes.subarray(startOf(starts, 0), startOf(starts, 1));
    const pieces: Uint8Array[] = [bytes.subarray(0, startOf(starts, 0))];
    for (let i = 0; i < MAX_FINDINGS + 50; i++) pieces.push(good, Uint8Array.of(65));
    const { kept, counts, damage } = scanAll([join(...pieces)]).findings;
    expect(kept).toHaveLength(MAX_FINDINGS);
    expect(counts.get('foreign-bytes')).toBe(MAX_FINDINGS + 50);
    expect(damage).toEqual({ count: MAX_FINDINGS + 50, bytes: MAX_FINDINGS + 50 });
  });
});

describe('bytes that look like records', () => {
  test('a marker inside a packet is only a packet', () => {
    const writer = writerOf([trackInfo(0)]);
    const sly = Uint8Array.of(0x78, 0xf5, 0x54, 0x53, 0x52, 0xf5, 0x54, 0x53, 0x52);
    writer.add(0, 0, [sly, sly]);
    const bytes = segmentsOf(writer.commit())[0] ?? new Uint8Array();
    for (const step of [1, 40]) {
      const scanned = scanAll([bytes], {}, [step]);
      expect(scanned.findings.kept).toEqual([]);
      expect(positionsOf(scanned, 0)).toEqual([0, 960]);
    }
  });

  test("another session's records inside a damaged one are not taken for ours", () => {
    const stranger = writerOf([trackInfo(0)]);
    stranger.add(0, 123_000, [packet(1)]);
    const strange = segmentsOf(stranger.commit())[0] ?? new Uint8Array();
    const inner = strange.slice(recordStarts(strange)[0]);
    inner[4] = (inner[4] ?? 0) ^ 1; // another segment's tag; the checksum does not cover it and still holds
    const writer = writerOf([trackInfo(0)]);
    writer.add(0, 0, [join(Uint8Array.of(0x78), inner)]);
    const bytes = segmentsOf(writer.commit())[0] ?? new Uint8Array();
    const start = startOf(recordStarts(bytes), 0);
    bytes[start + 20] = 1;
    const scanned = scanAll([bytes]);
    expect(damageOf(scanned)).toEqual([['bad-checksum', start, bytes.length]]);
    expect(rowsIn(scanned)).toBe(0);
  });
});
