import { FRAME_UNIT_SAMPLES, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { OpusPacketEncoder } from './silence.ts';

/** 20 ms. */
const FRAME_SAMPLES = 960;
/** Of each packet, in units of 120 samples. */
export const ENCODED_UNITS = FRAME_SAMPLES / FRAME_UNIT_SAMPLES;

/**
 * How far what comes out of a decoder lies behind what went into an encoder for general audio at 48 kHz: what libopus
 * answers to OPUS_GET_LOOKAHEAD, 2.5 ms that its frames overlap and 4 ms that its two codecs differ by. It is the
 * pre-skip (RFC 7845 section 4.2).
 */
export const ENCODER_DELAY_SAMPLES = 312;

/** Packets from which so many samples can be decoded, the delay left out. */
export function encodedPackets(frames: number): number {
  return Math.ceil((frames + ENCODER_DELAY_SAMPLES) / FRAME_SAMPLES);
}

/** Samples at the end of the last of them that are not played. */
export function encodedTrim(frames: number): number {
  return encodedPackets(frames) * FRAME_SAMPLES - ENCODER_DELAY_SAMPLES - frames;
}

/** What they come to about, at a bitrate of so many kilobits a second. */
export function encodedBytes(frames: number, kbps: number): number {
  return Math.round((encodedPackets(frames) * FRAME_SAMPLES * kbps * 1000) / SAMPLE_RATE / 8);
}

/** Cuts stereo sound of any length into 20 ms and encodes them. */
export class PacketEncoder {
  readonly #encoder: OpusPacketEncoder;
  readonly #onPacket: (packet: Uint8Array) => void;
  /** Left and right in turn. */
  readonly #pcm = new Int16Array(2 * FRAME_SAMPLES);
  /** Frames that wait in it. */
  #waiting = 0;
  #frames = 0;

  /** @param encoder a fresh one of two channels. @param onPacket given every packet in order. */
  constructor(encoder: OpusPacketEncoder, onPacket: (packet: Uint8Array) => void) {
    if (encoder.channels !== 2) throw new RangeError('expected an encoder of 2 channels, got 1');
    this.#encoder = encoder;
    this.#onPacket = onPacket;
  }

  /** Takes the next frames: floats of nominally -1 to 1, which are clipped beyond. */
  add([left, right]: readonly [Float32Array, Float32Array]): void {
    for (let i = 0; i < left.length; i++) {
      this.#pcm[2 * this.#waiting] = sample16(left[i] ?? 0);
      this.#pcm[2 * this.#waiting + 1] = sample16(right[i] ?? 0);
      if (++this.#waiting === FRAME_SAMPLES) this.#encode();
    }
    this.#frames += left.length;
  }

  /** Encodes what is left, and as much silence as it takes to get everything out of the decoder again. */
  finish(): void {
    for (let left = ENCODER_DELAY_SAMPLES + encodedTrim(this.#frames); left > 0; left--) {
      this.#pcm.fill(0, 2 * this.#waiting, 2 * this.#waiting + 2);
      if (++this.#waiting === FRAME_SAMPLES) this.#encode();
    }
  }

  #encode(): void {
    this.#onPacket(this.#encoder.encode(this.#pcm, FRAME_SAMPLES));
    this.#waiting = 0;
  }
}

function sample16(value: number): number {
  return Math.max(-0x8000, Math.min(0x7fff, Math.round(0x8000 * value)));
}
