import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { AudioOutput, AudioPort } from './audio-port.ts';
import type { DecodedAudio } from './packet-decoder.ts';
import { canDecode, WebCodecsDecoder } from './web-codecs-decoder.ts';

/** A gain for each lane into one context at 48 kHz, whatever rate the device has. */
export class WebAudioOutput implements AudioOutput {
  readonly #context: BaseAudioContext;
  readonly #gains = new Map<string, GainNode>();
  readonly #live: AudioContext | undefined;

  constructor(context: BaseAudioContext) {
    this.#context = context;
    this.#live = context instanceof AudioContext ? context : undefined;
  }

  nowFrames(): number {
    return this.#context.currentTime * SAMPLE_RATE;
  }

  latencyFrames(): number {
    const latency = this.#live?.outputLatency ?? 0;
    return Number.isFinite(latency) ? latency * SAMPLE_RATE : 0;
  }

  schedule(playerId: string, planes: DecodedAudio, atFrame: number, speed: number): void {
    const length = planes[0]?.length ?? 0;
    if (length === 0 || planes.every((plane) => plane.every((sample) => sample === 0))) return;
    const buffer = this.#context.createBuffer(planes.length, length, SAMPLE_RATE);
    planes.forEach((plane, channel) => buffer.copyToChannel(plane, channel));
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.playbackRate.value = speed;
    source.connect(this.#gain(playerId));
    source.start(atFrame / SAMPLE_RATE);
  }

  setGain(playerId: string, gain: number): void {
    this.#gain(playerId).gain.value = gain;
  }

  hold(): void {
    void this.#live?.suspend();
  }

  release(): void {
    void this.#live?.resume();
  }

  close(): void {
    void this.#live?.close();
  }

  #gain(playerId: string): GainNode {
    let node = this.#gains.get(playerId);
    if (node === undefined) {
      node = this.#context.createGain();
      node.connect(this.#context.destination);
      this.#gains.set(playerId, node);
    }
    return node;
  }
}

/** The browser's decoder and sound. */
export const webAudio: AudioPort = {
  canDecode,
  makeDecoder: (channels) => new WebCodecsDecoder(channels),
  open: () => new WebAudioOutput(new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' })),
  eachFrame: (run) => {
    let last: number | undefined;
    let id = 0;
    const frame = (millis: number): void => {
      id = requestAnimationFrame(frame);
      run(last === undefined ? 0 : (millis - last) / 1000);
      last = millis;
    };
    id = requestAnimationFrame(frame);
    return () => cancelAnimationFrame(id);
  },
};
