import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExportPlan, planExport } from '../../electron/services/export-plan.ts';
import { csvReport } from '../../electron/services/export-queue/report.ts';
import { verifyFile } from '../../electron/services/verify-file.ts';
import { appWorkers } from '../../electron/workers/app-workers.ts';
import { timecodeRate } from '../../shared/time/timecode.ts';
import { fingerprint } from '../support/cli.ts';
import { batchOf, type ExportBench, exportBenchOn } from '../support/export-bench.ts';
import { exportChoices } from '../support/export-choices.ts';
import { EVERY_MEDIA } from '../support/export-scene.ts';
import { GrowingSession } from '../support/growing-session.ts';
import { packetsOf, type SessionRecipe, writeSession } from '../support/session-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { signal } = new AbortController();
let folder = '';
let before = '';
let workers: ReturnType<typeof appWorkers>;
const session = (name: string): string => join(folder, 'sessions', name);

beforeAll(async () => {
  folder = temporaryFolder();
  workers = appWorkers();
  mkdirSync(session(''), { recursive: true });
  const closed: SessionRecipe = {
    players: ['Ada', 'Mute'],
    spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(40, 1) }],
    endSamples: 50 * 960,
  };
  await writeSession(session('closed'), closed);
  // Another encoder's rate, and packets of 10 ms.
  const short = packetsOf(60, 2).map((packet) =>
    Uint8Array.from(packet, (byte, at) => (at === 0 ? 30 << 3 : byte)),
  );
  await writeSession(session('other'), {
    ...closed,
    sessionId: '019ceed2-3b19-7000-8000-5eed0000a11d',
    inputRate: 16_000,
    spoken: [{ track: 0, positionSamples: 0, packets: short }],
  });
  before = fingerprint(session(''));
});

afterAll(async () => {
  await workers.close();
  expect(fingerprint(session(''))).toBe(before);
  rmSync(folder, { recursive: true });
});

/** The queue with the program's own threads. */
const benchOf = (jobs: number): ExportBench => exportBenchOn(workers.runItem, jobs);

let outs = 0;
function newOut(): string {
  const out = join(folder, `out ${++outs}`);
  mkdirSync(out);
  return out;
}

function planOf(
  names: readonly string[],
  out: string,
  changes: Parameters<typeof exportChoices>[1],
): Promise<ExportPlan> {
  const selection = names.map((name) => ({ folder: session(name), players: [] }));
  return planExport(selection, exportChoices(out, changes), signal);
}

test.each(
  EVERY_MEDIA.flatMap(([name, changes]) =>
    (['number', 'skip'] as const).map((existing) => [name, existing, changes] as const),
  ),
)(
  'two batches at once into one folder never replace a file of the other: %s, %s',
  async (_name, existing, changes) => {
    const out = newOut();
    const choices = { ...changes, existing, nameTemplate: 'same' };
    // Both planned before either has written.
    const plans = [await planOf(['closed'], out, choices), await planOf(['closed'], out, choices)];
    const bench = benchOf(4);
    for (const [at, plan] of plans.entries()) bench.queue.add(batchOf(`batch ${at}`, out, [plan]));
    await bench.settled();
    const views = plans.flatMap((_plan, at) =>
      bench.queue.batch(`batch ${at}`).items.map(({ view }) => view),
    );
    const spoken = views.filter(({ playerName }) => playerName !== 'Mute');
    expect(spoken.map(({ state }) => state).toSorted()).toEqual(
      existing === 'number' ? ['done', 'done'] : ['done', 'skipped'],
    );
    const paths = spoken.flatMap(({ result }) => (result === null ? [] : [result.path]));
    expect(new Set(paths).size).toBe(paths.length);
    expect(readdirSync(out).length).toBe(paths.length);
    for (const path of paths) {
      expect((await verifyFile(path, session('closed'), { signal, onProgress: () => undefined })).ok).toBe(
        true,
      );
    }
  },
);

