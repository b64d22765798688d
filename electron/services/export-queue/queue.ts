import { AppError } from '../../../shared/model/errors.ts';
import { WatchedValue } from '../../../shared/ipc/watched-value.ts';
import { type BegunBatches, isBegunHere } from './begun-batches.ts';
import { type Batch, type BatchStore, isSettled, type QueuedItem } from './batch.ts';
import { refersTo } from './project-media.ts';
import { requeued, withError } from './item-outcome.ts';
import { ItemRun, type ItemRunPorts } from './item-run.ts';
import { type Leftover, Leftovers } from './leftovers.ts';
import { type KeepingPorts, LiveBatch } from './live-batch.ts';
import { type ItemChoice, LiveBatches, noBatch } from './live-batches.ts';
import { OtherParts } from './other-parts.ts';
import { type QueueView, queueView } from './queue-view.ts';
import { SilentRuns } from './silent-runs.ts';

export interface ExportQueuePorts extends KeepingPorts, ItemRunPorts {
  readonly store: BatchStore;
  readonly begun: Pick<BegunBatches, 'add' | 'has' | 'remove'>;
  /** Told of batches that wait, being somebody else's. */
  readonly onHeld: (batches: readonly Batch[]) => void;
  /** Items that run at the same time. */
  readonly jobs: number;
  readonly clock: KeepingPorts['clock'] & ItemRunPorts['clock'];
}

/** Progress is shown so often at most. */
const SHOW_MILLIS = 150;

/** Why a run ends that is to begin anew at the next start. */
const CLOSING = new AppError('cancelled', 'Closing.');

/**
 * Batches of files to make: in order, some at a time, one that fails stops nobody. Every state is in the store before
 * it is shown, so a queue that was killed goes on where it was; what it left half-written is removed first. A store
 * that takes nothing, as on a full disk, is told and stops nobody either: the program may be recording. Nor does a disk
 * that does not answer: nothing here waits for it but the runs of its own files.
 */
export class ExportQueue {
  readonly view: WatchedValue<QueueView>;
  readonly #ports: ExportQueuePorts;
  readonly #batches = new LiveBatches();
  readonly #runs = new Map<string, ItemRun>();
  readonly #silent = new SilentRuns();
  readonly #leftovers: Leftovers;
  readonly #others = new OtherParts();
  #paused = false;
  #closing = false;
  #cancelShow: (() => void) | undefined;

  private constructor(ports: ExportQueuePorts) {
    this.#ports = ports;
    this.#leftovers = new Leftovers(ports, () => this.#leftParts());
    this.view = new WatchedValue(queueView(false, []));
  }

  /** Takes up what an earlier run left unfinished. */
  static open(ports: ExportQueuePorts): ExportQueue {
    const queue = new ExportQueue(ports);
    const held: Batch[] = [];
    for (const kept of ports.store.unfinished()) {
      const live = new LiveBatch(kept, !isBegunHere(ports, kept), ports);
      if (live.held) held.push(kept);
      else queue.#revive(live);
      queue.#batches.add(live);
    }
    if (held.length > 0) ports.onHeld(held);
    queue.#show();
    queue.#findOthers();
    queue.#fillUp();
    queue.#leftovers.sweep();
    return queue;
  }

  /**
   * Lets a batch run that somebody else began, as if it had been begun here.
   * @throws AppError('not-found')
   */
  allow(batchId: string): void {
    const live = this.#batches.get(batchId);
    if (live === undefined) throw noBatch(batchId);
    if (!live.held) return;
    this.#revive(live);
    live.held = false;
    if (!live.isFinished) live.keepBegun();
    this.#show();
    this.#fillUp();
    this.#leftovers.sweep();
  }

