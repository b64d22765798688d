import { decibels } from '../capture/level.ts';
import type { TrackLevel } from '../capture/capture-link.ts';

const SPAN_MILLIS = 10_000;
/** Before so much was heard there is nothing to say. */
const LEAST_MILLIS = 3000;
const SILENCE_DB = -60;
const SILENCE_MILLIS = 5000;
const QUIET_DB = -30;

export type Verdict =
  | { readonly kind: 'listening' }
  | { readonly kind: 'good' | 'quiet'; readonly peakDb: number; readonly floorDb: number }
  | { readonly kind: 'clipping'; readonly times: number }
  | { readonly kind: 'silent'; readonly seconds: number };

interface Heard {
  readonly atMillis: number;
  readonly peakDb: number;
  readonly rmsDb: number;
  readonly clipped: boolean;
}

/** Listens to one input and says whether it is fit to be recorded: the last ten seconds count. */
export class SoundCheck {
  #heard: Heard[] = [];
  #beganMillis: number | undefined;
  #soundMillis: number | undefined;

  note({ peaks, rms, clipped }: TrackLevel, atMillis: number): void {
    this.#beganMillis ??= atMillis;
    const peakDb = decibels(Math.max(0, ...peaks));
    if (peakDb > SILENCE_DB || this.#soundMillis === undefined) this.#soundMillis = atMillis;
    this.#heard.push({ atMillis, peakDb, rmsDb: decibels(rms), clipped });
    const oldest = atMillis - SPAN_MILLIS;
    if ((this.#heard[0]?.atMillis ?? oldest) < oldest)
      this.#heard = this.#heard.filter((one) => one.atMillis >= oldest);
  }

  /** What is to be said at this moment. */
  verdict(nowMillis: number): Verdict {
    if (this.#beganMillis === undefined || this.#soundMillis === undefined) return { kind: 'listening' };
    const silentMillis = nowMillis - this.#soundMillis;
    if (silentMillis >= SILENCE_MILLIS) return { kind: 'silent', seconds: Math.round(silentMillis / 1000) };
    const times = this.#heard.filter(
      ({ clipped }, index) => clipped && this.#heard[index - 1]?.clipped !== true,
    ).length;
    if (times > 0) return { kind: 'clipping', times };
    if (nowMillis - this.#beganMillis < LEAST_MILLIS) return { kind: 'listening' };
    const peakDb = Math.max(...this.#heard.map((one) => one.peakDb));
    const floorDb = Math.min(...this.#heard.map((one) => one.rmsDb));
    return { kind: peakDb < QUIET_DB ? 'quiet' : 'good', peakDb, floorDb };
  }
}
