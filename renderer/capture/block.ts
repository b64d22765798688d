import { SAMPLE_RATE } from '../../shared/time/samples.ts';

/** One Opus packet of 20 ms. */
export const BLOCK_SAMPLES = SAMPLE_RATE / 50;

/** 20 ms of a device at 48 kHz. */
export interface DeviceBlock {
  /** First sample, counted at 48 kHz from the beginning of the page's clock; a multiple of `BLOCK_SAMPLES`. */
  readonly frame: number;
  /** By channel, those that anybody wants: `BLOCK_SAMPLES` each. */
  readonly channels: ReadonlyMap<number, Float32Array<ArrayBuffer>>;
  /** Samples of it that the device lost; they are silence. */
  readonly missingSamples: number;
}

/** 20 ms of a track. */
export interface Block {
  /** As planned, from 0. */
  readonly track: number;
  /** As of the device's block. */
  readonly frame: number;
  /** The track's channels, one after the other. */
  readonly pcm: Float32Array<ArrayBuffer>;
  readonly missingSamples: number;
}
