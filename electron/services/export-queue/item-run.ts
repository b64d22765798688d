import type { RunQueued } from '../export-job/item.ts';
import { Patience, type PatienceClock } from '../waiting/patience.ts';
import type { MadeMedia, PlannedMedia, WriteProject } from '../export-job/project-item.ts';
import { isProject, type QueuedItem } from './batch.ts';
import {
  abandoned,
  awaiting,
  progressed,
  requeued,
  withError,
  withOutcome,
  withProject,
} from './item-outcome.ts';
import type { LiveBatch } from './live-batch.ts';
import { isPartOf, ownerOf, partOf } from './part-file.ts';
import { madeIn } from './project-media.ts';

export interface ItemRunPorts {
  readonly run: RunQueued;
  readonly writeProject: WriteProject;
  /** @returns whether the file is surely gone. */
  readonly removePart: (partPath: string) => Promise<boolean>;
  readonly clock: PatienceClock;
  /** Told when a file is finished, so that its session shows as exported. */
  readonly onExported: (sessionId: string) => void;
}

/** One run of an item, from a thread's taking it up to its end, or to its being given up. */
export class ItemRun {
  /** Fulfilled when the queue need not wait for it: it has ended, or was stopped and its disk does not answer. */
  readonly ended: Promise<void>;
  /** Fulfilled when it is really over. */
  readonly returned: Promise<void>;
  readonly #live: LiveBatch;
  readonly #itemId: string;
  readonly #ports: ItemRunPorts;
  readonly #onChange: () => void;
  /** Why a run ends that is to begin anew at the next start. */
  readonly #closing: unknown;
  readonly #patience: Patience;
  readonly #startedMicros: number;
  #partPath: string | null;
  /** Set by whoever takes the item over: nothing that comes late is for it. */
  #isOver = false;

  /**
   * @param before runs of the item that have not come back.
   * @param closing the reason to stop that leaves the item to the next start.
   * @param onChange called when the item shows something new.
   */
  constructor(
    live: LiveBatch,
    item: QueuedItem,
    { before, closing }: { readonly before: number; readonly closing: unknown },
    ports: ItemRunPorts,
    onChange: () => void,
  ) {
    this.#live = live;
    this.#itemId = item.view.itemId;
    this.#ports = ports;
    this.#onChange = onChange;
    this.#closing = closing;
    this.#startedMicros = ports.clock.monotonicMicros();
    this.#patience = new Patience(ports.clock, (waitedSeconds) => {
      this.#show((now) => awaiting(now, waitedSeconds));
    });
    // What does not bear the item's name is not its own, whoever says so.
    const left = item.partPath !== null && isPartOf(item, item.partPath) ? item.partPath : null;
    // Kept before the file is begun: killed right after, the next start knows what to remove.
    this.#partPath = left ?? partOf(item, before);
    this.#keep((now) => ({ ...now, partPath: this.#partPath, view: { ...now.view, state: 'running' } }));
    const made = this.#make(item, left, before);
    this.ended = this.#settled(made);
    this.returned = made.then(
      () => undefined,
      () => undefined,
    );
  }

  /** Ends it: at once where its disk does not answer, and otherwise when it has cleaned up. */
  stop(reason: unknown): void {
    this.#patience.stop(reason);
  }

  /** The item is another run's from now on, or nobody's. */
  forget(): void {
    this.#isOver = true;
  }

  /** What comes of the run, as a change of its item. */
  async #make(
    item: QueuedItem,
    left: string | null,
    before: number,
  ): Promise<(now: QueuedItem) => QueuedItem> {
    const { removePart, run, writeProject } = this.#ports;
    const { signal, watch, givenUp } = this.#patience;
    const onPart = (partPath: string): void => {
      if (this.#partPath === partPath) return;
      this.#partPath = partPath;
      if (!this.#isOver) this.#keep((now) => ({ ...now, partPath }));
    };
    try {
      // While an earlier run has not come back, what it writes is its own to remove.
      if (left !== null && before === 0) await watch.during(() => removePart(left));
      const owner = ownerOf(this.#itemId, before);
      if (isProject(item.work)) {
        const made = (media: PlannedMedia): MadeMedia | undefined => madeIn(media, this.#live.items);
        const written = await writeProject(item.work, { signal, made, onPart, owner, watch });
        return (now) => withProject(now, written);
      }
      const outcome = await run(item.work, {
        signal,
        onPart,
        owner,
        watch,
        givenUp,
        onProgress: this.#onProgress,
      });
      return (now) => withOutcome(now, outcome);
    } catch (error) {
      const begun = this.#partPath ?? partOf(item, before);
      const isGone = await watch.during(() => removePart(begun));
      // Closing is no decision of a person's: the item waits for the next start, unless it was cancelled before.
      const reason: unknown = signal.aborted ? signal.reason : error;
      return (now) => ({
        ...(reason === this.#closing ? requeued(now) : withError(now, reason)),
        partPath: isGone ? null : begun,
      });
    }
  }

  readonly #onProgress = (doneBytes: number, totalBytes: number): void => {
    this.#patience.sign();
    const elapsedSeconds = (this.#ports.clock.monotonicMicros() - this.#startedMicros) / 1e6;
    this.#show((now) => progressed(now, doneBytes, totalBytes, elapsedSeconds));
  };

  async #settled(made: Promise<(now: QueuedItem) => QueuedItem>): Promise<void> {
    const outcome = await this.#patience.await(made);
    this.#patience.end();
    if (outcome !== undefined) {
      this.#end(outcome);
      return;
    }
    const reason: unknown = this.#patience.signal.reason;
    const left = this.#partPath ?? partOf(this.#live.item(this.#itemId));
    this.#keep((now) =>
      reason === this.#closing
        ? { ...requeued(now), partPath: left }
        : abandoned(withError(now, reason), left),
    );
    // It may come back: with the file, where that was whole and about to get its name.
    void made.then((late) => {
      if (!this.#isOver) this.#end(late);
    });
  }

  #end(outcome: (now: QueuedItem) => QueuedItem): void {
    this.#isOver = true;
    this.#keep(outcome);
    const { state, sessionId } = this.#live.item(this.#itemId).view;
    if (state === 'done') this.#ports.onExported(sessionId);
  }

  #keep(change: (now: QueuedItem) => QueuedItem): void {
    this.#live.put([change(this.#live.item(this.#itemId))]);
    this.#onChange();
  }

  /** Progress is only shown. */
  #show(change: (now: QueuedItem) => QueuedItem): void {
    if (this.#isOver || this.#patience.givenUp.aborted) return;
    this.#live.set(change(this.#live.item(this.#itemId)));
    this.#onChange();
  }
}
