import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sweepFile } from './mux-support.ts';

const folder = new URL('../../golden/', import.meta.url);
const sweep = readFileSync(new URL('sweep.opus', folder));

/**
 * The same session and options give the same bytes, on every system and in every version, until somebody means
 * to change the format: then `GOLDEN=write npx vitest run tests/media/mp4/golden` lays the new files down.
 */
describe('golden files', () => {
  test.each([
    ['sweep.m4a', {}],
    ['sweep-trimmed.m4a', { lastTrimSamples: 500 }],
    ['sweep-two-players.m4a', { trackCount: 2 }],
    ['sweep-fragmented.m4a', { lastTrimSamples: 500, trackCount: 2, fragmented: true }],
  ])('%s', (name, options) => {
    const { bytes } = sweepFile(sweep, options);
    const path = new URL(name, folder);
    if (process.env['GOLDEN'] === 'write') writeFileSync(path, bytes);
    expect(Buffer.from(bytes).equals(readFileSync(path))).toBe(true);
  });
});
