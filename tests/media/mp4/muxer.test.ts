import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileLayout } from '../../../electron/media/mp4/layout.ts';
import { Muxer, type MuxerSpec } from '../../../electron/media/mp4/muxer.ts';
import { find, parseBoxes, parseTrack } from './mini-parser.ts';
import { assemble, hex, monoSpec } from './mux-support.ts';

/** Tests' own copy of what a sequence of packets must become. */
interface Packet {
  readonly sizeBytes: number;
  readonly units: number;
  readonly filler: boolean;
}

const packet: fc.Arbitrary<Packet> = fc.record({
  sizeBytes: fc.integer({ min: 1, max: 1500 }),
  units: fc.constantFrom(1, 2, 4, 8, 8, 8, 16, 24, 48),
  filler: fc.boolean(),
});

function samplesOf(packets: readonly Packet[]): number {
  return packets.reduce((sum, { units }) => sum + units * 120, 0);
}

function add(muxer: Muxer, track: number, packets: readonly Packet[]): void {
  const sizes = Uint16Array.from(packets, ({ sizeBytes }) => sizeBytes);
  const units = Uint8Array.from(packets, (each) => each.units);
  for (const [row, each] of packets.entries()) {
    if (each.filler) muxer.addFiller(track, each.sizeBytes, each.units, 1);
    else muxer.addSamples(track, sizes, units, row, 1);
  }
}

function specOf(tracks: readonly { durationSamples: number; lastTrimSamples: number }[]): MuxerSpec {
  const base = monoSpec(1);
  return {
    ...base,
    tracks: tracks.map(({ durationSamples, lastTrimSamples }, index) => ({
      name: `Player ${index}`,
      channels: 1,
      preSkipSamples: 312,
      inputRate: 48_000,
      editStartSamples: 0,
      editDurationSamples: durationSamples,
      lastTrimSamples,
    })),
  };
}

/** `count` packets of 20 ms as one track. */
function uniform(count: number, sizeBytes: number): FileLayout {
  const muxer = new Muxer(specOf([{ durationSamples: count * 960, lastTrimSamples: 0 }]));
  const sizes = new Uint16Array(count).fill(sizeBytes);
  muxer.addSamples(0, sizes, new Uint8Array(count).fill(8), 0, count);
  return muxer.finish();
}

function rollOf(units: readonly number[]): number {
  const muxer = new Muxer(
    specOf([{ durationSamples: units.reduce((a, b) => a + b, 0) * 120, lastTrimSamples: 0 }]),
  );
  muxer.addSamples(0, new Uint16Array(units.length).fill(1), Uint8Array.from(units), 0, units.length);
  const [trak] = find(parseBoxes(muxer.finish().head), 'moov/trak');
  return trak === undefined ? 0 : parseTrack(trak).rollDistance;
}

