import OpusScript from 'opusscript';

/** Decodes Opus packets to 16-bit samples at 48 kHz with libopus as WebAssembly, packet after packet. */
export class OpusDecoder {
  readonly #decoder: OpusScript;

  constructor(channels: 1 | 2) {
    this.#decoder = new OpusScript(48_000, channels);
  }

  /** The samples of one packet, channels interleaved; at most 60 ms. */
  decode(packet: Uint8Array): Int16Array {
    const bytes = Uint8Array.from(this.#decoder.decode(Buffer.from(packet)));
    return new Int16Array(bytes.buffer);
  }

  close(): void {
    this.#decoder.delete();
  }
}
