import type { Infer } from '../../shared/ipc/declare.ts';
import type { libraryQuery } from '../../shared/ipc/contract/library.ts';
import { searchTerms } from './search-terms.ts';

/** What a list of sessions is asked for. */
export type LibraryQuery = Infer<typeof libraryQuery>;

/** A title in it counts more than a word of the notes; in the order of the columns of `search`. */
const RELEVANCE = 'bm25(search, 10, 6, 6, 3, 1)';

const ORDER: Readonly<Record<Exclude<LibraryQuery['sort']['by'], 'relevance'>, string>> = {
  title: 'title_key',
  start: 'start_unix_micros',
  players: 'player_count',
  length: 'duration_samples',
  size: 'size_bytes',
  // What needs a person's eye comes last, or first in descending order.
  state: 'missing * 32 + recording * 16 + damaged * 8 + recovered * 4 + newer * 2 + exported',
};

/** The FROM and WHERE of a query. */
export function condition(query: LibraryQuery): { from: string; values: Record<string, unknown> } {
  const { search, states, without = [], tags, sinceUnixMicros, beforeUnixMicros } = query;
  const where = ['hidden = 0'];
  const values: Record<string, unknown> = {};
  let from = 'FROM sessions';
  if (search.trim() !== '') {
    const terms = searchTerms(search);
    if (terms === undefined) {
      // Signs alone, such as an emoji, are in no index of words; titles are few enough to look through.
      where.push('instr(sessions.title, @search) > 0');
      values['search'] = search.trim();
    } else {
      from += ' JOIN search ON search.rowid = session_key';
      where.push('search MATCH @search');
      values['search'] = terms;
    }
  }
  if (states.length > 0) where.push(`(${[...new Set(states)].map((state) => `${state} = 1`).join(' OR ')})`);
  for (const state of new Set(without)) where.push(`${state} = 0`);
  if (sinceUnixMicros !== undefined) {
    where.push('start_unix_micros >= @sinceUnixMicros');
    values['sinceUnixMicros'] = sinceUnixMicros;
  }
  if (beforeUnixMicros !== undefined) {
    where.push('start_unix_micros < @beforeUnixMicros');
    values['beforeUnixMicros'] = beforeUnixMicros;
  }
  for (const [at, tag] of [...new Set(tags)].entries()) {
    where.push(`session_key IN (SELECT session_key FROM session_tags WHERE tag = @tag${at})`);
    values[`tag${at}`] = tag;
  }
  return { from: `${from} WHERE ${where.join(' AND ')}`, values };
}

/** Its ORDER BY; sessions that are equal keep the order in which they came. */
export function order({ search, sort }: LibraryQuery): string {
  const direction = sort.descending ? 'DESC' : 'ASC';
  if (sort.by !== 'relevance') return `ORDER BY ${ORDER[sort.by]} ${direction}, session_key ${direction}`;
  // Without words there is nothing to be relevant to: the newest first.
  if (searchTerms(search) === undefined) return 'ORDER BY start_unix_micros DESC, session_key DESC';
  return `ORDER BY ${RELEVANCE}, start_unix_micros DESC, session_key DESC`;
}
