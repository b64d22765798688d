/**
 * A name as one line that every format can hold: line ends, tabs and control characters become a space, what XML 1.0
 * forbids (section 2.2: lone surrogates, U+FFFE, U+FFFF) is replaced or goes; `fallback` where nothing is left.
 */
export function plainText(text: string, fallback: string): string {
  const line = text
    .toWellFormed()
    .replace(/\p{Noncharacter_Code_Point}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line === '' ? fallback : line;
}
