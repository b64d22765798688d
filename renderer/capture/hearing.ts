import { SAMPLE_RATE, SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { type Block, BLOCK_SAMPLES } from './block.ts';
import type { CaptureLevels } from './capture-link.ts';
import { LevelTap } from './level-tap.ts';
import type { LiveRecording } from './live-recording.ts';

const ANCHOR_BLOCKS = 150;
/** The first anchor comes soon, since T0 hangs on it, and with the first block after this that has a session. */
const FIRST_ANCHOR_BLOCKS = 25;
/** 17 times a second is as often as a meter has to be told; each time costs a message from process to process. */
const LEVEL_BLOCKS = 3;

export interface HearingPorts {
  /** Milliseconds of the page's clock, which no correction moves. */
  readonly now: () => number;
  /** That clock's beginning, milliseconds since 1970. */
  readonly originMillis: number;
  /** It is time to tell the host what the clock shows. */
  onAnchor(): void;
}

type Live = Pick<LiveRecording, 'begin' | 'take' | 'positionOf' | 'sessionId'>;

/**
 * What is done with every block: meters measure it, a recording takes it. Frames count the page's clock, so that all
 * devices have the same and the time of each is known.
 */
export class Hearing {
  readonly #ports: HearingPorts;
  readonly #listeners = new Set<(levels: CaptureLevels) => void>();
  #levels = new LevelTap([]);
  #live: Live | undefined;
  /** End of the newest block of any device. */
  #endFrame: number | undefined;
  /** What devices deliver after each other at one moment counts once. */
  #blocks = 0;
  #anchorBlocks = FIRST_ANCHOR_BLOCKS;

  constructor(ports: HearingPorts) {
    this.#ports = ports;
  }

  /** @returns ends it. */
  onLevels(listener: (levels: CaptureLevels) => void): () => void {
    const own = (levels: CaptureLevels): void => listener(levels);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Tracks of so many channels come from now on. */
  expect(channels: readonly number[]): void {
    this.#levels = new LevelTap(channels);
    this.#endFrame = undefined;
  }

  /** Who takes the blocks; nobody when undefined. It begins where the newest block ended. */
  follow(live: Live | undefined): void {
    this.#live = live;
    this.#blocks = 0;
    this.#anchorBlocks = FIRST_ANCHOR_BLOCKS;
    if (this.#endFrame !== undefined) live?.begin(this.#endFrame);
  }

  /** Session time at a moment of the page's clock; undefined while nothing is recorded. */
  positionAt(millis: number): number | undefined {
    return this.#live?.positionOf(Math.round(millis * SAMPLES_PER_MS));
  }

  /** Session time at this moment; undefined while nothing is recorded. */
  get nowSamples(): number | undefined {
    return this.positionAt(this.#ports.now());
  }

  /** When a frame was heard, milliseconds since 1970 by the page's clock. */
  unixMillisOf(frame: number): number {
    return this.#ports.originMillis + frame / SAMPLES_PER_MS;
  }

  hear(block: Block): void {
    const loudness = this.#levels.measure(block);
    this.#live?.take(block, loudness);
    const endFrame = block.frame + BLOCK_SAMPLES;
    if (endFrame <= (this.#endFrame ?? 0)) return;
    this.#endFrame = endFrame;
    this.#blocks++;
    if (this.#live?.sessionId !== undefined && this.#blocks >= this.#anchorBlocks) {
      this.#anchorBlocks = this.#blocks + ANCHOR_BLOCKS;
      this.#ports.onAnchor();
    }
    if (this.#blocks % LEVEL_BLOCKS === 0) this.#tellLevels(endFrame);
  }

  /** A second has passed. Session time goes on also while no device is heard. */
  second(): void {
    const frame = Math.round(this.#ports.now() * SAMPLES_PER_MS);
    if (this.#live !== undefined && frame > (this.#endFrame ?? frame) + SAMPLE_RATE) this.#tellLevels(frame);
  }

  #tellLevels(endFrame: number): void {
    const levels = {
      positionSamples: this.#live?.positionOf(endFrame) ?? null,
      atMillis: this.unixMillisOf(endFrame),
      tracks: this.#levels.collect(),
    };
    for (const listener of this.#listeners) listener(levels);
  }
}
