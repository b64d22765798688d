import { SAMPLE_RATE } from '../../shared/time/samples.ts';

/** A WAV file of 16 bits from channels of equal length, -1 to 1. */
export function writeWav(channels: readonly Float32Array[]): Buffer {
  const frames = channels[0]?.length ?? 0;
  const frameBytes = 2 * channels.length;
  const file = Buffer.alloc(44 + frames * frameBytes);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + frames * frameBytes, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels.length, 22);
  file.writeUInt32LE(SAMPLE_RATE, 24);
  file.writeUInt32LE(SAMPLE_RATE * frameBytes, 28);
  file.writeUInt16LE(frameBytes, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(frames * frameBytes, 40);
  for (const [index, channel] of channels.entries())
    for (const [frame, value] of channel.entries())
      file.writeInt16LE(Math.round(value * 32_767), 44 + frame * frameBytes + 2 * index);
  return file;
}

/** Noise in syllables, different for each seed and at every time: finds its own place in a recording. */
export function syllables(seed: number, seconds: number): Float32Array {
  let state = seed * 2_654_435_761;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  // Shared, so that whoever feeds it to a device on another thread has no copy of its own.
  const samples = new Float32Array(
    new SharedArrayBuffer(seconds * SAMPLE_RATE * Float32Array.BYTES_PER_ELEMENT),
  );
  let smooth = 0;
  for (let at = 0; at < samples.length; at++) {
    smooth += 0.15 * (random() - smooth);
    samples[at] = 0.8 * smooth * (0.3 + 0.7 * Math.abs(Math.sin((at / SAMPLE_RATE) * 9 * seed)));
  }
  return samples;
}

/** Where `part` of some audio lies in `whole`, by cross-correlation around a guess. */
export function locate(
  whole: Float32Array,
  part: Float32Array,
  from: number,
  to: number,
): { readonly at: number; readonly likeness: number } {
  let best = { at: from, likeness: -1 };
  let partPower = 0;
  for (const value of part) partPower += value * value;
  for (let at = Math.max(0, from); at <= Math.min(to, whole.length - part.length); at++) {
    let dot = 0;
    let power = 0;
    for (let index = 0; index < part.length; index++) {
      const value = whole[at + index] ?? 0;
      dot += value * (part[index] ?? 0);
      power += value * value;
    }
    const likeness = power === 0 ? 0 : dot / Math.sqrt(power * partPower);
    if (likeness > best.likeness) best = { at, likeness };
  }
  return best;
}

/** What a piece of a recording and its source have in common at least, where they are the same sound. */
export const LEAST_LIKENESS = 0.6;
/** Sound does not move further in a second, whatever a machine that is too busy leaves out, samples. */
const FURTHEST = SAMPLE_RATE / 2;

/**
 * How far into the source the sound of a recording lies, less where it is in the recording, in samples: once for each
 * `stepSeconds`; undefined where the recording is not like its source, as in a gap.
 */
export function findPlaces(
  source: Float32Array,
  recorded: Float32Array,
  stepSeconds: number,
): (number | undefined)[] {
  const window = 2400;
  const found: (number | undefined)[] = [];
  let before: number | undefined;
  for (let at = SAMPLE_RATE / 2; at + window < recorded.length; at += stepSeconds * SAMPLE_RATE) {
    const part = recorded.subarray(at, at + window);
    // The first is sought with a short piece everywhere, then with all of it nearby.
    const rough =
      before === undefined
        ? locate(source, recorded.subarray(at, at + 600), 0, at + 15 * SAMPLE_RATE).at
        : at + before;
    const within = (reach: number): ReturnType<typeof locate> =>
      locate(source, part, rough - reach, rough + reach);
    const near = within(before === undefined ? 20 : 1200);
    const place = near.likeness < LEAST_LIKENESS && before !== undefined ? within(FURTHEST) : near;
    if (place.likeness >= LEAST_LIKENESS) before = place.at - at;
    found.push(place.likeness < LEAST_LIKENESS ? undefined : place.at - at);
  }
  return found;
}

/** The same, of a recording that has all of it. @throws Error where it is not found. */
export function places(source: Float32Array, recorded: Float32Array, stepSeconds: number): number[] {
  return findPlaces(source, recorded, stepSeconds).map((place, index) => {
    if (place === undefined)
      throw new Error(`at ${index * stepSeconds + 0.5} s the recording is not like its source`);
    return place;
  });
}
