/**
 * Kept free on the disk: the recording ends before it takes the last of this. The indexes that end a log take 7 MB for
 * 64 tracks, and what arrives between two looks at the disk, 2 s of 64 tracks at 256 kb/s, another 4 MB; the rest
 * is for other programs, which would otherwise fail together with the recording.
 */
export const RESERVE_BYTES = 64 * 2 ** 20;

/** The bit rate is what was written in this time. */
const WINDOW_MICROS = 60_000_000;
/** Less tells nothing yet. */
const LEAST_MICROS = 3_000_000;

/** A log is a little larger than its packets: headers, indexes, blocks that are not full. */
const LOG_OVERHEAD = 1.05;

/** How long the disk lasts at the bit rate of the last minute. */
export class DiskForecast {
  readonly #seen: { readonly atMicros: number; readonly writtenBytes: number }[] = [];

  /** Notes how much was written by now. */
  add(atMicros: number, writtenBytes: number): void {
    this.#seen.push({ atMicros, writtenBytes });
    while ((this.#seen[1]?.atMicros ?? atMicros) <= atMicros - WINDOW_MICROS) this.#seen.shift();
  }

  /** Whole seconds until only the reserve is left; null while the bit rate is not known or is nothing. */
  secondsLeft(freeBytes: number): number | null {
    const [first] = this.#seen;
    const last = this.#seen.at(-1);
    if (first === undefined || last === undefined) return null;
    const micros = last.atMicros - first.atMicros;
    const bytes = (last.writtenBytes - first.writtenBytes) * LOG_OVERHEAD;
    if (micros < LEAST_MICROS || bytes <= 0) return null;
    return Math.floor((Math.max(0, freeBytes - RESERVE_BYTES) / bytes) * (micros / 1e6));
  }
}
