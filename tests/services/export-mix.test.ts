import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import { LoudnessMeter } from '../../electron/media/loudness/meter.ts';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import { withOutcome } from '../../electron/services/export-queue/item-outcome.ts';
import { queuedItem } from '../../electron/services/export-queue/planned-item.ts';
import { jsonReport } from '../../electron/services/export-queue/report.ts';
import { ExportPool } from '../../electron/workers/export-pool.ts';
import { exportItem } from '../../shared/ipc/contract/exports.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { MixPlace } from '../../shared/model/loudness.ts';
import { runTool } from '../support/media-tools.ts';
import { type DoneExport, itemOf, MixFolder, PANEL } from '../support/mix-folder.ts';
import { needs } from '../support/programs.ts';
import type { SessionRecipe } from '../support/session-folder.ts';
import { encodeAudio, tone } from '../support/spoken-audio.ts';
import { channelOf, readWave } from '../support/wave-file.ts';

const folder = new MixFolder('mix');

afterAll(() => {
  folder.remove();
});

const signal = new AbortController().signal;

const planOf = (...args: Parameters<MixFolder['plan']>) => folder.plan(...args);
const mixOf = (...args: Parameters<MixFolder['plan']>) => folder.export(...args);

/** The loudness of a file's samples, and the largest of each side. */
function heard({ path }: DoneExport) {
  const wave = readWave(readFileSync(path));
  const sides = [0, 1].map((side) => Float32Array.from(channelOf(wave, side), (value) => value / 2 ** 23));
  const meter = new LoudnessMeter(2);
  meter.add(sides, sides[0]?.length ?? 0);
  const largest = sides.map((side) => side.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  return { ...meter.finish(), wave, sides, left: largest[0] ?? 0, right: largest[1] ?? 0 };
}

describe('a mix-down', () => {
  test('is at -16 LUFS with no true peak above -1 dBTP, and says so in bext', async () => {
    const done = await mixOf(PANEL);
    const { integratedLufs, truePeakDbtp, wave } = heard(done);
    expect(Math.abs((integratedLufs ?? 0) + 16)).toBeLessThan(0.1);
    expect(truePeakDbtp).toBeLessThanOrEqual(-1);
    const { mixReport, verification } = done;
    expect(mixReport?.limitedDb).toBeGreaterThan(1);
    expect(mixReport?.mix.integratedLufs).toBeCloseTo(integratedLufs ?? 0, 2);
    expect(verification?.checks.find(({ name }) => name === 'loudness')).toMatchObject({ ok: true });
    const bext = wave.chunks.get('bext') ?? Buffer.alloc(0);
    expect(bext.readUInt16LE(346)).toBe(2);
    expect(bext.readInt16LE(412)).toBe(Math.round(100 * (integratedLufs ?? 0)));
    expect(bext.readInt16LE(416)).toBe(Math.round(100 * (mixReport?.mix.truePeakDbtp ?? 0)));
    expect(wave.channels).toBe(2);
    // Nobody's own: a project file refers to none of it.
    expect(done.tracks).toEqual([]);
    expect(wave.chunks.get('iXML')?.toString()).toContain('<NAME>Mix L</NAME>');
  });

  test('tells how loud each player is, and who has no packets', async () => {
    const { mixReport, packets } = await mixOf(PANEL);
    expect(packets).toBe(700);
    expect(mixReport?.players.map(({ player }) => player)).toEqual(['Ada', 'Ben', 'Cy']);
    const [, ben, cy] = mixReport?.players ?? [];
    // Two sines, 3000 and 1500 of 32768: what Ben's channels come to by themselves.
    expect(ben?.loudness?.integratedLufs).toBeCloseTo(
      -0.691 + 10 * Math.log10((3000 ** 2 + 1500 ** 2) / 2 / 32_768 ** 2),
      0,
    );
    expect(cy?.loudness).toBeNull();
  });

  test('has the start, the timecode and the length of the other files', async () => {
    const plan = await planOf(PANEL, { formats: ['bwf', 'mix'] });
    expect(plan.files.map(({ kind, player, playerId }) => [kind, player, playerId])).toEqual([
      ['bwf', 'Ada', '0'],
      ['bwf', 'Ben', '1'],
      ['bwf', 'Cy', '2'],
      ['mix', 'mix', null],
    ]);
    const outcomes: DoneExport[] = [];
    for (const { item } of plan.files.filter(({ player }) => player !== 'Cy')) {
      const outcome = await exportFile(item, { signal, onProgress: () => undefined });
      if (outcome.status === 'done') outcomes.push(outcome);
    }
    const waves = outcomes.map(({ path }) => readWave(readFileSync(path)));
    expect(new Set(outcomes.map(({ durationSamples }) => durationSamples)).size).toBe(1);
    expect(new Set(waves.map(({ timeReference }) => timeReference)).size).toBe(1);
    expect(waves.map((wave) => channelOf(wave, 0).length)).toEqual(
      outcomes.map(({ durationSamples }) => durationSamples),
    );
  });

  test('without anything to limit is the sum of the players, sample for sample', async () => {
    const recipe: SessionRecipe = {
      players: ['Ada', 'Ben'],
      spoken: [0, 1].map((track) => ({
        track,
        positionSamples: track * 12_345,
        packets: encodeAudio(200, tone(9000, 300 + 200 * track)),
      })),
      endSamples: 5 * 48_000,
    };
    const plan = await planOf(recipe, { formats: ['bwf', 'mix'], pcm: 'f32' });
    const waves = [];
    let report;
    for (const { item } of plan.files) {
      const outcome = await exportFile(item, { signal, onProgress: () => undefined });
      if (outcome.status !== 'done') throw new Error(outcome.reason);
      waves.push(readWave(readFileSync(outcome.path)));
      report = outcome.mixReport;
    }
    const [ada, ben, mix] = waves.map((wave) => channelOf(wave, 0));
    if (ada === undefined || ben === undefined || mix === undefined) throw new Error('three files');
    expect(report?.limitedDb).toBe(0);
    const gain = 10 ** ((report?.raisedDb ?? 0) / 20) * Math.SQRT1_2;
    const worst = mix.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - gain * ((ada[i] ?? 0) + (ben[i] ?? 0)))),
      0,
    );
    expect(worst).toBeLessThan(1e-6);
  });

  test('shows in the queue and its report as the contract has it', async () => {
    const plan = await planOf(PANEL);
    const [file] = plan.files;
    if (file === undefined) throw new Error('no mix was planned');
    const outcome = await exportFile(file.item, { signal, onProgress: () => undefined });
    const { view } = withOutcome(queuedItem('1', file), outcome);
    expect(v.parse(exportItem, view)).toEqual(view);
    const batch = { batchId: 'b', title: '', presetTitle: null, createdUnixMicros: 0, outFolder: '' };
    const report = JSON.parse(
      jsonReport({ ...batch, finishedUnixMicros: null, problems: [], items: [{ view }] }),
    ) as {
      files: { loudnessLufs: number; truePeakDbtp: number }[];
    };
    const mix = view.result?.mixReport?.mix;
    expect(report.files[0]?.loudnessLufs).toBe(mix?.integratedLufs);
    expect(report.files[0]?.truePeakDbtp).toBe(mix?.truePeakDbtp);
    expect(mix?.truePeakDbtp).toBeLessThanOrEqual(-1);
  });

  test('puts players where they are wanted', async () => {
    const places = new Map<string, MixPlace>([
      ['Ada', { panPercent: -100, gainDb: 0 }],
      ['1', { panPercent: 100, gainDb: -60 }],
    ]);
    const done = await mixOf(PANEL, {}, places);
    const { left, right } = heard(done);
    expect(right).toBeLessThan(left / 100);
    expect(done.mixReport?.players[1]?.place).toEqual({ panPercent: 100, gainDb: -60 });
    const plan = await planOf(PANEL, {}, new Map([['Nobody', { panPercent: 0, gainDb: 0 }]]));
    expect(plan.problems[0]?.error).toMatchObject({ code: 'usage' });
  });

  test('of nothing but silence stays silent', async () => {
    const recipe = {
      ...PANEL,
      spoken: [{ track: 0, positionSamples: 0, packets: encodeAudio(50, () => 0) }],
    };
    const done = await mixOf(recipe);
    const { left, right, integratedLufs, wave } = heard(done);
    expect([left, right, integratedLufs]).toEqual([0, 0, null]);
    expect(done.mixReport).toMatchObject({ raisedDb: 0, limitedDb: 0, mix: { integratedLufs: null } });
    expect(done.verification?.ok).toBe(true);
    expect(wave.chunks.get('bext')?.readInt16LE(412)).toBe(0x7fff);
  });

  test('of a whisper is raised by 30 dB and no more', async () => {
    const spoken = [{ track: 0, positionSamples: 0, packets: encodeAudio(200, tone(60)) }];
    const { mixReport } = await mixOf({ ...PANEL, spoken });
    expect(mixReport?.raisedDb).toBe(30);
    expect(mixReport?.mix.integratedLufs).toBeLessThan(-20);
  });

  test('without a packet is passed over', async () => {
    const plan = await planOf({ ...PANEL, spoken: [] });
    const outcome = await exportFile(itemOf(plan), { signal, onProgress: () => undefined });
    expect(outcome).toMatchObject({ status: 'skipped', reason: 'No packets were recorded.' });
  });

  test('is the same every time, on a worker too', async () => {
    const here = await mixOf(PANEL);
    const pool = new ExportPool(1);
    try {
      const there = await pool.run(itemOf(await planOf(PANEL)), signal, () => undefined);
      if (there.status !== 'done') throw new Error(there.reason);
      expect(readFileSync(there.path).equals(readFileSync(here.path))).toBe(true);
      expect(there.mixReport).toEqual(here.mixReport);
    } finally {
      await pool.close();
    }
  });

  test.each([0.1, 0.5, 0.9])('cancelled at %f of its way leaves nothing', async (share) => {
    const plan = await planOf(PANEL);
    const abort = new AbortController();
    let reached = 0;
    const running = exportFile(itemOf(plan), {
      signal: abort.signal,
      onProgress: (done, total) => {
        expect(done).toBeGreaterThanOrEqual(reached);
        reached = done;
        if (done >= (share * total) / 2) abort.abort(new AppError('cancelled', 'Cancelled.'));
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(plan.outFolder)).toEqual([]);
  });

  test('is no media of a project: alone it cannot carry one, beside others they do', async () => {
    const alone = await planOf(PANEL, { projects: ['otio'] });
    expect(alone.problems[0]?.error).toMatchObject({ code: 'unsupported' });
    const beside = await planOf(PANEL, { formats: ['m4a', 'mix'], projects: ['otio'] });
    expect(beside.problems).toEqual([]);
    expect(beside.projects[0]?.item.media.map(({ format }) => format)).toEqual(['m4a', 'm4a', 'm4a']);
  });

  test('measures the same in ffmpeg', needs('ffmpeg'), async () => {
    const { path, mixReport } = await mixOf(PANEL);
    const args = ['-hide_banner', '-nostdin', '-i', path, '-af', 'ebur128=peak=true', '-f', 'null', '-'];
    const { warnings } = runTool('ffmpeg', args);
    const summary = warnings.slice(warnings.lastIndexOf('Summary:'));
    const said = Number(/I:\s+(\S+) LUFS/.exec(summary)?.[1]);
    // It prints one decimal.
    expect(Math.abs(said - (mixReport?.mix.integratedLufs ?? 0))).toBeLessThanOrEqual(0.1);
    expect(Math.abs(said + 16)).toBeLessThanOrEqual(0.15);
    expect(Number(/Peak:\s+(\S+) dBFS/.exec(summary)?.[1])).toBeLessThanOrEqual(-1);
  });
});
