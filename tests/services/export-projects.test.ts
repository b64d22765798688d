import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { PROJECT_FORMATS } from '../../shared/model/project-formats.ts';
import { AppError } from '../../shared/model/errors.ts';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import { type ExportChoices, planExport } from '../../electron/services/export-plan.ts';
import { type RunItem, runExport } from '../../electron/services/run-export.ts';
import { runProjects } from '../../electron/services/run-projects.ts';
import { exportChoices } from '../support/export-choices.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';

const { signal } = new AbortController();
const ALL = PROJECT_FORMATS.map(({ project }) => project);

const inline: RunItem = (item, itemSignal, onProgress) =>
  exportFile(item, { signal: itemSignal, onProgress });

/** Exports a session of two players, of whom Ben begins after a second, in stereo. */
async function exported(
  folder: string,
  changes: Partial<ExportChoices>,
  run: RunItem = inline,
): Promise<{ out: string; made: readonly string[]; outcomes: Awaited<ReturnType<typeof runProjects>> }> {
  const session = join(folder, 'session');
  await writeSession(session, {
    players: ['Ada', 'Ben & <Co>'],
    spoken: [
      { track: 0, positionSamples: 0, packets: packetsOf(50, 1) },
      { track: 1, positionSamples: 48_000, packets: packetsOf(50, 2) },
    ],
    stereo: [1],
    endSamples: 96_000,
  });
  const out = join(folder, 'out');
  const choices = exportChoices(out, { nameTemplate: '{player}', ...changes });
  const plan = await planExport([{ folder: session, players: [] }], choices, signal);
  if (plan.problems.length > 0) throw plan.problems[0]?.error;
  const results = await runExport(plan.files, { jobs: 1, run, signal, onProgress: () => undefined });
  const outcomes = await runProjects(plan.projects, results, signal);
  return { out, made: readdirSync(out).toSorted(), outcomes };
}

async function prepared(work: (folder: string) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    mkdirSync(join(folder, 'out'));
    await work(folder);
  });
}

test('every project file lies beside the media and names them', async () => {
  await prepared(async (folder) => {
    const { out, made } = await exported(folder, { projects: ALL });
    const stem = made.find((name) => name.endsWith('.fcpxml'))?.replace('.fcpxml', '') ?? '';
    expect(stem).toMatch(/_\d\d-\d\d-\d\d-\d\d$/u);
    expect(made).toEqual(
      [
        'Ada.m4a',
        'Ben & _Co_.m4a',
        ...PROJECT_FORMATS.flatMap(({ files }) =>
          files.map(({ suffix, extension }) => `${stem}${suffix}.${extension}`),
        ),
      ].toSorted(),
    );
    const text = (name: string): string => readFileSync(join(out, `${stem}${name}`), 'utf8');
    expect(text('.fcpxml')).toContain(`src="${pathToFileURL(join(out, 'Ada.m4a')).href}"`);
    expect(text('.fcpxml')).toContain('role="dialogue.Ben &amp; &lt;Co&gt;"');
    expect(text('.rpp')).toContain('FILE "Ben & _Co_.m4a"');
    expect(text('_files.csv').split('\r\n')).toHaveLength(4);
  });
});

test('names are those that the media got in the end, and trimmed files lie at their own start', async () => {
  await prepared(async (folder) => {
    writeFileSync(join(folder, 'out', 'Ada.m4a'), 'somebody else');
    // Taken between plan and naming.
    const late: RunItem = async (item, itemSignal, onProgress) => {
      const { folder: place, stem, extension } = item.output;
      if (stem.startsWith('Ben')) writeFileSync(join(place, `${stem}.${extension}`), 'quicker');
      return inline(item, itemSignal, onProgress);
    };
    const { out, outcomes } = await exported(folder, { projects: ['csv'], align: 'trim' }, late);
    const [, files] = outcomes;
    if (files === undefined || !('outcome' in files) || files.outcome.status !== 'done')
      throw new Error('no table of files');
    const [, ada, ben] = readFileSync(files.outcome.path, 'utf8').split('\r\n');
    expect(ada).toMatch(/^Ada \(2\)\.m4a,Ada,/u);
    expect(ben).toMatch(/^Ben & _Co_ \(2\)\.m4a,Ben & <Co>,/u);
    expect(Number(ben?.split(',')[5]) - Number(ada?.split(',')[5])).toBe(48_000);
    expect(readdirSync(out).some((name) => name.endsWith('.part'))).toBe(false);
  });
});

