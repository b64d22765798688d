import {
  readFileSync,
  writeFileSync,
  rmSync,
  symlinkSync,
  mkdirSync,
  existsSync,
  readdirSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildPeaks, type PeaksItem, type PeaksOutcome } from '../../electron/services/peaks/build-peaks.ts';
import type { TrackCodec } from '../../electron/services/peaks/page-decoder.ts';
import { openSession } from '../../electron/services/session/open-session.ts';
import { trackCodec } from '../../electron/services/peaks/track-codec.ts';
import {
  FILE_HEADER_BYTES,
  PAGE_BYTES,
  PAGE_SAMPLES,
  pageOffset,
} from '../../electron/media/peaks/layout.ts';
import { PeaksFile } from '../../electron/io/peaks-file.ts';
import { PEAK_BASE_SAMPLES, PEAK_BLOCK_BYTES } from '../../shared/model/peaks.ts';
import { encodeAudio, tone } from '../support/spoken-audio.ts';
import { inTemporaryFolder, type Spoken, writeSession } from '../support/session-folder.ts';

const SECOND_PACKETS = 50;
const never = new AbortController().signal;
const silent = (): void => undefined;

async function build(item: PeaksItem, signal = never): Promise<PeaksOutcome> {
  return buildPeaks(item, { signal, onProgress: silent, codec: trackCodec });
}

/** A session of one player in `folder`, and what asks for its peaks. */
async function recorded(
  folder: string,
  spoken: readonly Omit<Spoken, 'track'>[],
  name = 'session',
): Promise<PeaksItem> {
  const sessionFolder = join(folder, name);
  await writeSession(sessionFolder, {
    players: ['Ada'],
    spoken: spoken.map((each) => ({ track: 0, ...each })),
  });
  return { sessionFolder, playerId: '0', cacheFolder: join(folder, 'cache') };
}

/** The lowest, highest and RMS of a block. */
async function block(path: string, level: number, at: number): Promise<readonly [number, number, number]> {
  const file = await PeaksFile.openToRead(path);
  const bytes = Buffer.alloc(PEAK_BLOCK_BYTES);
  await file?.blocks(level, at, bytes);
  await file?.close();
  return [bytes.readInt16LE(0), bytes.readInt16LE(2), bytes.readUInt16LE(4)];
}

/** Two pages of tone, a page without audio, and a little more tone, which ends inside the fourth. */
const LONG: readonly Omit<Spoken, 'track'>[] = [
  { positionSamples: 0, packets: encodeAudio(80 * SECOND_PACKETS, tone(9000)) },
  { positionSamples: 140 * 48_000, packets: encodeAudio(2 * SECOND_PACKETS, tone(3000)) },
];

describe('levels', () => {
  test('a sine, silence and a step come out at their levels; a gap is empty', async () => {
    await inTemporaryFolder(async (folder) => {
      const packets = encodeAudio(3 * SECOND_PACKETS, (at) =>
        at < 48_000 ? tone(12_000)(at) : at < 96_000 ? 0 : tone(24_000)(at),
      );
      const item = await recorded(folder, [
        { positionSamples: 0, packets },
        { positionSamples: 5 * 48_000, packets: packets.slice(0, SECOND_PACKETS) },
      ]);
      const { path, endSamples, undecodable } = await build(item);
      expect({ endSamples, undecodable }).toEqual({ endSamples: 6 * 48_000 - 312, undecodable: 0 });
      const at = (seconds: number): number => Math.floor((seconds * 48_000) / PEAK_BASE_SAMPLES);

      const [low, high, rms] = await block(path, 0, at(0.5));
      expect(high).toBeGreaterThan(11_000);
      expect(high).toBeLessThan(13_000);
      expect(low).toBeLessThan(-11_000);
      expect(Math.abs(rms - 12_000 / Math.SQRT2)).toBeLessThan(900);
      const [, quiet, quietRms] = await block(path, 0, at(1.5));
      expect(quiet).toBeLessThan(20);
      expect(quietRms).toBeLessThan(20);
      expect((await block(path, 0, at(2.5)))[1]).toBeGreaterThan(22_000);
      expect(await block(path, 0, at(4))).toEqual([32_767, -32_768, 0]);
      expect(await block(path, 2, Math.floor((4 * 48_000) / (PEAK_BASE_SAMPLES * 64)))).toEqual([
        32_767, -32_768, 0,
      ]);
      expect((await block(path, 0, at(5.5)))[1]).toBeGreaterThan(11_000);
      // Beyond the end there is nothing.
      expect(await block(path, 0, at(1e6))).toEqual([32_767, -32_768, 0]);
    });
  });

  test("a click is found where it was made: the encoder's lookahead is taken off", async () => {
    await inTemporaryFolder(async (folder) => {
      const clickAt = 100 * PEAK_BASE_SAMPLES + 256;
      const packets = encodeAudio(2 * SECOND_PACKETS, (at) => (Math.abs(at - clickAt) < 4 ? 30_000 : 0));
      const { path } = await build(await recorded(folder, [{ positionSamples: 0, packets }]));
      const peaks = await Promise.all(
        [98, 99, 100, 101, 102].map(async (at) => (await block(path, 0, at))[1]),
      );
      expect(Math.max(...peaks)).toBe(peaks[2]);
    });
  });

  test('packets that cannot be decoded are silence, and counted once, also when their page was there already', async () => {
    await inTemporaryFolder(async (folder) => {
      const packets = encodeAudio(SECOND_PACKETS, tone(9000));
      const item = await recorded(folder, [{ positionSamples: 0, packets }]);
      let calls = 0;
      const codec = (channels: 1 | 2): TrackCodec => ({
        ...trackCodec(channels),
        createDecoder: () => {
          const decoder = trackCodec(channels).createDecoder(channels);
          return {
            ...decoder,
            decode: (packet) => (calls++ === 20 ? undefined : decoder.decode(packet)),
          };
        },
      });
      const outcome = await buildPeaks(item, { signal: never, onProgress: silent, codec });
      expect(outcome).toMatchObject({ pagesDecoded: 1, undecodable: 1 });
      const inside = Math.ceil((20 * 960 - 312) / PEAK_BASE_SAMPLES);
      expect(await block(outcome.path, 0, inside)).toEqual([0, 0, 0]);
      expect(await build(item)).toMatchObject({ pagesKept: 1, undecodable: 1 });
    });
  });
});

