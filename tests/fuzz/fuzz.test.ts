import { describe, expect, test } from 'vitest';
import { fuzz, PARSERS } from './fuzz.ts';

/** For the fastest; all together make about 200 000. `npm run fuzz` gives as many as one likes. */
const INPUTS = 20_000;

/** Everything is read, something is found and something refused, or nothing was tried. */
const NEVER_REFUSED: readonly string[] = ['log-scan', 'log-sealed', 'nano-wal', 'nano-session-json', 'wav'];

describe('readers of bytes that may be anything', () => {
  test.each(PARSERS.map((parser) => [parser.name, Math.ceil(INPUTS / parser.oneIn), parser] as const))(
    '%s, %d inputs',
    { timeout: 120_000 },
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
