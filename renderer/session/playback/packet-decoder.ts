/** Decodes packets that follow one another without a gap. */
export interface PacketDecoder {
  /**
   * Audio of the packets in order, one entry for each; `undefined` for one that cannot be decoded. What was decoded
   * before still counts: calls go on where the last ended.
   */
  decode(packets: readonly Uint8Array[]): Promise<readonly (DecodedAudio | undefined)[]>;
  close(): void;
}

/** A Float32Array for each channel. */
export type DecodedAudio = readonly Float32Array<ArrayBuffer>[];

export type MakeDecoder = (channels: 1 | 2) => PacketDecoder;
