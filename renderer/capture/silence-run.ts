/** Shorter silence is not looked at: no browser takes sound in pieces of less than 5 ms. */
const LEAST_SILENCE_SAMPLES = 240;
/** What a change of sample rate smears over the edges of silence, samples. */
const SMEARED_SAMPLES = 64;

/**
 * Finds silence that was laid into a track's sound: samples that are exactly zero, which no microphone gives, between
 * others that are not.
 */
export class SilenceRun {
  #samples = 0;
  /** Silence before the first sound was not laid into anything. */
  #heard = false;

  /**
   * Takes the next samples of a track.
   * @param pcm channels of equal length, one after the other.
   * @param channels of it.
   * @returns how long the silence was that ended in them, in samples; 0 when none did.
   */
  add(pcm: Float32Array, channels: number): number {
    const length = pcm.length / channels;
    let ended = 0;
    for (let at = 0; at < length; at++) {
      if (isSilent(pcm, at, length)) {
        this.#samples++;
        continue;
      }
      if (this.#heard && this.#samples >= LEAST_SILENCE_SAMPLES) ended = this.#samples;
      this.#samples = 0;
      this.#heard = true;
    }
    return ended;
  }

  /** Something is known to be missing, or another device comes: the silence from here on has its reason. */
  reset(): void {
    this.#samples = 0;
    this.#heard = false;
  }
}

function isSilent(pcm: Float32Array, from: number, step: number): boolean {
  for (let at = from; at < pcm.length; at += step) if (pcm[at] !== 0) return false;
  return true;
}

/**
 * Whether silence is what a browser lays in place of sound that came too late: so many whole buffers of the device.
 * That of a switch, a gate or another program has any length.
 * @param bufferSamples what the device delivers at once, in samples of 48 kHz; 0 where that is not known.
 */
export function isLaid(silenceSamples: number, bufferSamples: number): boolean {
  if (bufferSamples < LEAST_SILENCE_SAMPLES) return false;
  const buffers = Math.max(1, Math.round(silenceSamples / bufferSamples));
  const over = silenceSamples - buffers * bufferSamples;
  return over >= -SMEARED_SAMPLES && over <= buffers;
}
