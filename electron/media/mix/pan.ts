import type { MixPlace } from '../../../shared/model/loudness.ts';
import { factorOf } from '../loudness/true-peak.ts';

/** Factors from a player's channels to the mix's, which do not cross. */
export interface ChannelGains {
  readonly left: number;
  readonly right: number;
}

/**
 * The pan law. One channel is divided with constant power, 3 dB down on both sides in the middle: a player is as loud in
 * the mix as alone, wherever they stand. Of two channels the pan is a balance that takes the far side away.
 */
export function channelGains({ panPercent, gainDb }: MixPlace, channels: 1 | 2): ChannelGains {
  const gain = factorOf(gainDb);
  const pan = Math.max(-100, Math.min(100, panPercent)) / 100;
  if (channels === 1) {
    const angle = ((pan + 1) * Math.PI) / 4;
    return { left: gain * Math.cos(angle), right: gain * Math.sin(angle) };
  }
  return {
    left: pan > 0 ? gain * Math.cos((pan * Math.PI) / 2) : gain,
    right: pan < 0 ? gain * Math.cos((pan * Math.PI) / 2) : gain,
  };
}

/** Adds a player's samples to those of the mix. @param channels one array, or left and right. */
export function addPanned(
  mix: readonly [Float32Array, Float32Array],
  channels: readonly Float32Array[],
  frames: number,
  { left, right }: ChannelGains,
): void {
  const [first, second = first] = channels;
  if (first === undefined || second === undefined) throw new RangeError('a player has at least one channel');
  const [mixLeft, mixRight] = mix;
  for (let i = 0; i < frames; i++) {
    mixLeft[i] = (mixLeft[i] ?? 0) + left * (first[i] ?? 0);
    mixRight[i] = (mixRight[i] ?? 0) + right * (second[i] ?? 0);
  }
}
