import type { Api } from '../../shared/ipc/contract.ts';
import type { ExportBatch, ExportItem, Queue } from '../host/api-types.ts';
import type { Toasts } from './toasts.svelte.ts';

const HISTORY_PAGE = 50;
const ENDED: readonly ExportItem['state'][] = ['done', 'skipped', 'failed', 'cancelled'];

export function hasEnded(item: ExportItem): boolean {
  return ENDED.includes(item.state);
}

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
  readonly #items = $derived((this.queue?.batches ?? []).flatMap(({ items }) => items));
  readonly running = $derived(
    this.#items.filter(({ state }) => state === 'running' || state === 'verifying').length,
  );
  readonly waiting = $derived(this.#items.filter(({ state }) => state === 'queued').length);
  readonly failed = $derived(this.#items.filter(({ state }) => state === 'failed').length);
  /** Sums over the batches that are not finished; null when all are. */
  readonly overall = $derived.by(() => {
    const items = (this.queue?.batches ?? [])
      .filter(({ finishedUnixMicros }) => finishedUnixMicros === null)
      .flatMap((batch) => batch.items);
    if (items.length === 0) return null;
    const sum = (pick: (item: ExportItem) => number): number =>
      items.reduce((all, item) => all + pick(item), 0);
    const left = items.map((item) => item.secondsLeft).filter((seconds) => seconds !== null);
    return {
      files: items.length,
      filesDone: items.filter(hasEnded).length,
      doneBytes: sum((item) => item.doneBytes),
      totalBytes: sum((item) => item.totalBytes),
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

  retryItem(itemId: string): Promise<unknown> {
    return this.#toasts.attempt(this.#api.exports.retry({ itemIds: [itemId] }));
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