test('who has no media is left out and named; without any media there is no project', async () => {
  await prepared(async (folder) => {
    const failing: RunItem = (item, ...rest) =>
      item.output.stem === 'Ada'
        ? Promise.reject(new AppError('no-space', 'The disk is full.'))
        : inline(item, ...rest);
    const { out, made, outcomes } = await exported(folder, { projects: ['otio'] }, failing);
    expect(outcomes).toMatchObject([{ outcome: { status: 'done', missing: ['Ada'] } }]);
    const otio = made.find((name) => name.endsWith('.otio')) ?? '';
    expect(readFileSync(join(out, otio), 'utf8')).not.toContain('Ada');
  });
  await prepared(async (folder) => {
    const none: RunItem = () => Promise.reject(new AppError('no-space', 'The disk is full.'));
    const { made, outcomes } = await exported(folder, { projects: ['otio'] }, none);
    expect(outcomes).toMatchObject([{ outcome: { status: 'skipped' } }]);
    expect(made).toEqual([]);
  });
});

test.each([
  ['a file each', {}],
  ['all in one', { formats: ['bwf'], layout: 'combined' }],
] as const)('media left alone are named as when they were made, %s', async (_layout, layout) => {
  await prepared(async (folder) => {
    const choices = { ...layout, projects: ['fcpxml'], existing: 'skip' } as const;
    const first = await exported(folder, choices);
    const name = first.made.find((file) => file.endsWith('.fcpxml')) ?? '';
    const before = readFileSync(join(first.out, name), 'utf8');
    rmSync(join(first.out, name));
    rmSync(join(folder, 'session'), { recursive: true });
    const again = await exported(folder, choices);
    expect(again.outcomes).toMatchObject([{ outcome: { status: 'done', missing: [] } }]);
    expect(readFileSync(join(first.out, name), 'utf8')).toBe(before);
  });
});

test('subfolders: the project lies in the one that holds all media', async () => {
  await prepared(async (folder) => {
    const { out, outcomes } = await exported(folder, {
      projects: ['audacity'],
      nameTemplate: 'show/{player}/{index}',
    });
    expect(outcomes.map(({ file }) => file.fileName.split('/')[0])).toEqual(['show', 'show']);
    const list = outcomes.find(({ file }) => file.fileName.endsWith('.lof'))?.file.fileName ?? '';
    expect(readFileSync(join(out, list), 'utf8')).toBe(
      'file "Ada/1.m4a" offset 0.000000\nfile "Ben & _Co_/2.m4a" offset 0.000000\n',
    );
  });
});

/** Everybody in one file: Ada, Ben in stereo, and Cy, who never spoke. */
async function exportedTogether(folder: string, changes: Partial<ExportChoices>) {
  const session = join(folder, 'session');
  await writeSession(session, {
    players: ['Ada', 'Ben', 'Cy'],
    stereo: [1],
    spoken: [0, 1].map((track) => ({ track, positionSamples: 0, packets: packetsOf(50, track) })),
    endSamples: 96_000,
  });
  const out = join(folder, 'out');
  const choices = exportChoices(out, { nameTemplate: 'all', layout: 'combined', projects: ALL, ...changes });
  const plan = await planExport([{ folder: session, players: [] }], choices, signal);
  const results = await runExport(plan.files, { jobs: 1, run: inline, signal, onProgress: () => undefined });
  const outcomes = await runProjects(plan.projects, results, signal);
  const texts = new Map(
    outcomes.map((result) => {
      if (!('outcome' in result) || result.outcome.status !== 'done') throw new Error('no project file');
      expect(result.outcome.missing).toEqual(['Cy']);
      return [result.file.fileName.replace(/^.*\.|^.*_/u, ''), readFileSync(result.outcome.path, 'utf8')];
    }),
  );
  return { plan, text: (kind: string): string => texts.get(kind) ?? '' };
}

