import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askedDisk, type DiskCall, systemError } from '../support/asked-disk.ts';
import {
  EVERY_MEDIA,
  EVERY_PROJECT,
  expectOthersAlone,
  expectWholeAfterRetry,
  ExportScenes,
  isSame,
  play,
  type Scene,
} from '../support/export-scene.ts';

const scenes = new ExportScenes();
beforeAll(() => scenes.prepare());
afterAll(() => {
  scenes.end();
});

/** A disk that fails at this call; one that is named by a rename has no hard links. */
function failingDisk(stage: DiskCall, code: string) {
  return askedDisk((call) => {
    if (isSame(stage, call)) throw systemError(code);
    if (stage.call === 'rename' && call.call === 'link') throw systemError('EPERM');
  });
}

/** Fails the victim at every call in turn. */
async function failEverywhere(scene: Scene): Promise<void> {
  const { out, victim } = scene;
  // That its first name cannot be taken away costs a finished file nothing.
  const stages = scene.stages.filter(({ call }) => call !== 'unlink');
  // An encoded mix-down may be begun anew.
  expect(new Set(stages.map(({ call }) => call).filter((call) => call !== 'empty'))).toEqual(
    new Set(['create', 'write', 'sync', 'close', 'link', 'syncFolder']),
  );
  for (const stage of [{ call: 'rename', nth: 0 } as const, ...stages]) {
    const at = `${stage.call} ${stage.nth}`;
    const isNamed = stage.call === 'syncFolder';
    const { bench, views } = await play(scene, () => ({ disk: failingDisk(stage, 'ENOSPC') }));
    const { state, trouble } = views.get(victim) ?? {};
    // A file that has its name is complete: that the name is not durable yet is told, and it is not made again.
    expect(state, at).toBe(isNamed ? 'done' : 'failed');
    expect(trouble?.code, at).toBe(isNamed ? 'not-durable' : 'no-space');
    expect(trouble?.message, at).toContain(join(out, victim));
    expect(trouble?.next, at).toMatch(isNamed ? /^Check the disk/u : /^Free some space or choose another/u);
    expect([...views.values()].filter((view) => view.state === 'failed')).toHaveLength(isNamed ? 0 : 1);
    if (!isNamed) expectOthersAlone(scene, at);
    if (isNamed || stage.call === 'rename') await expectWholeAfterRetry(scene, bench);
  }
}

describe('a disk that gets full', () => {
  test.each(EVERY_MEDIA)(
    'at any step of %s: it fails, leaves nothing, stops nobody and works later',
    async (_name, changes) => {
      await failEverywhere(await scenes.media(changes));
    },
  );

  test.each(EVERY_PROJECT)(
    'at any step of the project file %s, which ends in %s',
    async (project, ending) => {
      await failEverywhere(await scenes.project(project, ending));
    },
  );
});

describe('a disk that is lost half-way', () => {
  test.each(EVERY_MEDIA)('as read-only fails %s and says so', async (_name, changes) => {
    const scene = await scenes.media(changes);
    const half = scene.stages.filter(({ call }) => call === 'write')[1] ?? { call: 'write', nth: 0 };
    const { bench, views } = await play(scene, () => ({ disk: failingDisk(half, 'EROFS') }));
    expect(views.get(scene.victim)?.trouble).toMatchObject({
      code: 'unwritable',
      message: expect.stringMatching(/the disk is read-only/u) as string,
      next: 'Choose a folder on another disk.',
    });
    expectOthersAlone(scene, 'read-only');
    await expectWholeAfterRetry(scene, bench);
  });

  test.each(EVERY_MEDIA)('as a folder that is gone fails %s and says so', async (_name, changes) => {
    const scene = await scenes.media(changes);
    const { out, victim, whole } = scene;
    const away = `${out} away`;
    const disk = askedDisk((call) => {
      // Writing goes on: the file is open.
      if (isSame(call, { call: 'write', nth: 0 })) renameSync(out, away);
    });
    const { bench, views } = await play(scene, () => ({ disk }));
    const [bystander] = [...whole.keys()].filter((name) => name !== victim);
    for (const name of [victim, bystander ?? '']) {
      expect(views.get(name)?.trouble, name).toMatchObject({
        code: 'unwritable',
        message: expect.stringContaining(`${out}/`) as string,
        next: expect.any(String) as string,
      });
    }
    renameSync(away, out);
    await expectWholeAfterRetry(scene, bench);
    rmSync(out, { recursive: true });
  });
});
