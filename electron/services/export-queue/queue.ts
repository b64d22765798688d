import { AppError } from '../../../shared/model/errors.ts';
import { WatchedValue } from '../../../shared/ipc/watched-value.ts';
import type { RunQueued } from '../export-job/item.ts';
import type { MadeMedia, PlannedMedia, WriteProject } from '../export-job/project-item.ts';
import type { BegunBatches } from './begun-batches.ts';
import {
  type Batch,
  type BatchStore,
  type BatchView,
  isBlocked,
  isProject,
  isSettled,
  madeIn,
  type QueuedItem,
  refersTo,
  progressed,
  requeued,
  withError,
  withOutcome,
  withProject,
} from './batch.ts';
import { type KeepingPorts, LiveBatch } from './live-batch.ts';
import { isPartIn, partLeft, partOf } from './part-file.ts';

export interface ExportQueuePorts extends KeepingPorts {
  readonly store: BatchStore;
  readonly begun: KeepingPorts['begun'] & Pick<BegunBatches, 'has'>;
  /** Told of unfinished batches that wait, being somebody else's. */
  readonly onHeld: (batches: readonly Batch[]) => void;
  readonly run: RunQueued;
  readonly writeProject: WriteProject;
  /** Items that run at the same time. */
  readonly jobs: number;
  readonly removePart: (partPath: string) => Promise<void>;
  /** Whether a file is there already: then it is somebody else's. */
  readonly exists: (path: string) => boolean;
  readonly clock: KeepingPorts['clock'] & {
    readonly monotonicMicros: () => number;
    /** @returns cancels it. */
    readonly after: (millis: number, action: () => void) => () => void;
  };
  /** Told when a file is finished, so that its session shows as exported. */
  readonly onExported: (sessionId: string) => void;
}

/** What the queue shows. */
export interface QueueView {
  readonly paused: boolean;
  /** Of everything queued, 0 to 1; null when nothing is. */
  readonly progress: number | null;
  readonly batches: readonly BatchView[];
}

/** Which items a command means: all of a batch, or these. */
export interface ItemChoice {
  readonly batchId?: string | undefined;
  readonly itemIds?: readonly string[] | undefined;
}

/** Progress is shown so often at most. */
const SHOW_MILLIS = 150;

/** An item that runs. */
interface Run {
  readonly abort: AbortController;
  readonly startedMicros: number;
  readonly ended: Promise<void>;
}

/** Why a run ends that is to begin anew at the next start. */
const CLOSING = new AppError('cancelled', 'Closing.');

/**
 * Batches of files to make: in order, some at a time, one that fails stops nobody. Every state is in the store before
 * it is shown, so a queue that was killed goes on where it was; what it left half-written is removed first. A store
 * that takes nothing, as on a full disk, is told and stops nobody either: the program may be recording.
 */
export class ExportQueue {
  readonly view: WatchedValue<QueueView>;
  readonly #ports: ExportQueuePorts;
  readonly #batches = new Map<string, LiveBatch>();
  readonly #runs = new Map<string, Run>();
  #paused = false;
  #closing = false;
  #cancelShow: (() => void) | undefined;

  private constructor(ports: ExportQueuePorts) {
    this.#ports = ports;
    this.view = new WatchedValue<QueueView>({ paused: false, progress: null, batches: [] });
  }

