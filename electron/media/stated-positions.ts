/** What became of the position that was stated for a stretch of packets. */
export interface StatedPlace {
  readonly startSamples: number;
  /** Samples that nobody recorded before it. */
  readonly gapSamples: number;
  /** Whether it was said to lie before the end of what precedes it, by more than rounding explains. */
  readonly isEarly: boolean;
}

/**
 * Lays packets in time by the positions that a file of another program states for them, on a grid of our own: a
 * packet follows the one before it, unless it is stated to begin so much later that something is missing. Half a
 * packet is the bound: containers round to milliseconds, and what is lost is lost in whole packets. What is rounded
 * never adds up, since each position is compared with all that came before.
 */
export class StatedPositions {
  #endSamples: number | undefined;

  /** Where the next packet lies if nothing is missing; undefined before the first. */
  get endSamples(): number | undefined {
    return this.#endSamples;
  }

  /**
   * @param statedSamples where the packets begin by what the file says; undefined where it says nothing.
   * @param packetSamples length of the first of them.
   * @param totalSamples length of all of them.
   */
  place(statedSamples: number | undefined, packetSamples: number, totalSamples: number): StatedPlace {
    const follows = this.#endSamples ?? Math.max(0, statedSamples ?? 0);
    const off = (statedSamples ?? follows) - follows;
    const isGap = off >= packetSamples / 2;
    const startSamples = isGap ? follows + off : follows;
    this.#endSamples = startSamples + totalSamples;
    return { startSamples, gapSamples: startSamples - follows, isEarly: off <= -packetSamples / 2 };
  }
}
