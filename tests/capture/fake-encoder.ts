import { vi } from 'vitest';

const BLOCK_SAMPLES = 960;
/** An identification header that says 312 samples of pre-skip (RFC 7845 section 5.1). */
const OPUS_HEAD = Uint8Array.of(79, 112, 117, 115, 72, 101, 97, 100, 1, 1, 56, 1, 128, 187, 0, 0, 0, 0, 0);

interface Output {
  output: (chunk: { byteLength: number; copyTo: (to: Uint8Array) => void }, metadata: unknown) => void;
}

/** A packet of two bytes for each 20 ms that goes in, one more for the lookahead, as a browser's encoder gives them. */
class FakeEncoder {
  static readonly calls: number[] = [];
  state: 'unconfigured' | 'configured' | 'closed' = 'unconfigured';
  readonly #init: Output;

  constructor(init: Output) {
    this.#init = init;
  }

  configure(): void {
    this.state = 'configured';
  }

  encode({ numberOfFrames }: { numberOfFrames: number }): void {
    FakeEncoder.calls.push(numberOfFrames / BLOCK_SAMPLES);
    for (let at = 0; at < numberOfFrames; at += BLOCK_SAMPLES) this.#packet();
  }

  flush(): Promise<void> {
    this.#packet();
    return Promise.resolve();
  }

  close(): void {
    this.state = 'closed';
  }

  #packet(): void {
    const copyTo = (to: Uint8Array): void => to.set([0x78, 1]);
    this.#init.output({ byteLength: 2, copyTo }, { decoderConfig: { description: OPUS_HEAD } });
  }
}

class FakeAudio {
  readonly numberOfFrames: number;

  constructor({ numberOfFrames, numberOfChannels, data }: AudioDataInit) {
    if (data.byteLength < numberOfFrames * numberOfChannels * 4) throw new TypeError('too little data');
    this.numberOfFrames = numberOfFrames;
  }

  close(): void {
    // Nothing is held.
  }
}

/** Puts the encoder of a browser in place. @returns blocks of each call so far. */
export function withFakeEncoder(): readonly number[] {
  FakeEncoder.calls.length = 0;
  vi.stubGlobal('AudioEncoder', FakeEncoder);
  vi.stubGlobal('AudioData', FakeAudio);
  return FakeEncoder.calls;
}