  /** Takes up what an earlier run left unfinished. */
  static async open(ports: ExportQueuePorts): Promise<ExportQueue> {
    const queue = new ExportQueue(ports);
    const held: Batch[] = [];
    for (const kept of ports.store.unfinished()) {
      const live = new LiveBatch(kept, !queue.#isBegunHere(kept), ports);
      if (live.held) held.push(kept);
      else await queue.#revive(live);
      queue.#batches.set(live.batchId, live);
    }
    if (held.length > 0) ports.onHeld(held);
    queue.#show();
    queue.#fillUp();
    return queue;
  }

  /**
   * Lets a batch run that somebody else began, as if it had been begun here.
   * @throws AppError('not-found')
   */
  async allow(batchId: string): Promise<void> {
    const live = this.#batches.get(batchId);
    if (live === undefined) throw noBatch(batchId);
    // Whoever asks meanwhile waits for the same.
    if (live.held) await (live.allowed ??= this.#letRun(live));
  }

  async #letRun(live: LiveBatch): Promise<void> {
    await this.#revive(live);
    live.held = false;
    if (!live.isFinished) live.keepBegun();
    this.#show();
    this.#fillUp();
  }

  /** What was under way when its program ended waits again; what it left half-written goes. */
  async #revive(live: LiveBatch): Promise<void> {
    const left = new Map<string, string | null>();
    for (const item of live.items) left.set(item.view.itemId, await this.#removeLeft(live, item));
    // Those of now: some may have been cancelled meanwhile.
    live.setAll(
      live.items.map((item) => ({
        ...(isSettled(item.view) ? item : requeued(item)),
        partPath: left.get(item.view.itemId) ?? null,
      })),
    );
  }

  /**
   * Removes what an earlier run of the item left, but never what another item is writing.
   * @returns its path where it may still be there.
   */
  async #removeLeft(live: LiveBatch, { view, partPath }: QueuedItem): Promise<string | null> {
    if (partPath === null || !isPartIn(live.outFolder, partPath)) return null;
    const isAnothers = [...this.#batches.values()].some(({ items }) =>
      items.some(
        (other) =>
          other.partPath === partPath &&
          other.view.itemId !== view.itemId &&
          this.#runs.has(other.view.itemId),
      ),
    );
    if (isAnothers) return null;
    await this.#ports.removePart(partPath);
    return partLeft(partPath, this.#ports.exists);
  }

  /** A record that cannot be read is none. */
  #isBegunHere(batch: Batch): boolean {
    try {
      return this.#ports.begun.has(batch);
    } catch (error) {
      this.#ports.onUnkept(error);
      return false;
    }
  }

