import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Api } from '../../shared/ipc/contract.ts';
import { decodeError } from '../../shared/ipc/envelope.ts';
import type {
  LibraryQuery,
  LibraryStatus,
  SessionRow,
  SessionState,
  SortColumn,
  Storage,
} from '../host/api-types.ts';
import { t } from '../messages/locale.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Rows asked for at once. */
const PAGE_ROWS = 100;
/** States that have a filter chip, in the order of the chips. */
export const FILTERS = ['recovered', 'damaged', 'exported', 'missing'] as const satisfies SessionState[];

/** Stretches of time that have a filter chip, in the order of the chips. */
export const RANGES = ['week', 'month', 'older'] as const;
type Range = (typeof RANGES)[number];

/** The table of sessions: what is asked for, and as much of the answer as has been looked at. */
export class Library {
  search = $state('');
  states = $state.raw<readonly SessionState[]>([]);
  /** Only sessions of which nothing has been exported. */
  notExported = $state(false);
  range = $state<Range | null>(null);
  tags = $state.raw<readonly string[]>([]);
  sort = $state.raw<LibraryQuery['sort']>({ by: 'start', descending: true });
  readonly query: LibraryQuery = $derived({
    search: this.search,
    states: this.states,
    ...(this.notExported && { without: ['exported'] as const }),
    ...(this.range !== null && boundsOf(this.range)),
    tags: this.tags,
    sort: this.sort,
  });

  /** Found by the query; null until the first answer. */
  total = $state<number | null>(null);
  status = $state.raw<LibraryStatus | null>(null);
  storage = $state.raw<Storage | null>(null);
  /** Sessions in each state, for the chips. */
  counts = $state.raw<Readonly<Partial<Record<SessionState, number>>>>({});
  allTags = $state.raw<readonly { readonly tag: string; readonly sessions: number }[]>([]);
  failure = $state.raw<unknown>(null);
  /** What kept sums, tags and counts away; the rows do without. */
  overviewFailure = $state.raw<unknown>(null);
  renaming = $state<string | null>(null);
  dismissedNotices = $state.raw<readonly string[]>([]);
  readonly notices = $derived(
    (this.status?.notices ?? []).filter(({ noticeId }) => !this.dismissedNotices.includes(noticeId)),
  );
  /** How many have not been exported, for the chip. */
  notExportedCount = $state<number | null>(null);
  /** Whether a chip or a tag is chosen. */
  readonly chosen = $derived(
    this.states.length > 0 || this.tags.length > 0 || this.notExported || this.range !== null,
  );
  readonly filtered = $derived(this.search !== '' || this.chosen);

  readonly #api: Api;
  readonly #toasts: Toasts;
  /** By place in the list, with holes where nothing was looked at yet. */
  #rows = $state.raw<readonly (SessionRow | undefined)[]>([]);
  readonly #known = new SvelteMap<string, SessionRow>();
  #pages = new SvelteSet<number>();
  #ids: Promise<readonly string[]> | null = null;
  #generation = 0;
  #range: readonly [first: number, end: number] = [0, PAGE_ROWS];

  constructor(api: Api, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
  }