  /** What was under way when its program ended waits again. */
  #revive(live: LiveBatch): void {
    live.setAll(live.items.map((item) => (isSettled(item.view) ? item : requeued(item))));
  }

  /** What may have been left of items that are over; others remove it when they begin. */
  *#leftParts(): Generator<Leftover> {
    yield* this.#batches.leftParts((itemId) => this.#runs.has(itemId) || this.#silent.has(itemId));
    yield* this.#others;
  }

  /** Part files of batches that are not on the list: those of the history, unless somebody else began them. */
  #findOthers(): void {
    for (const batch of this.#ports.store.withParts()) {
      if (!isBegunHere(this.#ports, batch)) continue;
      for (const item of batch.items) {
        this.#others.add(batch.batchId, item, () => {
          this.#keep(() => {
            this.#ports.store.putItem(batch.batchId, { ...item, partPath: null });
          });
        });
      }
    }
  }

  /** Puts a batch behind the others. */
  add(batch: Batch): void {
    const live = new LiveBatch(batch, false, this.#ports);
    live.begin();
    this.#batches.add(live);
    this.#show();
    this.#fillUp();
  }

  /** Cancels items that run or wait; one that was finished meanwhile stays done. */
  cancel(choice: ItemChoice): void {
    const cancelled = new AppError('cancelled', 'Cancelled.');
    for (const [live, items] of this.#batches.chosen(choice)) {
      const waiting = items.filter(({ view }) => !this.#runs.has(view.itemId) && !isSettled(view));
      for (const { view } of items) this.#runs.get(view.itemId)?.stop(cancelled);
      live.put(waiting.map((item) => withError(item, cancelled)));
    }
    this.#showSoon();
    this.#fillUp();
  }

  /**
   * Lets failed, skipped and cancelled items run again, those of a batch from the history too. A batch that somebody
   * else began waits until it is let run, as one does that was not finished.
   * @throws AppError('not-found')
   */
  retry(choice: ItemChoice): void {
    const { batchId } = choice;
    if (batchId !== undefined && this.#batches.get(batchId) === undefined) this.#takeUp(batchId);
    for (const [live, items] of this.#batches.chosen(choice)) {
      const isIdle = ({ view }: QueuedItem): boolean => isSettled(view) && !this.#runs.has(view.itemId);
      const again = items.filter((item) => item.view.state !== 'done' && isIdle(item));
      // What named the media that were there is to name these too.
      const projects = live.items.filter(
        (project) =>
          project.view.trouble !== null &&
          isIdle(project) &&
          !again.includes(project) &&
          again.some((item) => refersTo(project, item)),
      );
      live.put([...again, ...projects].map(requeued));
    }
    this.#showSoon();
    this.#fillUp();
  }

  /** Puts a batch of the history on the list. */
  #takeUp(batchId: string): void {
    const kept = this.#ports.store.get(batchId);
    if (kept === undefined) throw noBatch(batchId);
    const live = new LiveBatch(kept, !isBegunHere(this.#ports, kept), this.#ports);
    this.#others.drop(batchId);
    this.#batches.add(live);
    if (live.held) this.#ports.onHeld([kept]);
  }

  /** Lets what runs come to its end and starts nothing more. */
  pause(): void {
    this.#paused = true;
    this.#show();
  }

  resume(): void {
    this.#paused = false;
    this.#show();
    this.#fillUp();
  }

  /** Takes finished batches off the list and out of the history; null for all. Files stay, half-written ones go. */
  clear(batchIds: readonly string[] | null): void {
    for (const live of this.#batches) {
      const { batchId } = live;
      const meant = batchIds === null || batchIds.includes(batchId);
      if (!meant || !live.isFinished) continue;
      this.#batches.delete(batchId);
      this.#silent.forget((itemId) => live.has(itemId));
      if (!live.held) for (const item of live.items) this.#others.add(batchId, item, () => undefined);
    }
    const cleared = batchIds === null ? this.#ports.store.removeFinished() : this.#removed(batchIds);
    for (const batchId of cleared) {
      this.#keep(() => {
        this.#ports.begun.remove(batchId);
      });
      this.#others.cleared(batchId);
    }
    this.#show();
    this.#leftovers.sweep();
  }

  #removed(batchIds: readonly string[]): readonly string[] {
    const cleared = batchIds.filter((batchId) => this.#batches.get(batchId) === undefined);
    for (const batchId of cleared) this.#ports.store.removeBatch(batchId);
    return cleared;
  }

  /** A batch of the list or of the history, whole. @throws AppError('not-found') */
  batch(batchId: string): Batch {
    const live = this.#batches.get(batchId);
    if (live !== undefined) return live.whole;
    const kept = this.#ports.store.get(batchId);
    if (kept === undefined) throw noBatch(batchId);
    return kept;
  }

  /** Stops what runs, which is queued again for the next start; what does not end is left behind. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#leftovers.close();
    for (const run of this.#runs.values()) run.stop(CLOSING);
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended));
    this.#silent.forget();
    this.#cancelShow?.();
  }

  #fillUp(): void {
    while (!this.#paused && !this.#closing && this.#runs.size < this.#ports.jobs) {
      const next = this.#batches.nextWaiting(
        (outFolder) => this.#silent.areMany(outFolder),
        (itemId) => this.#runs.has(itemId),
      );
      if (next === undefined) return;
      this.#start(...next);
    }
  }

  #start(live: LiveBatch, item: QueuedItem): void {
    const { itemId } = item.view;
    const { outFolder } = live;
    const before =
      this.#silent.forget((silent) => silent === itemId) +
      (this.#leftovers.isRemoving(item.partPath) ? 1 : 0);
    const run = new ItemRun(live, item, { before, closing: CLOSING }, this.#ports, () => {
      this.#showSoon();
    });
    this.#runs.set(itemId, run);
    let hasReturned = false;
    void run.returned.then(() => {
      hasReturned = true;
      if (!this.#silent.delete(run) || this.#closing) return;
      this.#tellSilence(outFolder);
      this.#leftovers.sweep();
      this.#fillUp();
    });
    void run.ended.then(() => {
      this.#runs.delete(itemId);
      if (!hasReturned) {
        this.#silent.add(run, itemId, outFolder);
        this.#tellSilence(outFolder);
      } else if (live.item(itemId).view.state === 'done') {
        // The folder answers.
        this.#leftovers.sweep();
      }
      this.#fillUp();
    });
  }

  #tellSilence(outFolder: string): void {
    this.#batches.tellSilence(outFolder, this.#silent.areMany(outFolder), (itemId) => this.#runs.has(itemId));
    this.#showSoon();
  }

  #keep(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#ports.onUnkept(error);
    }
  }

  #showSoon(): void {
    this.#cancelShow ??= this.#ports.clock.after(SHOW_MILLIS, () => {
      this.#show();
    });
  }

  #show(): void {
    this.#cancelShow?.();
    this.#cancelShow = undefined;
    const batches = [...this.#batches].map(({ view }) => view);
    this.view.set(queueView(this.#paused, batches));
  }
}
