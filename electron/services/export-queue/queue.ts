import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { WatchedValue } from '../../../shared/ipc/watched-value.ts';
import type { RunQueued } from '../export-job/item.ts';
import type { MadeMedia, PlannedMedia, WriteProject } from '../export-job/project-item.ts';
import type { BegunBatches } from './begun-batches.ts';
import {
  type Batch,
  type BatchStore,
  batchView,
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

export interface ExportQueuePorts {
  readonly store: BatchStore;
  /** Which batches this user began; others wait until somebody lets them run. */
  readonly begun: Pick<BegunBatches, 'add' | 'has' | 'remove'>;
  /** Told of unfinished batches that wait, being somebody else's. */
  readonly onHeld: (batches: readonly Batch[]) => void;
  readonly run: RunQueued;
  readonly writeProject: WriteProject;
  /** Items that run at the same time. */
  readonly jobs: number;
  readonly removePart: (partPath: string) => Promise<void>;
  /** Whether a file is there already: then it is somebody else's. */
  readonly exists: (path: string) => boolean;
  readonly clock: {
    readonly wallUnixMicros: () => number;
    readonly monotonicMicros: () => number;
    /** @returns cancels it. */
    readonly after: (millis: number, action: () => void) => () => void;
  };
  /** Told when a file is finished, so that its session shows as exported. */
  readonly onExported: (sessionId: string) => void;
  /** Told when a state could not be kept. The queue goes on; the next start knows what was kept last. */
  readonly onUnkept: (error: unknown) => void;
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

/** A batch in memory; its items change. */
interface LiveBatch {
  batch: Omit<Batch, 'items'>;
  items: readonly QueuedItem[];
  /** How often anything but progress has changed. */
  changes: number;
  /** Whether somebody else began it, and nobody has let it run here. */
  held: boolean;
  /** Set once somebody has; until then it is still held. */
  allowed?: Promise<void>;
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
      const { items, ...batch } = kept;
      const live = { batch, items, changes: 0, held: !queue.#isBegunHere(kept) };
      if (live.held) held.push(kept);
      else await queue.#revive(live);
      queue.#batches.set(batch.batchId, live);
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
    if (live.batch.finishedUnixMicros === null) this.#keepBegun(live);
    this.#show();
    this.#fillUp();
  }

  /** What was under way when its program ended waits again; what it left half-written goes. */
  async #revive(live: LiveBatch): Promise<void> {
    const left = new Map<string, string | null>();
    for (const item of live.items) left.set(item.view.itemId, await this.#removeLeft(live, item));
    // Those of now: some may have been cancelled meanwhile.
    live.items = live.items.map((item) => ({
      ...(isSettled(item.view) ? item : requeued(item)),
      partPath: left.get(item.view.itemId) ?? null,
    }));
  }

  /**
   * Removes what an earlier run of the item left, but never what another item is writing.
   * @returns its path where it may still be there.
   */
  async #removeLeft(live: LiveBatch, { view, partPath }: QueuedItem): Promise<string | null> {
    if (partPath === null || !isPart(partPath, live.batch.outFolder)) return null;
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
    return this.#ifLeft(partPath);
  }

  /** The path of a part file that is there after all, or whose disk is gone and may come back with it. */
  #ifLeft(partPath: string | null): string | null {
    if (partPath === null) return null;
    const { exists } = this.#ports;
    return exists(partPath) || !exists(dirname(partPath)) ? partPath : null;
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
    const { items, ...rest } = batch;
    const settled = items.every(({ view }) => isSettled(view));
    const live = {
      batch: settled ? { ...rest, finishedUnixMicros: this.#ports.clock.wallUnixMicros() } : rest,
      items,
      changes: 0,
      held: false,
    };
    if (!settled) this.#keepBegun(live);
    this.#keep(() => {
      this.#ports.store.putBatch({ ...live.batch, items });
    });
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
      this.#put(
        live,
        waiting.map((item) => withError(item, cancelled)),
      );
    }
    this.#fillUp();
  }

  /** Lets failed, skipped and cancelled items run again, those of a batch from the history too. */
  retry(choice: ItemChoice): void {
    const { batchId } = choice;
    if (batchId !== undefined && !this.#batches.has(batchId)) {
      const kept = this.#ports.store.get(batchId);
      if (kept === undefined) throw noBatch(batchId);
      const { items, ...batch } = kept;
      this.#batches.set(batchId, { batch, items, changes: 0, held: false });
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
      this.#put(live, [...again, ...projects].map(requeued));
    }
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
    for (const [batchId, { batch }] of this.#batches) {
      const meant = batchIds === null || batchIds.includes(batchId);
      if (meant && batch.finishedUnixMicros !== null) this.#batches.delete(batchId);
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
    if (live !== undefined) return { ...live.batch, items: live.items };
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
      const isWhole = wanted === undefined && (batchId === undefined || batchId === live.batch.batchId);
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
      if (this.#item(live, itemId).partPath === partPath) return;
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
      if (outcome.status === 'done') this.#ports.onExported(this.#item(live, itemId).view.sessionId);
    } catch (error) {
      // Closing is no decision of a person's: the item waits for the next start, unless it was cancelled before.
      const reason: unknown = signal.aborted ? signal.reason : error;
      this.#change(
        live,
        itemId,
        (now) => ({
          ...(reason === CLOSING ? requeued(now) : withError(now, reason)),
          partPath: this.#ifLeft(begun),
        }),
        'keep',
      );
    }
  }

  #item(live: LiveBatch, itemId: string): QueuedItem {
    const item = live.items.find(({ view }) => view.itemId === itemId);
    if (item === undefined) throw new RangeError(`no item ${itemId} in batch ${live.batch.batchId}`);
    return item;
  }

  #change(
    live: LiveBatch,
    itemId: string,
    change: (item: QueuedItem) => QueuedItem,
    how: 'keep' | 'show',
  ): void {
    const changed = change(this.#item(live, itemId));
    if (how === 'keep') {
      this.#put(live, [changed]);
      return;
    }
    live.items = live.items.map((item) => (item.view.itemId === itemId ? changed : item));
    this.#showSoon();
  }

  /** Keeps changed items of a batch. Several go to the store at once: each alone would wait for the disk. */
  #put(live: LiveBatch, changed: readonly QueuedItem[]): void {
    const [first] = changed;
    if (first === undefined) return;
    live.changes++;
    const changedById = new Map(changed.map((item) => [item.view.itemId, item]));
    live.items = live.items.map((item) => changedById.get(item.view.itemId) ?? item);
    const finished = live.items.every(({ view }) => isSettled(view));
    const turned = finished !== (live.batch.finishedUnixMicros !== null);
    if (turned) {
      const finishedUnixMicros = finished ? this.#ports.clock.wallUnixMicros() : null;
      live.batch = { ...live.batch, finishedUnixMicros };
    }
    if (turned && !finished && !live.held) this.#keepBegun(live);
    this.#keep(() => {
      if (turned || changed.length > 1) this.#ports.store.putBatch({ ...live.batch, items: live.items });
      else this.#ports.store.putItem(live.batch.batchId, first);
    });
    // Only now: were the program killed in between, the batch would be taken for somebody else's.
    if (turned && finished) {
      this.#keep(() => {
        this.#ports.begun.remove(live.batch.batchId);
      });
    }
    this.#showSoon();
  }

  /** By itself: where it cannot be written down, the library still learns what there is to do. */
  #keepBegun({ batch, items }: LiveBatch): void {
    this.#keep(() => {
      this.#ports.begun.add({ ...batch, items });
    });
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
    const batches = [...this.#batches.values()].map(liveView);
    const active = batches.filter(({ finishedUnixMicros }) => finishedUnixMicros === null);
    const sum = (pick: (counts: BatchView['counts']) => number): number =>
      active.reduce((all, { counts }) => all + pick(counts), 0);
    const totalBytes = sum((counts) => counts.totalBytes);
    const share = totalBytes === 0 ? 0 : Math.min(1, sum(({ doneBytes }) => doneBytes) / totalBytes);
    const progress = sum(({ items }) => items) === 0 ? null : share;
    this.view.set({ paused: this.#paused, progress, batches });
  }
}

function liveView({ batch, items, held, changes }: LiveBatch): BatchView {
  return batchView({ ...batch, items }, held, changes);
}

/** Where an item's file is begun, see OutputFile.create. */
function partOf({ output }: QueuedItem['work']): string {
  return join(output.folder, output.subfolder, `${output.stem}.${output.extension}.part`);
}

/** Only what an export of the batch can have left: batches come with their library, which may be anybody's. */
function isPart(partPath: string, outFolder: string): boolean {
  const way = relative(outFolder, partPath);
  return partPath.endsWith('.part') && !isAbsolute(way) && way.split(sep)[0] !== '..';
}

function noBatch(batchId: string): AppError {
  return new AppError('not-found', `There is no batch ${batchId} any more.`, {
    next: 'Export the sessions again.',
  });
}