test.each(EVERY_MEDIA)('a player without packets does not disturb %s', async (_name, changes) => {
  const out = newOut();
  const plan = await planOf(['closed'], out, { projects: ['csv'], ...changes });
  // A mix-down is nothing that a project file could name.
  const isMix = changes.formats?.[0]?.startsWith('mix') === true;
  expect(plan.problems).toHaveLength(isMix ? 1 : 0);
  const bench = benchOf(1);
  bench.queue.add(batchOf('batch', out, [{ ...plan, problems: [] }]));
  const views = [...(await bench.settled()).values()];
  expect(views.filter(({ state }) => state === 'done')).toHaveLength(isMix ? 1 : 3);
  const mute = views.filter(({ playerName }) => playerName === 'Mute');
  expect(mute.map(({ state, trouble }) => [state, trouble?.message])).toEqual(
    isMix || changes.layout === 'combined' ? [] : [['skipped', 'No packets were recorded.']],
  );
  if (!isMix) {
    expect(views.filter(({ kind }) => kind === 'csv').map(({ trouble }) => trouble?.message)).toEqual([
      '"Mute" is not in it, having no media file.',
      '"Mute" is not in it, having no media file.',
    ]);
  }
  expect(readdirSync(out).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('sessions of several sample rates and packet lengths share a batch, and batches of several frame rates a folder', async () => {
  const out = newOut();
  const formats = ['m4a', 'bwf', 'mov', 'ogg', 'mix'] as const;
  const bench = benchOf(2);
  for (const rate of ['25', '29.97df', '23.976'] as const) {
    const plan = await planOf(['closed', 'other'], out, {
      formats,
      rate: timecodeRate(rate),
      nameTemplate: '{player}',
    });
    bench.queue.add(batchOf(rate, out, [plan]));
    await bench.settled();
    const done = bench.queue.batch(rate).items.filter(({ view }) => view.state === 'done');
    expect(done).toHaveLength(2 * formats.length);
    for (const { work, view } of done) {
      const path = view.result?.path ?? '';
      const of = 'sessionFolder' in work ? work.sessionFolder : undefined;
      const report = await verifyFile(path, of, { signal, onProgress: () => undefined });
      expect(
        report.checks.filter(({ ok }) => !ok),
        path,
      ).toEqual([]);
      expect(report.timecode?.label, path).toBe(view.result?.timecode);
    }
  }
  expect(readdirSync(out)).toHaveLength(3 * 2 * formats.length);
});

test.each(
  EVERY_MEDIA.flatMap(([name, changes]) =>
    (['session', 'trim'] as const).map((align) => [name, align, changes] as const),
  ),
)(
  '%s of a session that grows between its files ends where it was safe when it was planned, and says so: %s',
  async (name, align, changes) => {
    const out = newOut();
    const recorded = join(folder, `live ${name} ${align}`);
    const session = await GrowingSession.begin(recorded);
    // What is planned is a part of a segment, which is sealed while the files are made.
    await session.grow();
    await session.grow();
    const safeSamples = session.endSamples;
    const projects = name.includes('mix') ? [] : (['csv'] as const);
    const plan = await planExport(
      [{ folder: recorded, players: [], live: true }],
      exportChoices(out, { ...changes, align, projects }),
      signal,
    );
    const bench = exportBenchOn(async (item, options) => {
      await session.grow();
      return workers.runItem(item, options);
    }, 1);
    // As a queue that was resumed does.
    const kept = JSON.stringify(batchOf('batch', out, [plan]));
    bench.queue.add(JSON.parse(kept) as ReturnType<typeof batchOf>);
    await bench.settled();
    for (const { view, work } of bench.queue.batch('batch').items) {
      expect(view.state, view.trouble?.message).toBe('done');
      const isBehind = align === 'trim' && view.playerName === 'Ben';
      // Ben has 30 packets of each round, without a gap. T0 is 1200 samples after the start of its frame.
      const lengthSamples = (isBehind ? 90 * 960 : safeSamples) + 1200;
      expect(view.result?.durationSamples).toBe(lengthSamples);
      if (!('sessionFolder' in work)) continue;
      expect(view.trouble?.code).toBe('incomplete');
      expect(view.result?.verified?.ok).toBe(true);
      expect(view.result?.gaps).toBe(0);
    }
    expect(csvReport(bench.queue.batch('batch'))).toContain('The session was still being recorded');
    expect(session.endSamples).toBeGreaterThan(safeSamples);
    await session.end();
  },
);

test('of a batch of a thousand files those go wrong that were under way when the folder was lost, and a cancelled half can be made later', async () => {
  const out = newOut();
  const plan = await planOf(new Array<string>(500).fill('closed'), out, { nameTemplate: '{player}' });
  const bench = benchOf(4);
  const items = () => bench.queue.batch('batch').items;
  const of = (state: string) => items().filter(({ view }) => view.state === state);
  const until = (isSo: () => boolean): Promise<void> => expect.poll(isSo, { timeout: 30_000 }).toBe(true);
  bench.queue.add(batchOf('batch', out, [plan]));
  expect(items()).toHaveLength(1000);
  await until(() => of('done').length >= 10);
  renameSync(out, `${out} away`);
  await until(() => of('failed').length >= 10);
  bench.queue.cancel({ batchId: 'batch' });
  await bench.settled();
  expect(existsSync(out)).toBe(false);
  renameSync(`${out} away`, out);
  const [done, failed] = [of('done'), of('failed')];
  expect(done.length + failed.length + of('skipped').length + of('cancelled').length).toBe(1000);
  for (const { view } of failed) expect(view.trouble).toMatchObject({ code: 'unwritable' });
  expect(namesBesidesParts(out)).toHaveLength(done.length);

  const wanted = [...failed, ...of('cancelled').slice(-20)].map(({ view }) => view.itemId);
  bench.queue.retry({ itemIds: wanted });
  await bench.settled();
  expect(of('failed')).toEqual([]);
  // Of two files one is of who was silent.
  expect(of('done').length).toBeGreaterThan(done.length + failed.length);
  expect(namesBesidesParts(out)).toHaveLength(of('done').length);
  // What the lost folder kept goes by and by.
  await until(() => {
    bench.clock.elapse(60);
    return readdirSync(out).length === of('done').length;
  });
}, 90_000);

function namesBesidesParts(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => !name.endsWith('.part'));
}
