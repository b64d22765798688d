import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listLog, readLog } from '../../electron/io/read-log.ts';
import { isWholeSegment } from '../../electron/io/whole-segment.ts';
import { LogCollector } from '../../electron/media/log/collector.ts';
import { SEAL_BYTES } from '../../electron/media/log/directory.ts';
import { contentOf } from '../media/log/sample.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';

/** Writes a session of two players; sealed unless its recording "crashed". Returns the path of its first segment. */
async function segmentIn(folder: string, endSamples: number | undefined): Promise<string> {
  await writeSession(folder, {
    players: ['Ada', 'Bo'],
    spoken: [
      { track: 0, positionSamples: 0, packets: packetsOf(6, 1) },
      { track: 1, positionSamples: 960, packets: packetsOf(5, 2) },
    ],
    ...(endSamples !== undefined && { endSamples }),
  });
  return join(folder, 'log/000001.tsl');
}

async function contentIn(folder: string, useIndexes: boolean): Promise<LogCollector> {
  const collector = new LogCollector();
  await readLog(folder, (await listLog(folder)).segments, collector, { useIndexes });
  return collector;
}

describe('a whole segment', () => {
  test('is sealed and unchanged in every byte', async () => {
    await inTemporaryFolder(async (parent) => {
      const path = await segmentIn(join(parent, 's'), 9600);
      const bytes = readFileSync(path);
      expect(await isWholeSegment(path, bytes.length, undefined)).toBe(true);
      for (let at = 0; at < bytes.length; at++) {
        const broken = Buffer.from(bytes);
        broken[at] = (broken[at] ?? 0) ^ 0x10;
        writeFileSync(path, broken);
        const isSeal = at >= bytes.length - SEAL_BYTES;
        // The seal's tag is compared with the header's by the index reader.
        if (!isSeal) expect(await isWholeSegment(path, bytes.length, undefined), `byte ${at}`).toBe(false);
        const { findings } = await contentIn(join(parent, 's'), false);
        expect(findings.kept.length, `byte ${at}`).toBe(1);
      }
      for (const size of [0, 1, SEAL_BYTES - 1, SEAL_BYTES, bytes.length - 1]) {
        writeFileSync(path, bytes.subarray(0, size));
        expect(await isWholeSegment(path, size, undefined), `${size} bytes`).toBe(false);
      }
    });
  });

  test('is not one that was being written when the recording stopped', async () => {
    await inTemporaryFolder(async (parent) => {
      const path = await segmentIn(join(parent, 's'), undefined);
      expect(await isWholeSegment(path, readFileSync(path).length, undefined)).toBe(false);
      expect((await contentIn(join(parent, 's'), false)).tracks.get(1)?.packets.count).toBe(5);
    });
  });

  test('gives the same by its index as a scan of its bytes', async () => {
    await inTemporaryFolder(async (parent) => {
      const folder = join(parent, 's');
      const path = await segmentIn(folder, 9600);
      const whole = contentOf(await contentIn(folder, false));
      expect(whole).toEqual(contentOf(await contentIn(folder, true)));
      // One bit of the index: everything that matters is still there, found by the scan, and the damage is told.
      const bytes = readFileSync(path);
      const indexAt = bytes.length - SEAL_BYTES - 90;
      bytes[indexAt] = (bytes[indexAt] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      const scanned = await contentIn(folder, false);
      expect(contentOf(scanned).tracks).toEqual(whole.tracks);
      expect(scanned.findings.kept).toHaveLength(1);
    });
  });

  test('is left when it is no longer wanted', async () => {
    await inTemporaryFolder(async (parent) => {
      const path = await segmentIn(join(parent, 's'), 9600);
      const stop = AbortSignal.abort(new Error('enough'));
      await expect(isWholeSegment(path, readFileSync(path).length, stop)).rejects.toThrow('enough');
    });
  });
});