describe('Muxer', () => {
  test('the tables of any tracks describe what was added, and every byte of the payload once', () => {
    const track = fc.tuple(fc.array(packet, { minLength: 1, maxLength: 160 }), fc.nat({ max: 119 }));
    fc.assert(
      fc.property(fc.array(track, { minLength: 1, maxLength: 4 }), (tracks) => {
        const muxer = new Muxer(
          specOf(
            tracks.map(([packets, lastTrimSamples]) => ({
              durationSamples: samplesOf(packets) - lastTrimSamples,
              lastTrimSamples,
            })),
          ),
        );
        for (const [index, [packets]] of tracks.entries()) add(muxer, index, packets);
        const layout = muxer.finish();
        const boxes = parseBoxes(layout.head);
        const traks = find(boxes, 'moov/trak');
        const taken: [offset: number, size: number][] = [];
        for (const [index, [packets, trim]] of tracks.entries()) {
          const trak = traks[index];
          if (trak === undefined) throw new Error(`track ${index} is missing`);
          const parsed = parseTrack(trak);
          const durations = packets.map(({ units }) => units * 120);
          durations[durations.length - 1] = (durations.at(-1) ?? 0) - trim;
          expect(parsed.sizes).toEqual(packets.map(({ sizeBytes }) => sizeBytes));
          expect(parsed.durations).toEqual(durations);
          expect(parsed.fill).toEqual(packets.map(({ filler }) => (filler ? 1 : 0)));
          expect(parsed.offsets).toHaveLength(packets.length);
          for (const [sample, offset] of parsed.offsets.entries())
            taken.push([offset, parsed.sizes[sample] ?? 0]);
        }
        taken.sort(([a], [b]) => a - b);
        let at = layout.head.length;
        for (const [offset, size] of taken) {
          expect(offset).toBe(at);
          at += size;
        }
        expect(at).toBe(layout.totalBytes);
        expect(
          new DataView(layout.head.buffer, layout.head.byteOffset).getUint32(layout.head.length - 4),
        ).toBe(900_000);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  test('chunks last a second each and alternate between the tracks', () => {
    const muxer = new Muxer(
      specOf([
        { durationSamples: 120 * 960, lastTrimSamples: 0 },
        { durationSamples: 20 * 2880, lastTrimSamples: 0 },
      ]),
    );
    muxer.addFiller(0, 3, 8, 120);
    muxer.addFiller(1, 5, 24, 20);
    const { chunks } = muxer.finish();
    expect([...chunks.tracks]).toEqual([0, 1, 0, 1, 0]);
    expect([...chunks.sampleCounts]).toEqual([50, 17, 50, 3, 20]);
    expect([...chunks.sizesBytes]).toEqual([150, 85, 150, 15, 60]);
  });

  test('how packets are added does not change the file', () => {
    const sizes = Uint16Array.from({ length: 300 }, (_, i) => 60 + (i % 7));
    const units = new Uint8Array(300).fill(8);
    const heads = [300, 1, 7].map((step) => {
      const muxer = new Muxer(monoSpec(300 * 960 - 312));
      for (let row = 0; row < 300; row += step) {
        muxer.addSamples(0, sizes, units, row, Math.min(step, 300 - row));
      }
      return Buffer.from(muxer.finish().head).toString('hex');
    });
    expect(new Set(heads).size).toBe(1);
  });

  test('every audio track refers to the timecode track, which covers the longest in whole frames', () => {
    const muxer = new Muxer(
      specOf([
        { durationSamples: 960, lastTrimSamples: 0 },
        { durationSamples: 1921, lastTrimSamples: 959 },
      ]),
    );
    muxer.addFiller(0, 3, 8, 1);
    muxer.addFiller(1, 3, 8, 3);
    const boxes = parseBoxes(muxer.finish().head);
    expect(find(boxes, 'moov/trak/tref/tmcd').map((box) => box.content.getUint32(0))).toEqual([3, 3]);
    expect(find(boxes, 'moov/trak/tkhd').map((box) => box.content.getUint32(12))).toEqual([1, 2, 3]);
    const [mvhd] = find(boxes, 'moov/mvhd');
    expect(mvhd?.content.getUint32(16)).toBe(1921);
    expect(mvhd?.content.getUint32(96)).toBe(4);
    expect(find(boxes, 'moov/trak/mdia/mdhd').map((box) => box.content.getUint32(16))).toEqual([
      960, 1921, 3840,
    ]);
    expect(find(boxes, 'moov/trak/tkhd').map((box) => box.content.getUint32(20))).toEqual([960, 1921, 1921]);
  });

  test('the pre-roll covers 80 ms wherever a reader lands', () => {
    const twenty = Array<number>(100).fill(8);
    expect(rollOf(twenty)).toBe(-4);
    expect(rollOf([...twenty, 1, 1, 1, ...twenty])).toBe(-7);
    expect(rollOf([...twenty, ...Array<number>(60).fill(1), ...twenty])).toBe(-32);
    expect(rollOf(Array<number>(9).fill(48))).toBe(-1);
    expect(rollOf([8, 8])).toBe(-2);
  });

  test('the pre-roll is the smallest that covers 80 ms', () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 120 }), (packets) => {
        const units = packets.map((each) => each.units);
        const need = units.map((_, end) => {
          let span = 0;
          let count = 0;
          for (let i = end; i >= 0 && span < 32; i--, count++) span += units[i] ?? 0;
          return count;
        });
        expect(rollOf(units)).toBe(-Math.max(...need));
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test('beyond 4 GiB chunk offsets and the size of mdat take 64 bits', () => {
    const small = uniform(65_000, 61_298);
    expect(small.totalBytes).toBeLessThan(2 ** 32);
    const smallTrak = find(parseBoxes(small.head), 'moov/trak')[0];
    expect(smallTrak !== undefined && parseTrack(smallTrak).wide).toBe(false);

    const large = uniform(90_000, 61_298);
    const boxes = parseBoxes(large.head);
    const trak = find(boxes, 'moov/trak')[0];
    if (trak === undefined) throw new Error('the track is missing');
    const parsed = parseTrack(trak);
    expect(large.totalBytes).toBe(large.head.length + 90_000 * 61_298);
    expect(parsed.wide).toBe(true);
    expect(parsed.offsets.at(0)).toBe(large.head.length);
    expect(parsed.offsets.at(-1)).toBe(large.totalBytes - 61_298);
    expect(find(boxes, 'moov/trak/mdia/minf/stbl/co64')).toHaveLength(2);
    expect(find(boxes, 'mdat')[0]?.content.byteLength).toBe(4);
    const mdat = new DataView(large.head.buffer, large.head.byteOffset + large.head.length - 20);
    expect(mdat.getUint32(0)).toBe(1);
    expect(Number(mdat.getBigUint64(8))).toBe(20 + 90_000 * 61_298);
  });

  test('a file of exactly 2^32 - 1 bytes keeps 32 bits, one more byte does not', () => {
    const headBytes = uniform(70_064, 60_000).head.length;
    const sized = (totalBytes: number): FileLayout => {
      const muxer = new Muxer(specOf([{ durationSamples: 70_064 * 960, lastTrimSamples: 0 }]));
      const last = totalBytes - headBytes - 70_062 * 61_298 - 1000;
      const sizes = new Uint16Array(70_064).fill(61_298);
      sizes[70_062] = 1000;
      sizes[70_063] = last;
      expect(sizes[70_063]).toBe(last);
      muxer.addSamples(0, sizes, new Uint8Array(70_064).fill(8), 0, 70_064);
      return muxer.finish();
    };
    expect(sized(2 ** 32 - 1).totalBytes).toBe(2 ** 32 - 1);
    const wide = sized(2 ** 32);
    expect(wide.totalBytes).toBeGreaterThan(2 ** 32);
    expect(find(parseBoxes(wide.head), 'moov/trak/mdia/minf/stbl/co64')).toHaveLength(2);
  });

  test('more than 24 hours fit', () => {
    const layout = uniform(4_500_000, 1);
    const boxes = parseBoxes(layout.head);
    expect(find(boxes, 'moov/mvhd')[0]?.content.getUint8(0)).toBe(1);
    expect(find(boxes, 'moov/trak/edts/elst')[0]?.content.getBigUint64(8)).toBe(BigInt(4_500_000 * 960));
    // The memory that backs the head, not only the head: below 8 bytes a packet.
    expect(layout.head.buffer.byteLength).toBeLessThan(4_500_000 * 5);
  });

  test.each<[string, (muxer: Muxer) => void]>([
    [
      'a track that is not in the spec',
      (muxer) => {
        muxer.addFiller(1, 3, 8, 1);
      },
    ],
    [
      'rows outside the columns',
      (muxer) => {
        muxer.addSamples(0, new Uint16Array(2), new Uint8Array(2).fill(8), 1, 2);
      },
    ],
    [
      'columns of different length',
      (muxer) => {
        muxer.addSamples(0, new Uint16Array(3), new Uint8Array(2).fill(8), 0, 3);
      },
    ],
    [
      'a packet that lasts no time',
      (muxer) => {
        muxer.addSamples(0, new Uint16Array(2).fill(9), Uint8Array.of(8, 0), 0, 2);
      },
    ],
    [
      'a packet longer than 120 ms',
      (muxer) => {
        muxer.addFiller(0, 3, 49, 1);
      },
    ],
    [
      'an empty filler',
      (muxer) => {
        muxer.addFiller(0, 0, 8, 1);
      },
    ],
    [
      'a track without samples',
      (muxer) => {
        muxer.finish();
      },
    ],
    [
      'an edit beyond the media',
      (muxer) => {
        muxer.addFiller(0, 3, 8, 1);
        muxer.finish();
      },
    ],
  ])('refuses %s', (_, misuse) => {
    expect(() => {
      misuse(new Muxer(monoSpec(960)));
    }).toThrow(RangeError);
  });

  test('refuses a trim that leaves nothing of the last packet', () => {
    const muxer = new Muxer(monoSpec(960, 960));
    muxer.addFiller(0, 3, 8, 3);
    expect(() => muxer.finish()).toThrow(/below the last packet's 960 samples, got 960/);
  });

  test('the worked example of FORMAT.md is the file we write', () => {
    const document = readFileSync(new URL('../../../electron/media/mp4/FORMAT.md', import.meta.url), 'utf8');
    const [, example = ''] = /```hex\n([\s\S]*?)```/.exec(document) ?? [];
    const base = monoSpec(720, 48);
    const muxer = new Muxer({
      ...base,
      tracks: base.tracks.map((track) => ({ ...track, name: 'Alice', editStartSamples: 1272 })),
      timecode: {
        timescale: 30_000,
        frameDuration: 1001,
        nominalFrames: 30,
        dropFrame: true,
        startFrame: 1_078_920,
      },
      metadata: [
        { kind: 'text', code: '©nam', value: 'Pilot' },
        { kind: 'digest', name: 'PACKETS_SHA256' },
      ],
    });
    muxer.addFiller(0, 3, 8, 1);
    muxer.addSamples(0, Uint16Array.of(5), Uint8Array.of(8), 0, 1);
    muxer.addFiller(0, 3, 1, 1);
    const file = assemble(muxer.finish(), [[hex('f8fffe'), hex('f8a1b2c3d4'), hex('e0fffe')]]);
    expect(Buffer.from(file).toString('hex')).toBe(Buffer.from(hex(example)).toString('hex'));
  });
});
