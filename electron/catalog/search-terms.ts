/** What unicode61 takes for parts of a word: letters, numbers, private use, and the marks that belong to a letter. */
const WORD = /[\p{L}\p{N}\p{Co}\p{M}]+/gu;

/**
 * What a person typed as an FTS5 query: all words must occur, the last one may be unfinished. Every word is quoted, so
 * that no operator, column name or wildcard of the query language can come from outside.
 * Undefined when there is no word in it.
 */
export function searchTerms(typed: string): string | undefined {
  const words = typed.match(WORD);
  if (words === null) return undefined;
  return `${words.map((word) => `"${word}"`).join(' ')}*`;
}
