import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DiskCall } from '../support/asked-disk.ts';
import { batchOf, type ExportBench, exportBenchOn } from '../support/export-bench.ts';
import {
  clear,
  contents,
  EVERY_MEDIA,
  expectOthersAlone,
  expectWholeAfterRetry,
  ExportScenes,
  type Scene,
} from '../support/export-scene.ts';
import { MishapThreads } from '../support/mishap-threads.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// What the other tests of this folder do at every call of every format, in process, is done here on the program's own
// threads at calls of each kind: what a run is told, and what it tells, has to cross.

const scenes = new ExportScenes();
let folder = '';
let threads: MishapThreads;
beforeAll(async () => {
  folder = temporaryFolder();
  threads = new MishapThreads(join(folder, 'threads'));
  await scenes.prepare();
});
afterAll(async () => {
  await threads.workers.close();
  scenes.end();
  rmSync(folder, { recursive: true });
});

const known = new Map<string, Promise<Scene>>();

function sceneOf(name: string, changes: Parameters<ExportScenes['media']>[0]): Promise<Scene> {
  const scene = known.get(name) ?? scenes.media(changes);
  known.set(name, scene);
  return scene;
}

/** The first of a victim's calls of a kind, and of its writes one that has others before and behind it. */
function stageOf({ stages }: Scene, call: DiskCall['call']): DiskCall {
  const found = stages.filter((stage) => stage.call === call);
  return found[call === 'write' ? 1 : 0] ?? expect.fail(`it makes no call of the kind ${call}`);
}

function begin({ out, plans }: Scene): ExportBench {
  clear(out);
  const bench = exportBenchOn(threads.workers.runItem, 1);
  bench.queue.add(batchOf('batch', out, plans));
  return bench;
}

function itemOf(bench: ExportBench, { victim }: Scene) {
  const found = bench.queue.batch('batch').items.find(({ view }) => view.fileName === victim);
  return found ?? expect.fail('the victim is not in the batch');
}

function cancel(bench: ExportBench, scene: Scene): void {
  bench.queue.cancel({ itemIds: [itemOf(bench, scene).view.itemId] });
}

describe.skipIf(process.platform === 'win32')('on the program’s own threads', () => {
  test.each(EVERY_MEDIA)('%s fails where its disk does, and leaves nothing', async (name, changes) => {
    const scene = await sceneOf(name, changes);
    for (const [call, code, said] of [
      ['write', 'EROFS', /the disk is read-only/u],
      ['sync', 'ENOSPC', /the disk is full/u],
    ] as const) {
      const at = `${call} ${code}`;
      threads.fail(stageOf(scene, call), code);
      const bench = begin(scene);
      const views = await bench.settled();
      const { state, trouble } = views.get(scene.victim) ?? {};
      expect(state, at).toBe('failed');
      expect(trouble?.message, at).toMatch(said);
      expect(trouble?.next, at).not.toBeNull();
      expectOthersAlone(scene, at);
      expect(itemOf(bench, scene).partPath, at).toBeNull();
      if (call === 'sync') await expectWholeAfterRetry(scene, bench);
    }
  });

  test.each(EVERY_MEDIA)(
    '%s fails where its folder vanishes under it, and is made when it is back',
    async (name, changes) => {
      const scene = await sceneOf(name, changes);
      const away = `${scene.out} away`;
      const held = threads.hold(stageOf(scene, 'write'));
      const bench = begin(scene);
      const goOn = await held;
      renameSync(scene.out, away);
      await goOn();
      const views = await bench.settled();
      expect(views.get(scene.victim)).toMatchObject({ state: 'failed', trouble: { code: 'unwritable' } });
      renameSync(away, scene.out);
      await expectWholeAfterRetry(scene, bench);
    },
  );

  test.each(EVERY_MEDIA)('%s is cancelled at any call, and leaves nothing', async (name, changes) => {
    const scene = await sceneOf(name, changes);
    for (const call of ['write', 'link'] as const) {
      const held = threads.hold(stageOf(scene, call));
      const bench = begin(scene);
      const goOn = await held;
      cancel(bench, scene);
      await goOn();
      const views = await bench.settled();
      // What was about to get its name is whole, and is not thrown away.
      if (call === 'link') {
        expect(views.get(scene.victim)?.state, call).toBe('done');
        expect(contents(scene.out), call).toEqual(scene.whole);
        continue;
      }
      expect(views.get(scene.victim), call).toMatchObject({ state: 'cancelled', trouble: null });
      expectOthersAlone(scene, call);
    }
  });

  test.each(EVERY_MEDIA)(
    '%s whose disk does not answer is told of, cancelled at once and cleans up when it answers; the others are made',
    async (name, changes) => {
      const scene = await sceneOf(name, changes);
      // A write holds the thread itself: another one takes its place.
      const held = threads.hold(stageOf(scene, 'write'));
      const bench = begin(scene);
      const answer = await held;
      bench.clock.elapse(25);
      expect(itemOf(bench, scene).view.trouble?.message).toMatch(/^The disk has not answered for 2\d s\.$/u);
      cancel(bench, scene);
      const views = await bench.settled();
      const trouble = { code: 'no-answer' };
      expect(views.get(scene.victim)).toMatchObject({ state: 'cancelled', trouble });
      expect([...views.values()].filter(({ state }) => state !== 'done')).toHaveLength(1);
      await answer();
      await expect.poll(() => itemOf(bench, scene).partPath).toBeNull();
      expectOthersAlone(scene, 'when it has answered');
    },
  );
});
