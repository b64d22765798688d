import { BlockBuilder, TAP_NAME, type TapOptions } from './block.ts';

// What the audio thread has; the compiler's DOM library knows only the page.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: string,
  processor: new (options: { processorOptions: TapOptions }) => AudioWorkletProcessor,
): void;
declare const currentFrame: number;

/** Frames of one callback (Web Audio API, "render quantum"), for when no input has any. */
const QUANTUM = 128;

/** Hears every track in the same callback, so that no two can drift apart, and hands blocks to the page. */
class Tap extends AudioWorkletProcessor {
  readonly #channels: readonly number[];
  readonly #builder: BlockBuilder;
  #inputs: (Float32Array | undefined)[] = [];

  constructor({ processorOptions }: { processorOptions: TapOptions }) {
    super();
    this.#channels = processorOptions.channels;
    this.#builder = new BlockBuilder(this.#channels.reduce((sum, count) => sum + count, 0));
    this.#inputs = [];
  }

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    let at = 0;
    let length = QUANTUM;
    for (const [track, channels] of this.#channels.entries()) {
      for (let channel = 0; channel < channels; channel++) {
        const input = inputs[track]?.[channel];
        if (input !== undefined) length = input.length;
        this.#inputs[at++] = input;
      }
    }
    for (const block of this.#builder.add(currentFrame, length, this.#inputs))
      this.port.postMessage(block, [block.pcm.buffer]);
    return true;
  }
}

registerProcessor(TAP_NAME, Tap);
