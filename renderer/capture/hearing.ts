import { type Block, BLOCK_SAMPLES } from './block.ts';
import type { CaptureLevels } from './capture-link.ts';
import { FrameClock } from './frame-clock.ts';
import { LevelTap } from './level-tap.ts';
import type { LiveRecording } from './live-recording.ts';

const ANCHOR_BLOCKS = 150;
/** The first anchor comes soon, since T0 hangs on it, and with the first block after this that has a session. */
const FIRST_ANCHOR_BLOCKS = 25;
const REPORT_BLOCKS = 50;

export interface HearingPorts {
  /** Milliseconds of the page's clock, which no correction moves. */
  readonly now: () => number;
  /** That clock's beginning, milliseconds since 1970. */
  readonly originMillis: number;
  /** It is time to tell the host what the clock shows. */
  onAnchor(): void;
  /** A second of sound has passed. */
  onSecond(): void;
}

/** What is done with every block: the clock notes it, meters measure it, a recording takes it. */
export class Hearing {
  readonly #ports: HearingPorts;
  readonly #clock = new FrameClock();
  readonly #listeners = new Set<(levels: CaptureLevels) => void>();
  #levels = new LevelTap([]);
  #live: Pick<LiveRecording, 'take' | 'skip' | 'positionOf' | 'sessionId'> | undefined;
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
  }

  /** Who takes the blocks; nobody when undefined. */
  follow(live: Pick<LiveRecording, 'take' | 'skip' | 'positionOf' | 'sessionId'> | undefined): void {
    this.#live = live;
    this.#blocks = 0;
    this.#anchorBlocks = FIRST_ANCHOR_BLOCKS;
  }

  /** The sound was stopped from outside and runs again: what came between was never counted. */
  resumed(): void {
    this.#clock.resumed();
  }

  /** Session time at a moment of the page's clock; undefined while nothing is recorded. */
  positionAt(millis: number): number | undefined {
    const frame = this.#clock.frameAt(millis);
    return frame === undefined ? undefined : this.#live?.positionOf(frame);
  }

  hear(block: Block): void {
    const nowMillis = this.#ports.now();
    const atMillis = this.#ports.originMillis + nowMillis;
    const live = this.#live;
    const endFrame = block.frame + BLOCK_SAMPLES;
    const lostSamples = this.#clock.note(endFrame, nowMillis);
    if (lostSamples > 0) live?.skip(lostSamples);
    const loudness = this.#levels.measure(block);
    live?.take(block, loudness, atMillis);
    this.#blocks++;
    if (live?.sessionId !== undefined && this.#blocks >= this.#anchorBlocks) {
      this.#anchorBlocks = this.#blocks + ANCHOR_BLOCKS;
      this.#ports.onAnchor();
    }
    const tracks = this.#levels.due();
    if (tracks !== undefined) {
      const levels = { positionSamples: live?.positionOf(endFrame) ?? null, atMillis, tracks };
      for (const listener of this.#listeners) listener(levels);
    }
    if (this.#blocks % REPORT_BLOCKS === 0) this.#ports.onSecond();
  }
}
