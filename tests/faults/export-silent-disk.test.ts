import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askedDisk } from '../support/asked-disk.ts';
import { batchOf, exportBench } from '../support/export-bench.ts';
import {
  clear,
  contents,
  EVERY_MEDIA,
  EVERY_PROJECT,
  expectOthersAlone,
  expectWholeAfterRetry,
  ExportScenes,
  isSame,
  type Scene,
} from '../support/export-scene.ts';

const scenes = new ExportScenes();
beforeAll(() => scenes.prepare());
afterAll(() => {
  scenes.end();
});

/**
 * Lets every call in turn never come back, cancels the victim then, and lets the call come back at last. Writes of media
 * are made on a thread of their own, which tests/faults/export-threads.test.ts holds for real.
 */
async function beSilentEverywhere(scene: Scene, writes: 'aside' | 'on a thread'): Promise<void> {
  const { out, victim, whole, plans } = scene;
  const stages = scene.stages.filter(
    ({ call }) => call !== 'unlink' && call !== 'datasync' && (call !== 'write' || writes === 'aside'),
  );
  for (const stage of stages) {
    const at = `${stage.call} ${stage.nth}`;
    clear(out);
    const { promise: answer, resolve: comeBack } = Promise.withResolvers<undefined>();
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<undefined>();
    let isFirst = true;
    const bench = exportBench(1, (name) => {
      if (name !== victim || !isFirst) return {};
      isFirst = false;
      const disk = askedDisk(async (call) => {
        if (!isSame(stage, call)) return;
        isAsked(undefined);
        await answer;
      });
      return { disk };
    });
    bench.queue.add(batchOf('batch', out, plans));
    await asked;
    bench.clock.elapse(25);
    const item = () => bench.queue.batch('batch').items.find(({ view }) => view.fileName === victim);
    const { itemId = '', trouble } = item()?.view ?? {};
    expect(trouble?.message, at).toMatch(/^The disk has not answered for 2\d s\.$/u);
    bench.queue.cancel({ itemIds: [itemId] });
    const views = await bench.settled();
    expect(views.get(victim)?.state, at).toBe('cancelled');
    // A sync is waited for last: before, what verifies notices that it was cancelled, and cleans up.
    if (stage.call !== 'sync') expect(views.get(victim)?.trouble?.code, at).toBe('no-answer');
    expect([...views.values()].filter(({ state }) => state !== 'done')).toHaveLength(1);

    comeBack(undefined);
    // What was about to get its name, or had it, is there and told of.
    const isNamed = stage.call === 'close' || stage.call === 'link' || stage.call === 'syncFolder';
    await expect.poll(() => item()?.partPath, { message: at }).toBeNull();
    expect(item()?.view, at).toMatchObject({ state: isNamed ? 'done' : 'cancelled', trouble: null });
    if (isNamed) expect(contents(out), at).toEqual(whole);
    else expectOthersAlone(scene, at);
    if (stage === stages[0]) await expectWholeAfterRetry(scene, bench);
  }
}

describe('a disk that does not answer', () => {
  test.each(EVERY_MEDIA.filter(([name]) => !/ of all| in fragments/u.test(name)))(
    'at any step of %s holds up that file alone, which can be cancelled and leaves nothing',
    async (_name, changes) => {
      await beSilentEverywhere(await scenes.media(changes), 'on a thread');
    },
  );

  test.each(EVERY_PROJECT)(
    'at any step of the project file %s, which ends in %s',
    async (project, ending) => {
      await beSilentEverywhere(await scenes.project(project, ending), 'aside');
    },
  );
});
