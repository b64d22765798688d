/** What was accepted on its way to the disk: how far each track reaches with it, and since when it waits. */
export class Batch {
  /** Per track, where its last packet ends. */
  readonly endSamples = new Map<number, number>();
  /** When its first byte arrived, by the monotonic clock; undefined for a batch of nothing. */
  sinceMicros: number | undefined;
  payloadBytes = 0;
  /** Number of the last thing accepted, counted from 1. */
  lastAccepted = 0;

  get isEmpty(): boolean {
    return this.sinceMicros === undefined;
  }

  /** Adds what came after everything in this batch. */
  add(later: Batch): void {
    for (const [track, samples] of later.endSamples) this.endSamples.set(track, samples);
    this.sinceMicros ??= later.sinceMicros;
    this.payloadBytes += later.payloadBytes;
    this.lastAccepted = Math.max(this.lastAccepted, later.lastAccepted);
  }

  /** Everything in this batch, which is empty then. */
  take(): Batch {
    const taken = new Batch();
    taken.add(this);
    this.endSamples.clear();
    this.sinceMicros = undefined;
    this.payloadBytes = 0;
    return taken;
  }
}
