import type { Api } from '../../shared/ipc/contract.ts';
import { AppError } from '../../shared/model/errors.ts';

/** More than two clocks of one machine ever move against each other, both being corrected by the network's time. */
const DRIFT = 200e-6;
/** Known to within this it is asked no more. */
const ENOUGH_MICROS = 2000;
/** On a machine so busy that each answer takes long, the shortest ways of so many are still short. */
const MOST_QUESTIONS = 48;

export interface HostClockPorts {
  readonly ask: Api['recording']['clock'];
  /** Milliseconds of the page's clock, which no correction moves. */
  readonly now: () => number;
}

/**
 * What the host's monotonic clock shows at a moment of the page's. Each answer was given after its question left and
 * before it came, which bounds the difference of the two clocks from both sides; bounds of several answers narrow each
 * other, and the middle is believed (K. Marzullo's intersection, as in NTP, RFC 5905 section 11.2.1). How late a
 * message comes is thus no part of the time it tells.
 */
export class HostClock {
  readonly #ports: HostClockPorts;
  /** Least and most that the host's clock is ahead, in microseconds, when they were last narrowed. */
  #bounds: { readonly least: number; readonly most: number; readonly atMillis: number } | undefined;
  #learning: Promise<void> | undefined;

  constructor(ports: HostClockPorts) {
    this.#ports = ports;
  }

  /** Asks, once at least, until the difference is known well enough. A host that is away teaches nothing. */
  learn(): Promise<void> {
    this.#learning ??= this.#askAll().finally(() => (this.#learning = undefined));
    return this.#learning;
  }

  /** Microseconds of the host's clock at a moment of the page's; undefined before the first answer. */
  microsAt(millis: number): number | undefined {
    if (this.#bounds === undefined) return undefined;
    const { least, most } = this.#bounds;
    return Math.max(0, Math.round(millis * 1000 + (least + most) / 2));
  }

  /** How far `microsAt` may be wrong, in microseconds; infinite before the first answer. */
  get errorMicros(): number {
    return this.#bounds === undefined ? Infinity : (this.#bounds.most - this.#bounds.least) / 2;
  }

  async #askAll(): Promise<void> {
    const { ask, now } = this.#ports;
    try {
      for (let asked = 0; asked < MOST_QUESTIONS; asked++) {
        const askedMillis = now();
        const { monotonicMicros } = await ask({});
        this.#note(askedMillis, monotonicMicros, now());
        if (this.errorMicros <= ENOUGH_MICROS) return;
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  #note(askedMillis: number, hostMicros: number, nowMillis: number): void {
    const found = { least: hostMicros - nowMillis * 1000, most: hostMicros - askedMillis * 1000 };
    const known = this.#bounds ?? { ...found, atMillis: nowMillis };
    const drift = DRIFT * (nowMillis - known.atMillis) * 1000;
    const least = Math.max(found.least, known.least - drift);
    const most = Math.min(found.most, known.most + drift);
    // One of the clocks stood still, as in a computer's sleep: what was known before is no longer true.
    this.#bounds = { ...(least <= most ? { least, most } : found), atMillis: nowMillis };
  }
}
