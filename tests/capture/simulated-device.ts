import type { DeviceBuffer } from '../../renderer/capture/device-line.ts';

/** What happens to a device, by the true time in milliseconds. */
export interface DeviceFate {
  /** Hertz that it says it has. */
  readonly rate: number;
  /** Millionths by which its crystal runs fast. */
  readonly ppm: number;
  readonly bufferSamples: number;
  /** How much later than its last sample a buffer comes; never less than 0. */
  readonly delayMillis: (atMillis: number, random: number) => number;
  /** How far off the browser's timestamp is. */
  readonly stampMillis: (atMillis: number, random: number) => number;
  /** Buffers that it loses. */
  readonly loses: (atMillis: number) => boolean;
}

/** The true time of the device's first sample. */
export const BEGAN_MILLIS = 1234.5;

/**
 * The buffers of a device in the order in which they come. Each sample says how many seconds after the first it was
 * heard.
 */
export function* buffersOf(fate: DeviceFate, seconds: number, seed: number): Generator<DeviceBuffer> {
  const { rate, ppm, bufferSamples, delayMillis, stampMillis, loses } = fate;
  const own = rate * (1 + ppm / 1e6);
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let nowMillis = 0;
  for (let first = 0; first < own * seconds; first += bufferSamples) {
    const atMillis = BEGAN_MILLIS + (first / own) * 1000;
    const endMillis = atMillis + (bufferSamples / own) * 1000;
    // Buffers come one after the other.
    nowMillis = Math.max(nowMillis, endMillis + delayMillis(endMillis, random()));
    const stamp = atMillis + stampMillis(atMillis, random());
    if (loses(atMillis)) continue;
    const plane = Float32Array.from({ length: bufferSamples }, (_, at) => (first + at) / own);
    yield { samples: bufferSamples, planes: [plane], stampMillis: stamp, nowMillis };
  }
}
