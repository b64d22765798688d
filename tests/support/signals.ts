const RATE = 48_000;

/** A stretch of a tone, the same in all channels. */
export interface ToneStretch {
  /** Of the peak, against full scale. */
  readonly peakDbfs: number;
  readonly seconds: number;
}

/** Tones that follow each other. */
export function tones(stretches: readonly ToneStretch[], hertz: number, degrees = 0): Float32Array {
  const frames = stretches.map(({ seconds }) => Math.round(seconds * RATE));
  const samples = new Float32Array(frames.reduce((sum, count) => sum + count, 0));
  let at = 0;
  for (const [index, { peakDbfs }] of stretches.entries()) {
    const end = at + (frames[index] ?? 0);
    const amplitude = 10 ** (peakDbfs / 20);
    for (; at < end; at++)
      samples[at] = amplitude * Math.sin((2 * Math.PI * hertz * at) / RATE + (Math.PI * degrees) / 180);
  }
  return samples;
}

/** Noise of all loudness and tone: a generator of its own, the same everywhere. */
export function noise(frames: number, seed: number): Float32Array {
  const samples = new Float32Array(frames);
  let state = seed;
  let low = 0;
  for (let i = 0; i < frames; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    low += 0.05 * (state / 2 ** 31 - low);
    samples[i] = 2 * low * (1.1 + Math.sin(i / 9000) + 0.3 * Math.sin(i / 130_000));
  }
  return samples;
}