test('channels of one file are told apart', async () => {
  await prepared(async (folder) => {
    const { plan, text } = await exportedTogether(folder, { formats: ['bwf'] });
    expect(plan.problems).toEqual([]);
    const xml = text('fcpxml');
    expect(xml.match(/<asset /gu)).toHaveLength(1);
    expect(xml).toContain('audioSources="1" audioChannels="3"');
    expect(xml).toMatch(/<audio ref="a1" lane="-1" [^>]*name="Ada" [^>]*srcID="1" srcCh="1"/u);
    expect(xml).toMatch(/<audio ref="a1" lane="-2" [^>]*name="Ben" [^>]*srcID="1" srcCh="2, 3"/u);
    expect(
      [...text('otio').matchAll(/"Source (Channel|Track) ID": (\d)/gu)].map(
        ([, what, id]) => `${what} ${id}`,
      ),
    ).toEqual([...['Channel 0', 'Track 0', 'Channel 1', 'Track 0', 'Channel 2', 'Track 0']]);
    expect(
      [...text('xml').matchAll(/<trackindex>(\d)<\/trackindex>\n *<\/sourcetrack>/gu)].map(([, at]) => at),
    ).toEqual(['1', '2', '3']);
    expect(text('xml').match(/<pathurl>/gu)).toHaveLength(1);
    expect(text('xml').match(/<channelcount>\d/gu)).toEqual(['<channelcount>3']);
    expect([...text('rpp').matchAll(/CHANMODE (\d+)/gu)].map(([, mode]) => mode)).toEqual(['3', '68']);
    expect(text('lof')).toBe('file "all.wav" offset 0.000000\n');
    expect(
      text('csv')
        .split('\r\n')
        .slice(1, 3)
        .map((row) => row.split(',').slice(-2)),
    ).toEqual([
      ['1', '1'],
      ['1', '2'],
    ]);
  });
});

test.each(['mov', 'm4a'] as const)(
  'tracks of one %s are told apart, and REAPER is refused before anything is written',
  async (format) => {
    await prepared(async (folder) => {
      const { plan, text } = await exportedTogether(folder, { formats: [format] });
      expect(plan.problems.map(({ error }) => error)).toMatchObject([
        { code: 'unsupported', message: 'A REAPER project cannot play the tracks of one file apart.' },
      ]);
      expect(plan.projects.map(({ kind }) => kind)).not.toContain('rpp');
      expect(text('fcpxml')).toContain('audioSources="2" audioChannels="2"');
      expect(text('fcpxml')).toMatch(/name="Ben" [^>]*srcID="2" srcCh="1, 2"/u);
      expect(
        [...text('otio').matchAll(/"Source (Channel|Track) ID": (\d)/gu)].map(
          ([, what, id]) => `${what} ${id}`,
        ),
      ).toEqual([...['Channel 0', 'Track 0', 'Channel 0', 'Track 1', 'Channel 1', 'Track 1']]);
      expect(text('xml').match(/<channelcount>\d/gu)).toEqual(['<channelcount>1', '<channelcount>2']);
    });
  },
);

test('a mix-down alone is nothing that a project could name', async () => {
  await prepared(async (folder) => {
    const session = join(folder, 'session');
    await writeSession(session, { players: ['Ada'], spoken: [], endSamples: 96_000 });
    const choices = exportChoices(join(folder, 'out'), { formats: ['mix'], projects: ['otio'] });
    const { projects, problems } = await planExport([{ folder: session, players: [] }], choices, signal);
    expect(projects).toEqual([]);
    expect(problems.map(({ error }) => error)).toMatchObject([
      { code: 'unsupported', next: 'Choose another format beside it, or leave project files out.' },
    ]);
  });
});
