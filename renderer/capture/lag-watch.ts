/** Beyond this the session is put right; less is within what a machine's buffers breathe. */
export const MOST_LAG_MILLIS = 40;
/** Crystals differ by up to 100 millionths each; a lag that grows no faster is drift, which anchors tell, and no loss. */
const DRIFT = 200e-6;

/**
 * Tells lost time from drift. A device that drops audio falls behind the wall clock in steps, one whose crystal runs
 * slow does so evenly and hardly at all. So the least delay ever seen is remembered and may grow by 200 millionths of
 * the time that passes; whatever lag there is beyond it was lost, in one piece or in many small ones, and is put right
 * once it reaches 40 ms. Session time is thus never behind the wall clock by more than 40 ms and the drift.
 *
 * A machine that was only busy gives back what looked lost. Time cannot be taken out of a session again, so that much
 * is remembered as being ahead, and the next real loss is counted against it first.
 */
export class LagWatch {
  /** Least delay, with the drift allowed since. */
  #baseMillis: number | undefined;
  /** Sum of what was put right and has not turned out to be in advance since. */
  #correctedMillis = 0;

  /** Forgets everything and begins with this delay. */
  begin(delayMillis: number): void {
    this.#baseMillis = delayMillis;
    this.#correctedMillis = 0;
  }

  /**
   * How much is missing at this delay; 0 or less when nothing is.
   * @param delayMillis from the end of a block by the counter to its arrival by the clock.
   */
  lagMillis(delayMillis: number): number {
    return this.#baseMillis === undefined ? 0 : delayMillis - this.#baseMillis - this.#correctedMillis;
  }

  /** So much was put right. */
  corrected(millis: number): void {
    this.#correctedMillis += millis;
  }

  /** Lets the drift that so much time allows pass, towards this delay. */
  follow(delayMillis: number, passedMillis: number): void {
    if (this.#baseMillis === undefined) return;
    const allowed = DRIFT * passedMillis;
    const lag = this.lagMillis(delayMillis);
    if (delayMillis < this.#baseMillis) this.#baseMillis = delayMillis;
    else if (lag > 0) this.#baseMillis += Math.min(lag, allowed);
    else this.#correctedMillis -= Math.min(-lag, allowed, this.#correctedMillis);
  }
}
