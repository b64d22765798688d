import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DISK_CALLS, type OutputCalls } from '../../electron/io/output-file.ts';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import { type ExportChoices, planExport } from '../../electron/services/export-plan.ts';
import { verifyFile } from '../../electron/services/verify-file.ts';
import { isMix } from '../../shared/model/media-formats.ts';
import { exportChoices } from '../support/export-choices.ts';
import { LONG } from '../support/long.ts';
import { writeSession } from '../support/session-folder.ts';
import { encodeAudio, tone } from '../support/spoken-audio.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOUR_SAMPLES = 3600 * 48_000;
const HOURS = 30;
/** A MOV file counts samples in 32 bits: it holds less than 25 hours. */
const MOST_MOV_HOURS = 24;
const { signal } = new AbortController();
const zeros = Buffer.alloc(1 << 20);

/** A disk that leaves holes in place of zeros, so that what is silent takes no room. */
const SPARSE: OutputCalls = {
  ...DISK_CALLS,
  write: (fd, bytes, positionBytes) => {
    const isSilent = bytes.length <= zeros.length && zeros.subarray(0, bytes.length).equals(bytes);
    // The last byte, so that the file is as long as it is to be.
    if (isSilent) DISK_CALLS.write(fd, bytes.subarray(-1), positionBytes + bytes.length - 1);
    else DISK_CALLS.write(fd, bytes, positionBytes);
  },
};

let root = '';
beforeAll(() => {
  root = temporaryFolder();
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Two seconds each at the start, in the middle and at the end, of two players. @returns its folder. */
async function sessionOf(hours: number): Promise<string> {
  const folder = join(root, `${hours} hours`);
  if (existsSync(folder)) return folder;
  const packets = encodeAudio(100, tone(9000));
  const endSamples = hours * HOUR_SAMPLES;
  await writeSession(folder, {
    players: ['Ada', 'Ben'],
    spoken: [
      { track: 0, positionSamples: 0, packets },
      { track: 1, positionSamples: endSamples / 2, packets },
      { track: 0, positionSamples: endSamples - 100 * 960, packets },
    ],
    endSamples,
  });
  return folder;
}

async function exported(name: string, changes: Partial<ExportChoices>, hours = HOURS) {
  const outFolder = join(root, name);
  mkdirSync(outFolder);
  const choices = exportChoices(outFolder, changes);
  const players = changes.formats?.some(isMix) === true ? [] : ['Ada'];
  const { files } = await planExport([{ folder: await sessionOf(hours), players }], choices, signal);
  const outcome = await exportFile(files[0]?.item ?? expect.fail('nothing was planned'), {
    signal,
    onProgress: () => undefined,
    disk: SPARSE,
  });
  if (outcome.status !== 'done') throw new Error(outcome.reason);
  // T0 lies 1200 samples after the start of its frame.
  expect(outcome.durationSamples).toBe(hours * HOUR_SAMPLES + 1200);
  expect(outcome.verification?.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(outcome.verification?.ok).toBe(true);
  return outcome;
}

function startOf(path: string, sizeBytes: number): string {
  const bytes = Buffer.alloc(sizeBytes);
  const fd = openSync(path, 'r');
  readSync(fd, bytes, 0, sizeBytes, 0);
  closeSync(fd);
  return bytes.toString('latin1');
}

const TIMEOUT_MILLIS = 600_000;
const TAKES_MINUTES = 'it takes minutes, and runs with npm test -- --long';

describe('a session of thirty hours', () => {
  test(
    'is exported as m4a and verified',
    async () => {
      await exported('m4a', {});
    },
    TIMEOUT_MILLIS,
  );

  test.for(['m4a in fragments', 'ogg'] as const)(
    'is exported as %s and verified, also against its log',
    { timeout: TIMEOUT_MILLIS },
    async (name, { skip }) => {
      skip(!LONG, TAKES_MINUTES);
      const isOgg = name === 'ogg';
      const { path } = await exported(name, { formats: [isOgg ? 'ogg' : 'm4a'], fragmented: !isOgg });
      const report = await verifyFile(path, await sessionOf(HOURS), { signal, onProgress: () => undefined });
      expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    },
  );

  test.for([
    ['bwf', HOURS, 'RF64'],
    ['mov', MOST_MOV_HOURS, 'co64'],
  ] as const)(
    'is exported as %s of %i hours and verified, its sizes in 64 bits: %s',
    { timeout: TIMEOUT_MILLIS },
    async ([format, hours, mark], { skip }) => {
      skip(!LONG, TAKES_MINUTES);
      const { path, sizeBytes } = await exported(format, { formats: [format] }, hours);
      expect(sizeBytes).toBeGreaterThan(2 ** 32);
      expect(startOf(path, 4096)).toContain(mark);
      rmSync(path);
    },
  );

  test(
    'is mixed down, both players at the set loudness, and verified',
    async ({ skip }) => {
      skip(!LONG, TAKES_MINUTES);
      const { mixReport, path, sizeBytes } = await exported('mix', { formats: ['mix'] });
      expect(mixReport?.players.map(({ player }) => player)).toEqual(['Ada', 'Ben']);
      // The gate leaves the silence out.
      expect(mixReport?.mix.integratedLufs).toBeCloseTo(-16, 1);
      expect(sizeBytes).toBeGreaterThan(2 ** 34);
      expect(startOf(path, 4096)).toContain('RF64');
      rmSync(path);
    },
    // Every sample is measured, silent or not.
    2 * TIMEOUT_MILLIS,
  );

  test('is refused as mov, with what to do, before anything is written', async () => {
    await expect(exported('refused', { formats: ['mov'] })).rejects.toMatchObject({
      code: 'unsupported',
      message: 'A MOV file holds at most 24 hours and 51 minutes.',
      next: 'Export Broadcast Wave instead, or trim the session.',
    });
    expect(readdirSync(join(root, 'refused'))).toEqual([]);
  });
});