describe('resuming', () => {
  test('stopped after any page and started again, the file is the same to the byte', async () => {
    await inTemporaryFolder(async (folder) => {
      const item = await recorded(folder, LONG);
      const { path } = await build(item);
      const whole = readFileSync(path);
      expect(whole.length).toBe(pageOffset(4));
      for (const pages of [0, 1, 2, 3]) {
        rmSync(path);
        const abort = new AbortController();
        let left = pages;
        const stopped = buildPeaks(item, {
          signal: abort.signal,
          codec: trackCodec,
          onProgress: () => {
            if (left-- === 0) abort.abort(new Error('stop'));
          },
        });
        if (pages < 3) await expect(stopped).rejects.toThrow('stop');
        else await stopped;
        await build(item);
        expect(readFileSync(path).equals(whole)).toBe(true);
      }
    });
  });

  test('cut off or changed anywhere, what is wrong is made again and the rest stays', async () => {
    await inTemporaryFolder(async (folder) => {
      const item = await recorded(folder, LONG);
      const { path } = await build(item);
      const whole = readFileSync(path);
      const damaged: Buffer[] = [
        0,
        1,
        40,
        63,
        64,
        500,
        FILE_HEADER_BYTES + PAGE_BYTES + 7,
        whole.length - 1,
      ].map((length) => whole.subarray(0, length));
      for (const at of [0, 9, 30, 63, 64, 70, 80, 90, 95, 5000, pageOffset(2) + 9, pageOffset(3) + 4]) {
        const flipped = Buffer.from(whole);
        flipped.writeUInt8((flipped[at] ?? 0) ^ 0x10, at);
        damaged.push(flipped);
      }
      damaged.push(Buffer.concat([whole, whole]), Buffer.alloc(100_000, 0xff));
      for (const bytes of damaged) {
        writeFileSync(path, bytes);
        await build(item);
        expect(readFileSync(path).equals(whole)).toBe(true);
      }
      writeFileSync(path, Buffer.from(whole).fill(7, pageOffset(1) + 100, pageOffset(1) + 200));
      expect(await build(item)).toMatchObject({ pagesKept: 2, pagesDecoded: 1 });
    });
  });

  test('follows a recording that grows: only the last page is made again', async () => {
    await inTemporaryFolder(async (folder) => {
      const [speech] = LONG;
      const packets = speech?.packets ?? [];
      const whole = await recorded(folder, [{ positionSamples: 0, packets }]);
      const grown = await recorded(
        folder,
        [{ positionSamples: 0, packets: packets.slice(0, 60 * SECOND_PACKETS) }],
        'growing',
      );
      expect(await build(grown)).toMatchObject({ pagesDecoded: 2, endSamples: 60 * 48_000 - 312 });
      for (const name of readdirSync(join(whole.sessionFolder, 'log'))) {
        writeFileSync(
          join(grown.sessionFolder, 'log', name),
          readFileSync(join(whole.sessionFolder, 'log', name)),
        );
      }
      const after = await build(grown);
      expect(after).toMatchObject({ pagesKept: 1, pagesDecoded: 1, endSamples: 80 * 48_000 - 312 });
      expect(readFileSync(after.path).equals(readFileSync((await build(whole)).path))).toBe(true);
      expect(PAGE_SAMPLES).toBeLessThan(60 * 48_000);
    });
  });
});

describe('where peaks lie', () => {
  test('a session of another program gets nothing written into its folder', async () => {
    await inTemporaryFolder(async (folder) => {
      const sessionFolder = join(import.meta.dirname, '../fixtures/bvc-roundtable');
      const cacheFolder = join(folder, 'cache');
      for (const { id } of (await openSession(sessionFolder)).players) {
        const { path, endSamples } = await build({ sessionFolder, playerId: id, cacheFolder });
        expect(path.startsWith(cacheFolder)).toBe(true);
        expect(endSamples).toBeGreaterThan(0);
      }
      expect(existsSync(join(sessionFolder, 'peaks'))).toBe(false);
    });
  });

  test.skipIf(process.platform === 'win32')('a link in the place of the file is not followed', async () => {
    await inTemporaryFolder(async (folder) => {
      const item = await recorded(folder, [{ positionSamples: 0, packets: encodeAudio(10, tone(9000)) }]);
      const mine = join(folder, 'mine.txt');
      writeFileSync(mine, 'precious');
      mkdirSync(join(item.sessionFolder, 'peaks'));
      symlinkSync(mine, join(item.sessionFolder, 'peaks', '0.tsp'));
      expect((await build(item)).path.startsWith(item.cacheFolder)).toBe(true);
      expect(readFileSync(mine, 'utf8')).toBe('precious');
    });
  });

  test('a player who is not there is told', async () => {
    await inTemporaryFolder(async (folder) => {
      const item = await recorded(folder, []);
      await expect(build({ ...item, playerId: '7' })).rejects.toMatchObject({ code: 'not-found' });
    });
  });
});
