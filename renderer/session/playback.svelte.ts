import type { MeterLevel } from './meter.ts';
import type { Timeline } from './timeline.svelte.ts';

/** Where a session is heard, and from where. */
export class Playback {
  isPlaying = $state(false);
  levels = $state.raw<ReadonlyMap<string, MeterLevel>>(new Map());
  readonly #timeline: () => Timeline | null;

  constructor(timeline: () => Timeline | null) {
    this.#timeline = timeline;
  }

  /** Goes to a moment. */
  seek(samples: number): void {
    this.#timeline()?.place(samples);
  }
}
