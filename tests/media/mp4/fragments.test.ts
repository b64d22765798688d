import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Movie, readMovie } from '../../../electron/media/mp4/reader.ts';
import { samplesOf } from './media-files.ts';
import { EACH, type Fragment, fragmentAt, PRESET, type Say, start } from './fragmented-file.ts';
import { box, full, join, memorySource, u16, u32 } from './tailslate-file.ts';

const code = (value: string) => new TextEncoder().encode(value);

const trackOf = (movie: Movie) => movie.tracks[0];

describe('fragments', () => {
  test('every way to say sizes, durations, times and offsets gives the same samples', async () => {
    const say = fc.constantFrom<Say>('each', 'header', 'preset');
    const fragments = fc.array(
      fc.record({
        count: fc.integer({ min: 1, max: 6 }),
        seed: fc.nat(50),
        say: fc.record({ sizes: say, durations: say }),
        base: fc.constantFrom<Fragment['base']>('absolute', 'moof', 'inherited'),
        timed: fc.boolean(),
        noise: fc.boolean(),
      }),
      { minLength: 1, maxLength: 5 },
    );
    const property = fc.asyncProperty(fragments, async (specs) => {
      const parts = [start()];
      let at = parts[0]?.length ?? 0;
      let time = 0;
      const expected: unknown[] = [];
      for (const { count, seed, say, base, timed, noise } of specs) {
        const row = (index: number) => (seed * 13 + index * 7) % 30;
        const sizes = Array.from({ length: count }, (_, i) =>
          say.sizes === 'each' ? row(i) : say.sizes === 'header' ? 3 + seed : PRESET.size,
        );
        const durations = Array.from({ length: count }, (_, i) =>
          say.durations === 'each' ? 120 * row(i) : say.durations === 'header' ? 480 : PRESET.duration,
        );
        if (timed) time += 1000;
        const fragment: Fragment = {
          sizes,
          durations,
          say,
          base,
          noise,
          ...(timed ? { timeTicks: time } : {}),
        };
        const { bytes, dataByte } = fragmentAt(at, fragment);
        let offsetBytes = dataByte;
        sizes.forEach((sizeBytes, i) => {
          const durationTicks = durations[i] ?? 0;
          expected.push({ offsetBytes, sizeBytes, timeTicks: time, durationTicks });
          offsetBytes += sizeBytes;
          time += durationTicks;
        });
        parts.push(bytes);
        at += bytes.length;
      }
      const movie = await readMovie(memorySource(join(...parts)));
      expect(movie.findings).toEqual([]);
      expect(movie.fragmented).toBe(true);
      expect(samplesOf(trackOf(movie))).toEqual(expected);
      expect(trackOf(movie)?.samples.durationTicks()).toBe(time);
    });
    await fc.assert(property, { seed: 7, numRuns: 200 });
  });

  test('a second track follows the data of the first where neither says where it lies', async () => {
    const head = start();
    const traf = (id: number, offset: readonly number[]) =>
      box('traf', full('tfhd', 0, u32(id)), full('trun', offset.length === 0 ? 0 : 1, u32(2, ...offset)));
    const moof = (offset: number) => box('moof', full('mfhd', 0, u32(1)), traf(1, [offset]), traf(2, []));
    const offset = moof(0).length + 8;
    const movie = await readMovie(memorySource(join(head, moof(offset), box('mdat', new Uint8Array(40)))));
    expect(movie.findings).toEqual([]);
    const data = head.length + offset;
    expect(movie.tracks.map((track) => samplesOf(track).map(({ offsetBytes }) => offsetBytes))).toEqual([
      [data, data + 10],
      [data + 20, data + 30],
    ]);
  });

  test('groups continue across fragments, with descriptions of their own', async () => {
    const groups = (index: number, distance: number) => [
      full('sgpd', 0x1000000, code('roll'), u32(2, 1), u16(distance & 0xffff)),
      full('sbgp', 0, code('roll'), u32(2, 2, index, 1, 0)),
    ];
    const head = start();
    const first = fragmentAt(head.length, EACH);
    const second = fragmentAt(head.length + first.bytes.length, EACH, groups(0x10001, -4));
    const third = fragmentAt(
      head.length + first.bytes.length + second.bytes.length,
      EACH,
      groups(0x10001, -9),
    );
    const movie = await readMovie(memorySource(join(head, first.bytes, second.bytes, third.bytes)));
    const [roll] = trackOf(movie)?.groups ?? [];
    expect([...(roll?.runCounts ?? [])]).toEqual([3, 2, 1, 2, 1]);
    expect([...(roll?.runIndexes ?? [])]).toEqual([0, 1, 0, 2, 0]);
    expect(roll?.rollDistances).toEqual([-4, -9]);
  });

  test('cut at any byte, the file is readable up to its last complete fragment', async () => {
    const parts = [start()];
    const ends: number[] = [];
    let at = parts[0]?.length ?? 0;
    const headBytes = at;
    for (let i = 0; i < 4; i++) {
      const { bytes } = fragmentAt(at, EACH);
      parts.push(bytes);
      at += bytes.length;
      ends.push(at);
    }
    const whole = join(...parts);
    for (let length = headBytes; length <= whole.length; length++) {
      const movie = await readMovie(memorySource(whole.subarray(0, length)));
      const complete = ends.filter((end) => end <= length).length;
      expect(trackOf(movie)?.samples.count).toBe(3 * complete);
      const isBetween = length === headBytes || ends.includes(length);
      expect(movie.findings.some(({ kind }) => kind === 'torn-tail')).toBe(!isBetween);
    }
  });

  test('runs that claim more than the file holds are left out, and cost nothing', async () => {
    const head = start();
    const bomb = (sizeFlag: number[], tfhdFlags: number) =>
      box(
        'moof',
        box('traf', full('tfhd', tfhdFlags, u32(1, ...sizeFlag)), full('trun', 0, u32(0xffffffff))),
      );
    for (const moof of [bomb([], 0), bomb([1], 0x10), bomb([0], 0x10)]) {
      const movie = await readMovie(memorySource(join(head, moof)));
      expect(trackOf(movie)?.samples.count).toBe(0);
      expect(movie.findings).toMatchObject([{ kind: 'bad-table' }]);
    }
    const claimed = box(
      'moof',
      box('traf', full('tfhd', 0x20000, u32(1)), full('trun', 0x200, u32(0xffffffff, 4, 4))),
    );
    const movie = await readMovie(memorySource(join(head, claimed, box('mdat', new Uint8Array(8)))));
    expect(trackOf(movie)?.samples.count).toBe(2);
    expect(movie.findings).toMatchObject([{ kind: 'bad-table' }]);
  });
});