  /** Puts a batch behind the others. */
  add(batch: Batch): void {
    const live = new LiveBatch(batch, false, this.#ports);
    live.begin();
    this.#batches.set(batch.batchId, live);
    this.#show();
    this.#fillUp();
  }

  /** Cancels items that run or wait; one that was finished meanwhile stays done. */
  cancel(choice: ItemChoice): void {
    const cancelled = new AppError('cancelled', 'Cancelled.');
    for (const [live, items] of this.#chosen(choice)) {
      const waiting = items.filter(({ view }) => !this.#runs.has(view.itemId) && !isSettled(view));
      for (const { view } of items) this.#runs.get(view.itemId)?.abort.abort(cancelled);
      live.put(waiting.map((item) => withError(item, cancelled)));
    }
    this.#showSoon();
    this.#fillUp();
  }

  /** Lets failed, skipped and cancelled items run again, those of a batch from the history too. */
  retry(choice: ItemChoice): void {
    const { batchId } = choice;
    if (batchId !== undefined && !this.#batches.has(batchId)) {
      const kept = this.#ports.store.get(batchId);
      if (kept === undefined) throw noBatch(batchId);
      this.#batches.set(batchId, new LiveBatch(kept, false, this.#ports));
    }
    for (const [live, items] of this.#chosen(choice)) {
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

  /** Takes finished batches off the list and out of the history; null for all. Files stay. */
  clear(batchIds: readonly string[] | null): void {
    for (const [batchId, live] of this.#batches) {
      const meant = batchIds === null || batchIds.includes(batchId);
      if (meant && live.isFinished) this.#batches.delete(batchId);
    }
    if (batchIds === null) this.#ports.store.removeFinished();
    for (const batchId of batchIds ?? []) {
      if (!this.#batches.has(batchId)) this.#ports.store.removeBatch(batchId);
    }
    this.#show();
  }

  /** A batch of the list or of the history, whole. @throws AppError('not-found') */
  batch(batchId: string): Batch {
    const live = this.#batches.get(batchId);
    if (live !== undefined) return live.whole;
    const kept = this.#ports.store.get(batchId);
    if (kept === undefined) throw noBatch(batchId);
    return kept;
  }

  /** Stops what runs, which is queued again for the next start. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { abort } of this.#runs.values()) abort.abort(CLOSING);
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended));
    this.#cancelShow?.();
  }

  /** The items that a choice means, by their batches. */
  #chosen({ batchId, itemIds }: ItemChoice): readonly (readonly [LiveBatch, readonly QueuedItem[]])[] {
    const wanted = itemIds === undefined ? undefined : new Set(itemIds);
    return [...this.#batches.values()].map((live) => {
      const isWhole = wanted === undefined && (batchId === undefined || batchId === live.batchId);
      return [live, live.items.filter(({ view }) => isWhole || wanted?.has(view.itemId) === true)] as const;
    });
  }

  #fillUp(): void {
    while (!this.#paused && !this.#closing && this.#runs.size < this.#ports.jobs) {
      const next = this.#nextWaiting();
      if (next === undefined) return;
      this.#start(...next);
    }
  }

  #nextWaiting(): [LiveBatch, QueuedItem] | undefined {
    for (const live of this.#batches.values()) {
      if (live.held) continue;
      const item = live.items.find(
        (candidate) =>
          candidate.view.state === 'queued' &&
          !this.#runs.has(candidate.view.itemId) &&
          !isBlocked(candidate, live.items),
      );
      if (item !== undefined) return [live, item];
    }
    return undefined;
  }

  #start(live: LiveBatch, item: QueuedItem): void {
    const abort = new AbortController();
    const startedMicros = this.#ports.clock.monotonicMicros();
    const { itemId } = item.view;
    // Kept before the file is begun: killed right after, the next start knows what to remove.
    const expected = partOf(item.work);
    const partPath = item.partPath ?? (this.#ports.exists(expected) ? null : expected);
    this.#change(
      live,
      itemId,
      (now) => ({ ...now, partPath, view: { ...now.view, state: 'running' } }),
      'keep',
    );
    const ended = this.#run(live, item, abort.signal, startedMicros).finally(() => {
      this.#runs.delete(itemId);
      this.#fillUp();
    });
    this.#runs.set(itemId, { abort, startedMicros, ended });
  }

  async #run(live: LiveBatch, item: QueuedItem, signal: AbortSignal, startedMicros: number): Promise<void> {
    const { itemId } = item.view;
    const { work } = item;
    let begun: string | null = null;
    const onPart = (partPath: string): void => {
      begun = partPath;
      if (live.item(itemId).partPath === partPath) return;
      this.#change(live, itemId, (now) => ({ ...now, partPath }), 'keep');
    };
    try {
      if (item.partPath !== null) begun = await this.#removeLeft(live, item);
      if (isProject(work)) {
        const made = (media: PlannedMedia): MadeMedia | undefined => madeIn(media, live.items);
        const written = await this.#ports.writeProject(work, { signal, made, onPart });
        this.#change(live, itemId, (now) => withProject(now, written), 'keep');
        return;
      }
      const outcome = await this.#ports.run(work, {
        signal,
        onPart,
        onProgress: (doneBytes, totalBytes) => {
          const elapsedSeconds = (this.#ports.clock.monotonicMicros() - startedMicros) / 1e6;
          this.#change(live, itemId, (now) => progressed(now, doneBytes, totalBytes, elapsedSeconds), 'show');
        },
      });
      this.#change(live, itemId, (now) => withOutcome(now, outcome), 'keep');
      if (outcome.status === 'done') this.#ports.onExported(live.item(itemId).view.sessionId);
    } catch (error) {
      // Closing is no decision of a person's: the item waits for the next start, unless it was cancelled before.
      const reason: unknown = signal.aborted ? signal.reason : error;
      this.#change(
        live,
        itemId,
        (now) => ({
          ...(reason === CLOSING ? requeued(now) : withError(now, reason)),
          partPath: partLeft(begun, this.#ports.exists),
        }),
        'keep',
      );
    }
  }

  /** Changes an item as it is now; progress is only shown. */
  #change(
    live: LiveBatch,
    itemId: string,
    change: (item: QueuedItem) => QueuedItem,
    how: 'keep' | 'show',
  ): void {
    const changed = change(live.item(itemId));
    if (how === 'keep') live.put([changed]);
    else live.set(changed);
    this.#showSoon();
  }

  #showSoon(): void {
    this.#cancelShow ??= this.#ports.clock.after(SHOW_MILLIS, () => {
      this.#show();
    });
  }

  #show(): void {
    this.#cancelShow?.();
    this.#cancelShow = undefined;
    const batches = [...this.#batches.values()].map(({ view }) => view);
    const active = batches.filter(({ finishedUnixMicros }) => finishedUnixMicros === null);
    const sum = (pick: (counts: BatchView['counts']) => number): number =>
      active.reduce((all, { counts }) => all + pick(counts), 0);
    const totalBytes = sum((counts) => counts.totalBytes);
    const share = totalBytes === 0 ? 0 : Math.min(1, sum(({ doneBytes }) => doneBytes) / totalBytes);
    const progress = sum(({ items }) => items) === 0 ? null : share;
    this.view.set({ paused: this.#paused, progress, batches });
  }
}

function noBatch(batchId: string): AppError {
  return new AppError('not-found', `There is no batch ${batchId} any more.`, {
    next: 'Export the sessions again.',
  });
}
