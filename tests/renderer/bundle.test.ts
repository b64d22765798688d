import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const built = join(import.meta.dirname, '../../out/renderer');
/** Scripts and styles, compressed as a server would; fonts come on top. */
const MOST_BYTES = 350_000;

test('the window stays small', () => {
  const files = globSync('**/*.{js,css,html}', { cwd: built });
  expect(files.some((file) => file.endsWith('.js'))).toBe(true);
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(built, file))).length, 0);
  expect(bytes).toBeLessThan(MOST_BYTES);
  expect(
    files.some((file) => readFileSync(join(built, file), 'utf8').includes('The ferry that never sailed')),
  ).toBe(false);
});
