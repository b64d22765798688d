import type { SegmentClock } from '../../media/log/writer.ts';
import type { LogClock } from '../../io/log-file/log-clock.ts';

/** A difference this large between the clocks is no correction by the network's time. */
const JUMP_MICROS = 1_000_000;

/**
 * The wall clock of a recording: read once at its start and counted on by the monotonic clock, so that nothing moves
 * when somebody sets the computer's clock, or the network does.
 */
export class SteadyClock {
  readonly startUnixMicros: number;
  readonly #clock: LogClock;
  readonly #startMonotonicMicros: number;
  /** Where the wall clock is ahead of this one by now. */
  #aheadMicros = 0;

  constructor(clock: LogClock) {
    this.#clock = clock;
    this.startUnixMicros = clock.wallUnixMicros();
    this.#startMonotonicMicros = clock.monotonicMicros();
  }

  monotonicMicros(): number {
    return this.#clock.monotonicMicros();
  }

  /** Both clocks now. */
  reading(): SegmentClock {
    const monotonicMicros = this.#clock.monotonicMicros();
    return {
      monotonicMicros,
      wallUnixMicros: this.startUnixMicros + monotonicMicros - this.#startMonotonicMicros,
    };
  }

  /** How far the computer's clock was moved since the last call, 0 unless it jumped. */
  jumpMicros(): number {
    const aheadMicros = this.#clock.wallUnixMicros() - this.reading().wallUnixMicros;
    const jumped = aheadMicros - this.#aheadMicros;
    this.#aheadMicros = aheadMicros;
    return Math.abs(jumped) > JUMP_MICROS ? jumped : 0;
  }
}
