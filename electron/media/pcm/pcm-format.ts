import { assertNever } from '../../../shared/model/errors.ts';
import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import { IS_LITTLE_ENDIAN } from '../bytes/host-order.ts';

/** Bytes of one sample of one channel. */
export function pcmBytes(format: PcmFormat): 2 | 3 | 4 {
  switch (format) {
    case 's16':
      return 2;
    case 's24':
      return 3;
    case 'f32':
      return 4;
    default:
      return assertNever(format);
  }
}

const HALF_16 = 2 ** 15;
const HALF_24 = 2 ** 23;

/**
 * Writes frames, channels interleaved. Integers are rounded to the nearest, halves upwards, and clipped; adding half the
 * range makes rounding a truncation, which takes a quarter of the time of `Math.round`.
 * @param channels an array for each, of at least `frames` samples, nominally -1 to 1.
 * @returns how many bytes of `into` were written.
 */
export function encodePcm(
  format: PcmFormat,
  channels: readonly Float32Array[],
  frames: number,
  into: Uint8Array,
): number {
  const stride = pcmBytes(format) * channels.length;
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  for (const [index, samples] of channels.entries()) {
    const at = index * pcmBytes(format);
    switch (format) {
      case 's16':
        writeS16(samples, frames, into, at, stride);
        break;
      case 's24':
        if (channels.length === 1) writeMonoS24(samples, frames, into);
        else writeS24(samples, frames, into, at, stride);
        break;
      case 'f32':
        for (let i = 0; i < frames; i++) view.setFloat32(at + i * stride, samples[i] ?? 0, true);
        break;
      default:
        return assertNever(format);
    }
  }
  return frames * stride;
}

/** One channel as integers of 16 bits. */
function writeS16(samples: Float32Array, frames: number, into: Uint8Array, at: number, stride: number): void {
  for (let i = 0, to = at; i < frames; i++, to += stride) {
    const value = quantised(samples[i] ?? 0, 0x8000, 0xffff);
    into[to] = value;
    into[to + 1] = value >> 8;
  }
}

/** One channel as integers of 24 bits. */
function writeS24(samples: Float32Array, frames: number, into: Uint8Array, at: number, stride: number): void {
  for (let i = 0, to = at; i < frames; i++, to += stride) {
    const value = quantised(samples[i] ?? 0, 0x80_0000, 0xff_ffff);
    into[to] = value;
    into[to + 1] = value >> 8;
    into[to + 2] = value >> 16;
  }
}

/** The only channel as integers of 24 bits: four in three words at a time, where they lie so. */
function writeMonoS24(samples: Float32Array, frames: number, into: Uint8Array): void {
  const inWords = IS_LITTLE_ENDIAN && into.byteOffset % 4 === 0 ? frames - (frames % 4) : 0;
  const words = new Uint32Array(into.buffer, inWords === 0 ? 0 : into.byteOffset, (3 * inWords) / 4);
  for (let i = 0, to = 0; i < inWords; i += 4, to += 3) {
    const a = quantised(samples[i] ?? 0, 0x80_0000, 0xff_ffff) & 0xff_ffff;
    const b = quantised(samples[i + 1] ?? 0, 0x80_0000, 0xff_ffff) & 0xff_ffff;
    const c = quantised(samples[i + 2] ?? 0, 0x80_0000, 0xff_ffff) & 0xff_ffff;
    const d = quantised(samples[i + 3] ?? 0, 0x80_0000, 0xff_ffff);
    words[to] = a | (b << 24);
    words[to + 1] = (b >>> 8) | (c << 16);
    words[to + 2] = (c >>> 16) | (d << 8);
  }
  writeS24(samples.subarray(inWords), frames - inWords, into, 3 * inWords, 3);
}

/**
 * The nearest integer of `half` steps to 1, halves upwards, clipped to what fits.
 * @param top how many steps above the lowest the highest is; computed here the compiler takes it for a float, and
 *   converting takes half as long again.
 */
function quantised(sample: number, half: number, top: number): number {
  const lifted = sample * half + half + 0.5;
  return (lifted < 0 ? 0 : lifted < top ? lifted | 0 : top) - half;
}

/**
 * Reads frames, channels interleaved: the inverse of `encodePcm`.
 * @param bytes whole frames; what is no whole frame at the end is left out.
 * @param into an array for each channel with room for the frames.
 */
export function decodePcm(format: PcmFormat, bytes: Uint8Array, into: readonly Float32Array[]): void {
  const size = pcmBytes(format);
  const stride = size * into.length;
  const frames = Math.floor(bytes.length / stride);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [index, samples] of into.entries()) {
    for (let i = 0, at = index * size; i < frames; i++, at += stride) {
      samples[i] = sampleAt(format, view, at);
    }
  }
}

function sampleAt(format: PcmFormat, view: DataView, at: number): number {
  switch (format) {
    case 's16':
      return view.getInt16(at, true) / HALF_16;
    case 's24':
      return (view.getUint16(at, true) + 65_536 * view.getInt8(at + 2)) / HALF_24;
    case 'f32':
      return view.getFloat32(at, true);
    default:
      return assertNever(format);
  }
}
