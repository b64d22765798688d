import type { BegunBatches } from './begun-batches.ts';
import { type Batch, type BatchStore, type BatchView, isSettled, type QueuedItem } from './batch.ts';
import { batchView } from './batch-view.ts';

/** Where a batch keeps what becomes of it. */
export interface KeepingPorts {
  readonly store: Pick<BatchStore, 'putBatch' | 'putItem'>;
  /** Which batches this user began; others wait until somebody lets them run. */
  readonly begun: Pick<BegunBatches, 'add'>;
  readonly clock: { readonly wallUnixMicros: () => number };
  /** Told when a state could not be kept. The queue goes on; the next start knows what was kept last. */
  readonly onUnkept: (error: unknown) => void;
}

/** A batch in memory, whose items change: every change is kept before anybody sees it, progress aside. */
export class LiveBatch {
  /** Whether somebody else began it, and nobody has let it run here. */
  held: boolean;
  readonly #ports: KeepingPorts;
  #batch: Omit<Batch, 'items'>;
  #items: readonly QueuedItem[];
  /** How often anything but progress has changed. */
  #changes = 0;

  constructor({ items, ...batch }: Batch, held: boolean, ports: KeepingPorts) {
    this.held = held;
    this.#ports = ports;
    this.#batch = batch;
    this.#items = items;
  }

  get batchId(): string {
    return this.#batch.batchId;
  }

  get outFolder(): string {
    return this.#batch.outFolder;
  }

  get items(): readonly QueuedItem[] {
    return this.#items;
  }

  get isFinished(): boolean {
    return this.#batch.finishedUnixMicros !== null;
  }

  get whole(): Batch {
    return { ...this.#batch, items: this.#items };
  }

  get view(): BatchView {
    return batchView(this.whole, this.held, this.#changes);
  }

  has(itemId: string): boolean {
    return this.#items.some(({ view }) => view.itemId === itemId);
  }

  item(itemId: string): QueuedItem {
    const item = this.#items.find(({ view }) => view.itemId === itemId);
    if (item === undefined) throw new RangeError(`no item ${itemId} in batch ${this.batchId}`);
    return item;
  }

  /** Keeps a batch that is new; one with nothing to do is finished. */
  begin(): void {
    if (this.#isSettled()) this.#finish(true);
    this.keepBegun();
    this.#keep(() => {
      this.#ports.store.putBatch(this.whole);
    });
  }

  /** Changes an item in memory only: what is lost with it is found out again. */
  set(item: QueuedItem): void {
    this.setAll(this.#items.map((old) => (old.view.itemId === item.view.itemId ? item : old)));
  }

  /** The same for all of them. */
  setAll(items: readonly QueuedItem[]): void {
    this.#items = items;
  }

  /** Changes items and keeps them. Several go to the store at once: each alone would wait for the disk. */
  put(changed: readonly QueuedItem[]): void {
    const [first] = changed;
    if (first === undefined) return;
    this.#changes++;
    const changedById = new Map(changed.map((item) => [item.view.itemId, item]));
    this.setAll(this.#items.map((item) => changedById.get(item.view.itemId) ?? item));
    const finished = this.#isSettled();
    const turned = finished !== this.isFinished;
    if (turned) this.#finish(finished);
    if (turned && !finished && !this.held) this.keepBegun();
    this.#keep(() => {
      if (turned || changed.length > 1) this.#ports.store.putBatch(this.whole);
      else this.#ports.store.putItem(this.batchId, first);
    });
  }

  /** Writes down that it was begun here. By itself: where that fails, the library still learns what there is to do. */
  keepBegun(): void {
    this.#keep(() => {
      this.#ports.begun.add(this.whole);
    });
  }

  #isSettled(): boolean {
    return this.#items.every(({ view }) => isSettled(view));
  }

  #finish(finished: boolean): void {
    const finishedUnixMicros = finished ? this.#ports.clock.wallUnixMicros() : null;
    this.#batch = { ...this.#batch, finishedUnixMicros };
  }

  #keep(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#ports.onUnkept(error);
    }
  }
}
