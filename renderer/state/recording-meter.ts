import { decibels } from '../capture/level.ts';
import type { TrackLevel } from '../capture/capture-link.ts';

/** dBFS and how far along the scale it lies: finer where speech belongs. */
const SCALE: readonly (readonly [number, number])[] = [
  [-60, 0],
  [-50, 0.06],
  [-40, 0.15],
  [-30, 0.31],
  [-24, 0.42],
  [-18, 0.54],
  [-12, 0.7],
  [-9, 0.775],
  [-6, 0.85],
  [-3, 0.925],
  [0, 1],
];
const HOLD_MILLIS = 1500;
/** As a programme meter falls (IEC 60268-10: 20 dB in 1.7 s). */
const FALL_DB_A_SECOND = 20 / 1.7;
const CLIP_MILLIS = 5000;

/** Where a level lies on the meter, 0 to 1. */
export function along(db: number): number {
  let [beforeDb, beforeAlong] = SCALE[0] ?? [0, 0];
  if (db <= beforeDb) return 0;
  for (const [nextDb, nextAlong] of SCALE) {
    if (db < nextDb) return beforeAlong + ((db - beforeDb) / (nextDb - beforeDb)) * (nextAlong - beforeAlong);
    [beforeDb, beforeAlong] = [nextDb, nextAlong];
  }
  return 1;
}

/** One channel's bar: up at once, down slowly, its peak held. */
export interface Bar {
  db: number;
  heldDb: number;
  heldMillis: number;
}

/** What one track's meter shows. */
export class Meter {
  readonly bars: Bar[] = [];
  /** Lit until then. */
  #clipUntilMillis = 0;
  #lastMillis = 0;
  clipped = false;

  note({ peaks, clipped }: TrackLevel, atMillis: number): void {
    const seconds = Math.max(0, (atMillis - this.#lastMillis) / 1000);
    this.#lastMillis = atMillis;
    for (const [channel, peak] of peaks.entries()) {
      const bar = (this.bars[channel] ??= { db: -200, heldDb: -200, heldMillis: 0 });
      const db = decibels(peak);
      bar.db = Math.max(db, bar.db - FALL_DB_A_SECOND * seconds);
      if (db >= bar.heldDb || atMillis - bar.heldMillis > HOLD_MILLIS) {
        bar.heldDb = db;
        bar.heldMillis = atMillis;
      }
    }
    this.bars.length = peaks.length;
    if (clipped) this.#clipUntilMillis = atMillis + CLIP_MILLIS;
    this.clipped = atMillis < this.#clipUntilMillis;
  }

  /** The loudest held peak of all channels, dBFS. */
  get heldDb(): number {
    return Math.max(-200, ...this.bars.map(({ heldDb }) => heldDb));
  }
}