  /** Follows the library until the returned function is called. */
  start(): () => void {
    return this.#api.watch('library.state', ({ value }) => {
      this.status = value;
      this.refresh();
    });
  }

  row(index: number): SessionRow | undefined {
    return this.#rows[index];
  }

  /** A session that was in a list at some time. */
  session(sessionId: string): SessionRow | undefined {
    return this.#known.get(sessionId);
  }

  /** Changes the question; the old answer stays in view until the new one is there. */
  ask(change: Partial<LibraryQuery>): void {
    if (change.search !== undefined) {
      const wasSearch = this.search !== '';
      this.search = change.search;
      // Words are ranked by how well they match until a column is chosen.
      if (!wasSearch && change.search !== '') this.sort = { by: 'relevance', descending: true };
      if (change.search === '' && this.sort.by === 'relevance') this.sort = { by: 'start', descending: true };
    }
    if (change.states !== undefined) this.states = change.states;
    if (change.tags !== undefined) this.tags = change.tags;
    if (change.sort !== undefined) this.sort = change.sort;
    this.#range = [0, PAGE_ROWS];
    this.refresh();
  }

  sortBy(by: SortColumn): void {
    const firstDescending = by !== 'title' && by !== 'players' && by !== 'state';
    this.ask({ sort: { by, descending: this.sort.by === by ? !this.sort.descending : firstDescending } });
  }

  toggleState(state: SessionState): void {
    const has = this.states.includes(state);
    if (state === 'exported') this.notExported = false;
    this.ask({ states: has ? this.states.filter((other) => other !== state) : [...this.states, state] });
  }

  toggleNotExported(): void {
    this.notExported = !this.notExported;
    this.ask({ states: this.states.filter((state) => state !== 'exported') });
  }

  toggleRange(range: Range): void {
    this.range = this.range === range ? null : range;
    this.ask({});
  }

  /** Everything again, of what is searched for. */
  clearFilters(): void {
    this.notExported = false;
    this.range = null;
    this.ask({ states: [], tags: [] });
  }

  toggleTag(tag: string): void {
    const has = this.tags.includes(tag);
    this.ask({ tags: has ? this.tags.filter((other) => other !== tag) : [...this.tags, tag] });
  }

  /** Asks anew for everything in view. */
  refresh(): void {
    this.#generation += 1;
    this.#pages = new SvelteSet();
    this.#ids = null;
    this.#load(true);
    void this.#overview(this.#generation);
  }

  /** Rows that are in view, or about to be. */
  show(first: number, end: number): void {
    // Before the first answer nothing is in view, and that is when the first page is wanted.
    this.#range = [first, Math.max(end, first + 1)];
    this.#load(false);
    // Whoever scrolls is faster than an answer: the pages beside these are asked for ahead.
    if (this.total !== null) this.#load(false, PAGE_ROWS);
  }

  /** Ids of everything found, in order. */
  ids(): Promise<readonly string[]> {
    this.#ids ??= this.#api.library.ids(this.query).then(({ sessionIds }) => sessionIds);
    return this.#ids;
  }

  dismissNotice(noticeId: string): void {
    this.dismissedNotices = [...this.dismissedNotices, noticeId];
  }

  async rename(sessionId: string, title: string): Promise<void> {
    this.renaming = null;
    const before = this.session(sessionId)?.title;
    const wanted = title.trim();
    if (wanted === '' || before === undefined || wanted === before) return;
    const set = async (value: string): Promise<void> => {
      const { title: set } = await this.#api.library.edit({ sessionId, title: value });
      this.#replace(sessionId, (row) => ({ ...row, title: set }));
    };
    this.#replace(sessionId, (row) => ({ ...row, title: wanted }));
    try {
      await set(wanted);
      this.#toasts.sayUndoable(t('library.renamed', { title: wanted }), () => set(before));
    } catch (error) {
      this.#replace(sessionId, (row) => ({ ...row, title: before }));
      this.#toasts.trouble(error);
    }
  }

  /** Hides the sessions at once; the toast brings them back. @returns those that are gone. */
  async trash(sessionIds: readonly string[]): Promise<readonly string[]> {
    if (sessionIds.length === 0) return [];
    const answer = await this.#toasts.attempt(this.#api.library.trash({ sessionIds }));
    if (answer === undefined) return [];
    for (const { trouble } of answer.failed) this.#toasts.trouble(decodeError(trouble));
    if (answer.trashed.length > 0) {
      this.#toasts.sayUndoable(t('library.trashed', { count: answer.trashed.length }), () =>
        this.#api.library.restore({ sessionIds: answer.trashed }),
      );
    }
    return answer.trashed;
  }

  /** @param beside rows before and after those in view that are wanted as well */
  #load(afresh: boolean, beside = 0): void {
    const [first, end] = [Math.max(0, this.#range[0] - beside), this.#range[1] + beside];
    for (let page = Math.floor(first / PAGE_ROWS); page * PAGE_ROWS < end; page += 1) {
      if (!afresh && this.total !== null && page * PAGE_ROWS >= this.total) break;
      if (this.#pages.has(page)) continue;
      this.#pages.add(page);
      void this.#page(page, this.#generation);
    }
  }

  async #page(page: number, generation: number): Promise<void> {
    const offset = page * PAGE_ROWS;
    try {
      const { total, rows } = await this.#api.library.list({ ...this.query, offset, limit: PAGE_ROWS });
      if (generation !== this.#generation) return;
      // One change for the whole page: a table that is being scrolled hears of it once.
      const all = this.#rows.slice(0, total);
      rows.forEach((row, index) => {
        all[offset + index] = row;
        this.#known.set(row.sessionId, row);
      });
      this.#rows = all;
      this.total = total;
      this.failure = null;
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#pages.delete(page);
      this.failure = error;
    }
  }

  async #overview(generation: number): Promise<void> {
    try {
      const everything = { search: '', tags: [], sort: this.sort, offset: 0, limit: 0 };
      const [storage, { tags }, notExported, ...totals] = await Promise.all([
        this.#api.library.storage({}),
        this.#api.library.tags({}),
        this.#api.library.list({ ...everything, states: [], without: ['exported'] }),
        ...FILTERS.map((state) => this.#api.library.list({ ...everything, states: [state] })),
      ]);
      if (generation !== this.#generation) return;
      this.overviewFailure = null;
      this.storage = storage;
      this.allTags = tags;
      this.notExportedCount = notExported.total;
      this.counts = Object.fromEntries(FILTERS.map((state, index) => [state, totals[index]?.total ?? 0]));
    } catch (error) {
      if (generation !== this.#generation) return;
      // Without counts the chips do as well.
      this.counts = {};
      this.notExportedCount = null;
      this.overviewFailure = error;
    }
  }

  #replace(sessionId: string, change: (row: SessionRow) => SessionRow): void {
    this.#rows = this.#rows.map((row) => (row?.sessionId === sessionId ? change(row) : row));
    const known = this.#known.get(sessionId);
    if (known !== undefined) this.#known.set(sessionId, change(known));
  }
}

/** A range counted in days of this machine's zone, today being the last of them. */
function boundsOf(range: Range): Pick<LibraryQuery, 'sinceUnixMicros' | 'beforeUnixMicros'> {
  if (range === 'week') return { sinceUnixMicros: startOfDay(6) };
  return range === 'month' ? { sinceUnixMicros: startOfDay(29) } : { beforeUnixMicros: startOfDay(29) };
}

/** Midnight of the day so many days ago, Unix microseconds. */
function startOfDay(daysAgo: number): number {
  const now = new Date(performance.timeOrigin + performance.now());
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).getTime() * 1000;
}
