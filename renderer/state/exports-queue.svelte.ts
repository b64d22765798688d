import type { Api } from '../../shared/ipc/contract.ts';
import { STATES_IN_ORDER } from '../../shared/model/export-counts.ts';
import type { ExportBatch, ExportItem, Queue } from '../host/api-types.ts';
import type { Toasts } from './toasts.svelte.ts';

const HISTORY_PAGE = 50;
/** Items asked for at once. */
const ITEMS_PAGE = 500;

/** Exports under way and those that are over. */
export class ExportsQueue {
  queue = $state.raw<Queue | null>(null);
  search = $state('');
  history = $state.raw<readonly ExportBatch[]>([]);
  historyTotal = $state<number | null>(null);
  failure = $state.raw<unknown>(null);

  /** Matching batches, those under way first; a batch in both lists stands in the first. */
  readonly batches: readonly ExportBatch[] = $derived.by(() => {
    const live = (this.queue?.batches ?? []).filter((batch) => matches(batch, this.search));
    const seen = (this.queue?.batches ?? []).map(({ batchId }) => batchId);
    const newest = live.toSorted(
      (a, b) =>
        Number(a.finishedUnixMicros !== null) - Number(b.finishedUnixMicros !== null) ||
        b.createdUnixMicros - a.createdUnixMicros,
    );
    return [...newest, ...this.history.filter(({ batchId }) => !seen.includes(batchId))];
  });
  readonly running = $derived(this.#sum(({ running }) => running));
  readonly waiting = $derived(this.#sum(({ queued }) => queued));
  readonly failed = $derived(this.#sum(({ failed }) => failed));
  /** Sums over the batches that are not finished; null when all are. */
  readonly overall = $derived.by(() => {
    const active = (this.queue?.batches ?? []).filter(
      ({ finishedUnixMicros }) => finishedUnixMicros === null,
    );
    const sum = (pick: (counts: ExportBatch['counts']) => number): number =>
      active.reduce((all, { counts }) => all + pick(counts), 0);
    const files = sum(({ items }) => items);
    if (files === 0) return null;
    const left = active.flatMap(({ counts: { secondsLeft } }) => secondsLeft ?? []);
    return {
      files,
      filesDone: files - sum(({ queued, running }) => queued + running),
      doneBytes: sum(({ doneBytes }) => doneBytes),
      totalBytes: sum(({ totalBytes }) => totalBytes),
      secondsLeft: left.length === 0 ? null : Math.max(...left),
      fraction: this.queue?.progress ?? null,
    };
  });

  readonly #api: Api;
  readonly #toasts: Toasts;
  #finished = '';
  #asked = 0;

  constructor(api: Api, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
  }

  start(): () => void {
    return this.#api.watch('exports.queue', ({ value }) => {
      this.queue = value;
      const finished = value.batches
        .filter(({ finishedUnixMicros }) => finishedUnixMicros !== null)
        .map(({ batchId }) => batchId)
        .join();
      if (this.#asked === 0 || finished !== this.#finished) void this.loadHistory();
      this.#finished = finished;
    });
  }

  find(search: string): void {
    this.search = search;
    void this.loadHistory();
  }

  /** Reads finished batches anew, or the next ones as well. */
  async loadHistory(more = false): Promise<void> {
    const asked = (this.#asked += 1);
    const offset = more ? this.history.length : 0;
    try {
      const answer = await this.#api.exports.history({
        search: this.search,
        sessionId: null,
        offset,
        limit: HISTORY_PAGE,
      });
      if (asked !== this.#asked) return;
      this.history = more ? [...this.history, ...answer.batches] : answer.batches;
      this.historyTotal = answer.total;
      this.failure = null;
    } catch (error) {
      if (asked === this.#asked) this.failure = error;
    }
  }

  cancelBatch(batchId: string): Promise<unknown> {
    return this.#toasts.attempt(this.#api.exports.cancel({ batchId }));
  }

  /** All items of a batch, those that failed first. @throws AppError when they cannot be read. */
  async items(batchId: string): Promise<readonly ExportItem[]> {
    const found: ExportItem[] = [];
    for (;;) {
      const page = { batchId, offset: found.length, limit: ITEMS_PAGE };
      const { total, items } = await this.#api.exports.items(page);
      found.push(...items);
      if (items.length === 0 || found.length >= total) return found;
    }
  }

  /** Lets a batch run that the library brought along. */
  allow(batchId: string): Promise<unknown> {
    return this.#toasts.attempt(this.#api.exports.resume({ batchId }));
  }

  cancelItem(itemId: string): Promise<unknown> {
    return this.#toasts.attempt(this.#api.exports.cancel({ itemIds: [itemId] }));
  }

  retryBatch(batchId: string): Promise<unknown> {
    return this.#toasts.attempt(this.#api.exports.retry({ batchId }));
  }

  retryItem(batchId: string, itemId: string): Promise<unknown> {
    return this.#toasts.attempt(this.#api.exports.retry({ batchId, itemIds: [itemId] }));
  }

  #sum(pick: (counts: ExportBatch['counts']) => number): number {
    return (this.queue?.batches ?? []).reduce((all, { counts }) => all + pick(counts), 0);
  }

  async pause(paused: boolean): Promise<void> {
    await this.#toasts.attempt(paused ? this.#api.exports.pause({}) : this.#api.exports.resume({}));
  }

  async clearFinished(): Promise<void> {
    await this.#toasts.attempt(this.#api.exports.clear({ batchIds: null }));
    await this.loadHistory();
  }

  /** Text of a batch's report, for the clipboard. */
  async report(batchId: string, form: 'json' | 'csv'): Promise<string | undefined> {
    return (await this.#toasts.attempt(this.#api.exports.report({ batchId, form })))?.text;
  }
}

/** Items in the order in which people look for them. */
export function ranked(items: readonly ExportItem[]): readonly ExportItem[] {
  return items.toSorted((a, b) => STATES_IN_ORDER.indexOf(a.state) - STATES_IN_ORDER.indexOf(b.state));
}

/** Whether a file failed for its folder, and would be written to another one. */
export function needsFolder({ state, trouble }: ExportItem): boolean {
  return state === 'failed' && (trouble?.code === 'no-space' || trouble?.code === 'unwritable');
}

function matches(batch: ExportBatch, search: string): boolean {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const text = [
    batch.title,
    batch.presetTitle ?? '',
    batch.outFolder,
    ...batch.items.flatMap((item) => [item.fileName, item.sessionTitle]),
  ]
    .join('\n')
    .toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}
