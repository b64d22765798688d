import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Movie, readMovie } from '../../../electron/media/mp4/reader.ts';
import { samplesOf } from './media-files.ts';
import { box, full, join, memorySource, u16, u32 } from './tailslate-file.ts';

interface Fragment {
  readonly sizes: readonly number[];
  readonly durations: readonly number[];
  readonly timeTicks?: number;
  /** What is said per sample, in the header of the track fragment, or left to `trex`. */
  readonly say: { readonly sizes: Say; readonly durations: Say };
  readonly base: 'absolute' | 'moof' | 'inherited';
  readonly noise: boolean;
}
type Say = 'each' | 'header' | 'preset';

const PRESET = { duration: 960, size: 10 };

const code = (value: string) => new TextEncoder().encode(value);

/** An `ftyp` and a `moov` whose tracks 1 and 2 are empty and continued by fragments. */
function start(): Uint8Array {
  const trak = (id: number) =>
    box(
      'trak',
      full('tkhd', 3, u32(0, 0, id, 0, 0), new Uint8Array(60)),
      box(
        'mdia',
        full('mdhd', 0, u32(0, 0, 48000, 0), u16(0x55c4, 0)),
        full('hdlr', 0, u32(0), code('soun'), new Uint8Array(13)),
        box(
          'minf',
          box(
            'stbl',
            full('stsd', 0, u32(0)),
            full('stts', 0, u32(0)),
            full('stsc', 0, u32(0)),
            full('stsz', 0, u32(0, 0)),
            full('stco', 0, u32(0)),
          ),
        ),
      ),
    );
  const trex = (id: number) => full('trex', 0, u32(id, 1, PRESET.duration, PRESET.size, 0));
  const mvhd = full('mvhd', 0, u32(0, 0, 1000, 0), new Uint8Array(80));
  return join(
    box('ftyp', code('iso6'), u32(0)),
    box('moov', mvhd, trak(1), trak(2), box('mvex', trex(1), trex(2))),
  );
}

/** One track fragment whose data starts at `dataByte`; the layout of `tfhd` and `trun` follows the flags. */
function trackFragment(
  id: number,
  fragment: Fragment,
  dataByte: number,
  moofByte: number,
  extra: Uint8Array[],
): Uint8Array {
  const { say, noise } = fragment;
  const tfhd: number[] = [id];
  let flags = 0;
  let origin = moofByte;
  if (fragment.base === 'absolute') {
    flags |= 1;
    origin = dataByte - 5;
    tfhd.push(0, origin);
  } else if (fragment.base === 'moof') flags |= 0x20000;
  if (noise) {
    flags |= 2;
    tfhd.push(1);
  }
  if (say.durations === 'header') {
    flags |= 8;
    tfhd.push(fragment.durations[0] ?? 0);
  }
  if (say.sizes === 'header') {
    flags |= 0x10;
    tfhd.push(fragment.sizes[0] ?? 0);
  }
  if (noise) {
    flags |= 0x20;
    tfhd.push(0x1010000);
  }
  const trun: number[] = [fragment.sizes.length, dataByte - origin];
  let runFlags = 1;
  if (noise) {
    runFlags |= 4 | 0x800;
    trun.push(0x2000000);
  }
  if (say.durations === 'each') runFlags |= 0x100;
  if (say.sizes === 'each') runFlags |= 0x200;
  fragment.sizes.forEach((size, index) => {
    if (say.durations === 'each') trun.push(fragment.durations[index] ?? 0);
    if (say.sizes === 'each') trun.push(size);
    if (noise) trun.push(77);
  });
  const tfdt = fragment.timeTicks === undefined ? [] : [full('tfdt', 0x1000000, u32(0, fragment.timeTicks))];
  return box(
    'traf',
    full('tfhd', flags, u32(...tfhd)),
    ...tfdt,
    ...extra,
    full('trun', runFlags, u32(...trun)),
  );
}

/** `moof` and `mdat` at a place of the file; returned with where the data starts. */
function fragmentAt(
  moofByte: number,
  fragment: Fragment,
  extra: Uint8Array[] = [],
): { bytes: Uint8Array; dataByte: number } {
  const moof = (dataByte: number) =>
    box('moof', full('mfhd', 0, u32(1)), trackFragment(1, fragment, dataByte, moofByte, extra));
  const dataByte = moofByte + moof(0).length + 8;
  const data = new Uint8Array(fragment.sizes.reduce((sum, size) => sum + size, 0)).fill(0xda);
  return { bytes: join(moof(dataByte), box('mdat', data)), dataByte };
}

const EACH: Fragment = {
  sizes: [5, 6, 7],
  durations: [960, 960, 480],
  say: { sizes: 'each', durations: 'each' },
  base: 'moof',
  noise: false,
};

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
