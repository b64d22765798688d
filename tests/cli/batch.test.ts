import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tailslate } from '../support/cli.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';

interface Document {
  readonly files: readonly { readonly status: string; readonly player: string }[];
  readonly problems: readonly {
    readonly folder: string;
    readonly player?: string;
    readonly error: { readonly message: string; readonly next?: string };
  }[];
}

const turn = (player: string) => ({
  players: [player],
  spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(5, 1) }],
  endSamples: 48_000,
});

test('what cannot be exported is named, and everything else is made', async () => {
  await inTemporaryFolder(async (folder) => {
    await writeSession(join(folder, 'one'), turn('Ada'));
    await writeSession(join(folder, 'two'), turn('Ben'));
    const args = ['export', 'one', 'nowhere', 'two', '--out', 'out', '--name', '{player}', '--json'];
    const run = await tailslate(args, { cwd: folder });
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/nowhere does not exist/u);
    const { files, problems } = JSON.parse(run.stdout) as Document;
    expect(files.map(({ player, status }) => [player, status])).toEqual([
      ['Ada', 'done'],
      ['Ben', 'done'],
    ]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.error.message).toContain('nowhere does not exist');
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['Ada.m4a', 'Ben.m4a']);
  });
});

test('a player that only some sessions have is exported from those', async () => {
  await inTemporaryFolder(async (folder) => {
    await writeSession(join(folder, 'one'), turn('Ada'));
    await writeSession(join(folder, 'two'), turn('Ben'));
    const run = await tailslate(
      ['export', 'one', 'two', '--player', 'Ben', '--out', 'out', '--dry-run', '--json'],
      {
        cwd: folder,
      },
    );
    expect(run.code).toBe(1);
    const { files, problems } = JSON.parse(run.stdout) as Document;
    expect(files.map(({ player }) => player)).toEqual(['Ben']);
    expect(problems.map(({ folder: where }) => where)).toEqual(['one']);
    expect(problems[0]?.error.next).toBe('Its players are "Ada".');
  });
});

test('project files are named by --project, shown and told of in the document', async () => {
  await inTemporaryFolder(async (folder) => {
    await writeSession(join(folder, 'one'), turn('Ada'));
    const args = ['export', 'one', '--out', 'out', '--name', '{player}', '--project', 'fcpxml'];
    const run = await tailslate([...args, '--project', 'csv', '--json'], { cwd: folder });
    expect(run.code).toBe(0);
    const { projects } = JSON.parse(run.stdout) as {
      projects: { project: string; status: string; path: string; missing: string[] }[];
    };
    expect(projects.map(({ project, status, missing }) => [project, status, missing])).toEqual([
      ['fcpxml', 'done', []],
      ['csv', 'done', []],
      ['csv', 'done', []],
    ]);
    expect(readdirSync(join(folder, 'out'))).toHaveLength(4);
    const wrong = await tailslate([...args, '--project', 'aaf'], { cwd: folder });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('fcpxml, otio, edl, fcp7, csv, audacity, rpp');
  });
});
