import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { ExportFolder, ROUNDTABLE } from '../support/exported-session.ts';

/**
 * Files name the version that wrote them. A fixed one stands in its place here, so that a release leaves the digests
 * alone and only a change of the format moves them.
 */
vi.mock(import('../../electron/io/app-version.ts'), () => ({
  APP_VERSION: '0.0.0',
  APP_TOOL: 'Tailslate 0.0.0',
}));

const GOLDEN = new URL('../golden/bvc-roundtable-25.sha256', import.meta.url);

const folder = new ExportFolder();
afterAll(() => {
  folder.remove();
});

/**
 * The same session and options give the same bytes, on every system and in every version, until somebody means to
 * change the format: then `GOLDEN=write npx vitest run tests/conformance/golden` writes the digests anew.
 */
test('the fixture exported at 25 fps, UTC', async () => {
  const files = await folder.export(ROUNDTABLE, '25');
  const lines = files.map(({ outcome: { path } }) => {
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    return `${sha256}  ${basename(path)}\n`;
  });
  if (process.env['GOLDEN'] === 'write') writeFileSync(GOLDEN, lines.join(''));
  expect(lines.join('')).toBe(readFileSync(GOLDEN, 'utf8'));
});
