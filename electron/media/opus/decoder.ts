/** An Opus decoder at 48 kHz for the packets of one track, one after another; whoever has one hands it in. */
export interface OpusDecoder<Pcm> {
  readonly channels: 1 | 2;
  /**
   * The samples of the next packet; what comes back may be overwritten by the next call. A packet coded with another
   * number of channels is mixed down or doubled.
   * @returns undefined when the packet cannot be decoded; the decoder goes on with the next one.
   */
  decode(packet: Uint8Array): Pcm | undefined;
  /** Frees its memory; it is not used afterwards. */
  close(): void;
}

/** 16-bit samples, channels interleaved: the fastest, good enough to be looked at. */
export type OpusDecoderS16 = OpusDecoder<Int16Array>;

/** Samples as floats of nominally -1 to 1, an array for each channel; not clipped. */
export type OpusDecoderFloat = OpusDecoder<readonly Float32Array[]>;
