import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askedDisk } from '../support/asked-disk.ts';
import type { Mishap } from '../support/export-bench.ts';
import {
  contents,
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

/** Moments in which the victim can be cancelled, and how each is met. */
type Moments = ReadonlyMap<string, (cancel: () => void) => Mishap>;

const BEFORE: Moments = new Map([['begin', (cancel) => ({ onBegin: cancel })]]);
const VERIFYING: Moments = new Map([
  [
    'verify',
    (cancel) => ({
      onProgress: (done, total) => {
        if (done > total / 2) cancel();
      },
    }),
  ],
]);

/** Cancels the victim at every moment in turn. */
async function cancelEverywhere(scene: Scene, others: Moments): Promise<void> {
  const { out, victim, whole } = scene;
  const moments: Moments = new Map([
    ...scene.stages
      .filter(({ call }) => call !== 'unlink')
      .map(
        (stage) =>
          [
            `${stage.call} ${stage.nth}`,
            (cancel: () => void): Mishap => ({
              disk: askedDisk((call) => {
                if (isSame(stage, call)) cancel();
              }),
            }),
          ] as const,
      ),
    ...others,
  ]);
  for (const [at, mishap] of moments) {
    const { bench, views } = await play(scene, (queue) =>
      mishap(() => {
        const item = queue.batch('batch').items.find(({ view }) => view.fileName === victim);
        queue.cancel({ itemIds: [item?.view.itemId ?? ''] });
      }),
    );
    // What is whole and has its name, or is about to get it, is not thrown away.
    if (/^(?:close|link|syncFolder) /u.test(at)) {
      expect(views.get(victim)?.state, at).toBe('done');
      expect(contents(out), at).toEqual(whole);
      continue;
    }
    expect(views.get(victim), at).toMatchObject({ state: 'cancelled', trouble: null });
    expect([...views.values()].filter(({ state }) => state !== 'done')).toHaveLength(1);
    expectOthersAlone(scene, at);
    if (at === [...others.keys()].at(-1)) await expectWholeAfterRetry(scene, bench);
  }
}

describe('cancelling', () => {
  test.each(EVERY_MEDIA)('at any step of %s leaves nothing, and it works later', async (_name, changes) => {
    await cancelEverywhere(await scenes.media(changes), new Map([...BEFORE, ...VERIFYING]));
  });

  test.each(EVERY_PROJECT)(
    'at any step of the project file %s, which ends in %s',
    async (project, ending) => {
      await cancelEverywhere(await scenes.project(project, ending), BEFORE);
    },
  );
});
