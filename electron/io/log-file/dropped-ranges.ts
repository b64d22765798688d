/** A stretch of a track that was not recorded because the disk did not keep up. */
export interface DroppedRange {
  readonly track: number;
  readonly startSamples: number;
  readonly endSamples: number;
}

/** A stall that switches on and off for hours must not fill the memory: stretches beyond this many are joined. */
const MOST_RANGES_PER_TRACK = 1000;

/** What was dropped since the start, neighbouring stretches as one. */
export class DroppedRanges {
  readonly #tracks = new Map<number, DroppedRange[]>();

  add(range: DroppedRange): void {
    const ranges = this.#tracks.get(range.track);
    const last = ranges?.at(-1);
    if (ranges === undefined || last === undefined) {
      this.#tracks.set(range.track, [range]);
    } else if (last.endSamples === range.startSamples || ranges.length >= MOST_RANGES_PER_TRACK) {
      ranges[ranges.length - 1] = { ...last, endSamples: Math.max(last.endSamples, range.endSamples) };
    } else {
      ranges.push(range);
    }
  }

  /** In the order of the tracks' first drops, each track's in the order they came. */
  get all(): readonly DroppedRange[] {
    return [...this.#tracks.values()].flat();
  }
}
