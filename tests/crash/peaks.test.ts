import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PAGE_SAMPLES, pageOffset } from '../../electron/media/peaks/layout.ts';
import { buildPeaks } from '../../electron/services/peaks/build-peaks.ts';
import { trackCodec } from '../../electron/services/peaks/track-codec.ts';
import { LONG } from '../support/long.ts';
import { Random } from '../support/random.ts';
import { inTemporaryFolder, writeSession } from '../support/session-folder.ts';
import { encodeAudio, tone } from '../support/spoken-audio.ts';

const KILLS = LONG ? 100 : 6;
const PAGES = 5;

/** Runs the child and kills it so long after so many pages were made, before it has more than one more. */
async function killed(args: readonly string[], pages: number, afterMillis: number): Promise<void> {
  const script = join(import.meta.dirname, 'peaks-child.ts');
  const child = spawn(process.execPath, [script, ...args, String(pages + 1)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let lines = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const before = lines;
    lines += text.split('\n').length - 1;
    if (before < pages && lines >= pages) setTimeout(() => child.kill('SIGKILL'), afterMillis);
  });
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
}

test(
  `peaks whose program is killed are completed by the next one, to the same bytes: ${KILLS} kills`,
  { timeout: 120_000 + KILLS * 20_000 },
  async () => {
    await inTemporaryFolder(async (folder) => {
      const sessionFolder = join(folder, 'session');
      const cacheFolder = join(folder, 'cache');
      const spoken = encodeAudio(100, tone(9000));
      const count = Math.floor((PAGES * PAGE_SAMPLES) / 960);
      const packets = Array.from({ length: count }, (_, n) => spoken[n % 100] ?? new Uint8Array());
      await writeSession(sessionFolder, {
        players: ['Ada'],
        spoken: [{ track: 0, positionSamples: 0, packets }],
      });
      const item = { sessionFolder, playerId: '0', cacheFolder };
      const signal = new AbortController().signal;
      const build = (): ReturnType<typeof buildPeaks> =>
        buildPeaks(item, { signal, onProgress: () => undefined, codec: trackCodec });
      const { path } = await build();
      const whole = readFileSync(path);
      expect(whole).toHaveLength(pageOffset(PAGES));
      const random = new Random(3);
      let [kept, decoded] = [0, 0];
      for (let n = 0; n < KILLS; n++) {
        rmSync(path);
        await killed([sessionFolder, cacheFolder], random.int(1, PAGES - 1), random.next() * 40);
        // Killed once more on the way now and then.
        if (n % 3 === 0) await killed([sessionFolder, cacheFolder], random.int(1, 3), random.next() * 10);
        expect(existsSync(path)).toBe(true);
        const { pagesKept, pagesDecoded } = await build();
        kept += pagesKept;
        decoded += pagesDecoded;
        expect(pagesKept + pagesDecoded).toBe(PAGES);
        expect(readFileSync(path).equals(whole)).toBe(true);
      }
      // Otherwise nothing was tried.
      expect(kept).toBeGreaterThan(KILLS);
      expect(decoded).toBeGreaterThan(0);
      console.log(`${kept} pages kept and ${decoded} made anew`);
    });
  },
);
