import { box, full, join, u16, u32 } from './tailslate-file.ts';

/** A fragment of track 1, and how it says what it holds. */
export interface Fragment {
  readonly sizes: readonly number[];
  readonly durations: readonly number[];
  readonly timeTicks?: number;
  /** What is said per sample, in the header of the track fragment, or left to `trex`. */
  readonly say: { readonly sizes: Say; readonly durations: Say };
  readonly base: 'absolute' | 'moof' | 'inherited';
  readonly noise: boolean;
}
export type Say = 'each' | 'header' | 'preset';

/** What `trex` says. */
export const PRESET = { duration: 960, size: 10 };

const code = (value: string) => new TextEncoder().encode(value);

/** An `ftyp` and a `moov` whose tracks 1 and 2 are empty and continued by fragments. */
export function start(): Uint8Array {
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
export function fragmentAt(
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

/** Three samples, everything said for each. */
export const EACH: Fragment = {
  sizes: [5, 6, 7],
  durations: [960, 960, 480],
  say: { sizes: 'each', durations: 'each' },
  base: 'moof',
  noise: false,
};
