import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTemporaryFolder } from '../support/session-folder.ts';
import { soak } from './soak.ts';

const SECONDS = 50;

test.each([250, 500, 1000, 2000] as const)(
  'sixteen tracks for a while, with all that goes on, flushed every %d ms: every packet is there',
  async (durabilityMillis) => {
    await inTemporaryFolder(async (root) => {
      const folder = join(root, 'soak');
      const plan = { folder, seconds: SECONDS, tracks: 16, durabilityMillis, segmentSamples: 15 * 48_000 };
      const result = await soak(plan);
      expect(result.packets).toBeGreaterThan(16 * 50 * SECONDS * 0.9);
      expect(result.segments).toBe(4);
      expect(result.clockJumps).toBe(2);
      expect(result.mostLagMillis).toBeLessThanOrEqual(durabilityMillis);
      expect(result.flushes).toBeGreaterThanOrEqual((SECONDS * 1000) / durabilityMillis);
      expect(result.flushes).toBeLessThanOrEqual((2.5 * SECONDS * 1000) / durabilityMillis + 20);
      expect(result.grownBytes).toBeLessThan(8 << 20);
    });
  },
);
