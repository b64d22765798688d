import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ExportChoices, type ExportPlan, planExport } from '../../electron/services/export-plan.ts';
import type { ExportQueue } from '../../electron/services/export-queue/queue.ts';
import { type ProjectFormat, PROJECT_FORMATS } from '../../shared/model/project-formats.ts';
import { askedDisk, type DiskCall } from './asked-disk.ts';
import { fingerprint, pathsBelow } from './cli.ts';
import { batchOf, type ExportBench, exportBench, type Mishap } from './export-bench.ts';
import { exportChoices } from './export-choices.ts';
import { packetsOf, writeSession } from './session-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const combined = { layout: 'combined' } as const;

/** A file of each kind of writer: what it is called, and the choices that make it. */
export const EVERY_MEDIA: readonly (readonly [string, Partial<ExportChoices>])[] = [
  ['m4a', {}],
  ['m4a of all', combined],
  ['m4a in fragments', { fragmented: true }],
  ['m4a of all in fragments', { ...combined, fragmented: true }],
  ['bwf', { formats: ['bwf'] }],
  ['bwf of all', { ...combined, formats: ['bwf'] }],
  ['mov', { formats: ['mov'] }],
  ['mov of all', { ...combined, formats: ['mov'] }],
  ['ogg', { formats: ['ogg'] }],
  ['mix', { formats: ['mix'] }],
  ['mix-m4a', { formats: ['mix-m4a'] }],
  ['mix-ogg', { formats: ['mix-ogg'] }],
];

/** Every project file, by its format and the end of its name. */
export const EVERY_PROJECT: readonly (readonly [ProjectFormat, string])[] = PROJECT_FORMATS.flatMap(
  ({ project, files }) => files.map(({ suffix, extension }) => [project, `${suffix}.${extension}`] as const),
);

/** A file that is made amid others. */
export interface Scene {
  readonly out: string;
  /** What it is called. */
  readonly victim: string;
  readonly plans: readonly ExportPlan[];
  /** Every file of the export without a mishap, by name, with the digest of its bytes. */
  readonly whole: ReadonlyMap<string, string>;
  /** The calls in which the victim comes about: of the writes the first two, one in the middle and the last. */
  readonly stages: readonly DiskCall[];
}

/** Sessions to export, in a temporary folder, and scenes of their exports. */
export class ExportScenes {
  readonly #root = temporaryFolder();
  #made = 0;
  #before = '';

  /** Packets that fill several blocks, and seconds enough that samples do too. */
  async prepare(): Promise<void> {
    const session = (name: string, seconds: number, sizeBytes: number): Promise<void> =>
      writeSession(join(this.#root, 'sessions', name), {
        players: ['Ada', 'Ben', 'Cy'],
        stereo: [1],
        spoken: [
          { track: 0, positionSamples: 0, packets: packetsOf(50 * seconds, 1, sizeBytes) },
          { track: 1, positionSamples: 960, packets: packetsOf(25 * seconds, 2, sizeBytes) },
          { track: 2, positionSamples: 0, packets: packetsOf(20, 3) },
        ],
        endSamples: (50 * seconds + 5) * 960,
      });
    mkdirSync(join(this.#root, 'sessions'));
    await session('packets', 5, 1276);
    await session('samples', 2, 100);
    this.#before = fingerprint(join(this.#root, 'sessions'));
  }

  /** Sees that no log was touched. */
  end(): void {
    expect(fingerprint(join(this.#root, 'sessions'))).toBe(this.#before);
    rmSync(this.#root, { recursive: true });
  }

  /** The first media file of an export as the victim. */
  media(changes: Partial<ExportChoices>): Promise<Scene> {
    return this.#scene(({ files }) => files[0]?.fileName, changes);
  }

  /** One file of a project as the victim. */
  project(project: ProjectFormat, ending: string): Promise<Scene> {
    return this.#scene(
      ({ projects }) => projects.find(({ fileName }) => fileName.endsWith(ending))?.fileName,
      { projects: [project] },
    );
  }

  /** Makes an export once without a mishap. */
  async #scene(
    victimOf: (plan: ExportPlan) => string | undefined,
    changes: Partial<ExportChoices>,
  ): Promise<Scene> {
    const out = join(this.#root, `out ${++this.#made}`);
    mkdirSync(out);
    const [format = 'm4a'] = changes.formats ?? [];
    const isMix = format.startsWith('mix');
    const name = format === 'm4a' || format === 'ogg' ? 'packets' : 'samples';
    const planned = (players: readonly string[], choices: Partial<ExportChoices>): Promise<ExportPlan> =>
      planExport(
        [{ folder: join(this.#root, 'sessions', name), players }],
        exportChoices(out, choices),
        new AbortController().signal,
      );
    const isShared = changes.layout === 'combined' || isMix;
    const plan = await planned(isShared ? ['Ada', 'Ben'] : ['Ada'], { nameTemplate: 'victim', ...changes });
    const scene = {
      out,
      victim: victimOf(plan) ?? 'nothing',
      plans: [plan, await planned(['Cy'], { nameTemplate: 'bystander' })],
    };
    const calls: DiskCall[] = [];
    const { views } = await play(scene, () => ({ disk: askedDisk((call) => void calls.push(call)) }));
    expect(views.get(scene.victim)).toMatchObject({ state: 'done' });
    const writes = calls.filter(({ call }) => call === 'write').length;
    const chosen = new Set([0, 1, writes >> 1, writes - 1]);
    const stages = calls.filter(({ call, nth }) => call !== 'write' || chosen.has(nth));
    return { ...scene, whole: contents(out), stages };
  }
}

/** Makes a scene's files from nothing. @param mishapOf what happens to the victim, the first time. */
export async function play(
  { out, victim, plans }: Pick<Scene, 'out' | 'victim' | 'plans'>,
  mishapOf: (queue: ExportQueue) => Mishap,
) {
  clear(out);
  let isFirst = true;
  const bench = exportBench(1, (name, queue) => {
    if (name !== victim || !isFirst) return {};
    isFirst = false;
    return mishapOf(queue);
  });
  bench.queue.add(batchOf('batch', out, plans));
  return { bench, views: await bench.settled() };
}

/** Removes every file below a folder. */
export function clear(folder: string): void {
  for (const path of pathsBelow(folder)) rmSync(join(folder, path));
}

/** Sees that there is everything but the victim, and nothing half. */
export function expectOthersAlone({ out, victim, whole }: Scene, at: string): void {
  expect(readdirSync(out), at).toEqual([...whole.keys()].filter((name) => name !== victim));
}

/** Tries again what failed or was cancelled, and sees that everything is there then, byte for byte. */
export async function expectWholeAfterRetry({ out, whole }: Scene, bench: ExportBench): Promise<void> {
  bench.queue.retry({ batchId: 'batch' });
  await bench.settled();
  expect(contents(out)).toEqual(whole);
}

/** Every file of a folder with the digest of its bytes. */
export function contents(out: string): ReadonlyMap<string, string> {
  return new Map(readdirSync(out).map((name) => [name, digestOf(join(out, name))]));
}

/** Whether a call is this one. */
export function isSame(a: DiskCall, b: DiskCall): boolean {
  return a.call === b.call && a.nth === b.nth;
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
