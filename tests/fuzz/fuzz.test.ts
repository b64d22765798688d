import { rmSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Counts } from './counts.ts';
import { fuzz, PARSERS } from './fuzz.ts';
import { runFuzz } from './run.ts';

/** For the fastest; all together make about 200 000. `npm run fuzz` gives as many as one likes. */
const INPUTS = 20_000;

/** Everything is read, something is found and something refused, or nothing was tried. */
const NEVER_REFUSED: readonly string[] = ['log-scan', 'log-sealed', 'nano-wal', 'nano-session-json', 'wav'];

describe('readers of bytes that may be anything', () => {
  test.each(PARSERS.map((parser) => [parser.name, Math.ceil(INPUTS / parser.oneIn), parser] as const))(
    '%s, %d inputs',
    async (name, inputs, parser) => {
      const { tally, failure } = await fuzz(parser, { seed: 1, first: 0, inputs });
      if (failure !== undefined) {
        throw new Error(
          `npm run fuzz -- --parser ${name} --seed 1 --input ${failure.input}\n${failure.reason}`,
        );
      }
      expect(tally.inputs).toBe(inputs);
      expect(tally.read + tally.found).toBeGreaterThan(inputs / 60);
      expect(tally.found + tally.refused).toBeGreaterThan(inputs / 60);
      if (!NEVER_REFUSED.includes(name)) expect(tally.refused).toBeGreaterThan(0);
    },
  );
});

test('a run goes on where another ended, and comes to the same', async () => {
  const folder = temporaryFolder();
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    const run = { parsers: ['zip'], seed: 3, minutes: 0, countsFolder: folder };
    expect(await runFuzz({ ...run, inputs: 700 })).toBe(true);
    expect(await runFuzz({ ...run, inputs: 1500 })).toBe(true);
    const { inputs, read, found, refused } = new Counts(folder).get('zip', 3).tally;
    const parser = PARSERS.find(({ name }) => name === 'zip');
    const whole = parser && (await fuzz(parser, { seed: 3, first: 0, inputs: 1500 }));
    expect(whole?.tally).toMatchObject({ inputs, read, found, refused });
    const table = print.mock.calls.flat().join('\n');
    expect(table).toMatch(/^zip +3 +700 .*^zip +3 +1500 /msu);
    expect(table).toContain('1500 inputs, no failures');
  } finally {
    print.mockRestore();
    rmSync(folder, { recursive: true });
  }
});
