import { mkdir } from 'node:fs/promises';
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CorruptCatalogError } from '../../../electron/catalog/catalog.ts';
import type { ExportItem } from '../../../electron/services/export-job/item.ts';
import type { Batch, QueuedItem } from '../../../electron/services/export-queue/batch.ts';
import { LibraryBatches } from '../../../electron/services/library/batch-store.ts';
import { LibraryPaths } from '../../../electron/services/library/paths.ts';
import type { Shelf } from '../../../electron/services/library/shelf.ts';
import { EVERYTHING, withLibrary } from '../../support/library.ts';
import { inTemporaryFolder, SESSION_ID, writeSession } from '../../support/session-folder.ts';

const OTHER_ID = SESSION_ID.replace('019ceed2', '019ceed3');

function item(itemId: string, state: QueuedItem['view']['state']): QueuedItem {
  const view: QueuedItem['view'] = {
    itemId,
    sessionId: SESSION_ID,
    sessionTitle: 'Small Boats',
    playerName: 'Marit',
    kind: 'm4a',
    fileName: `${itemId}.m4a`,
    state,
    doneBytes: 0,
    totalBytes: 10,
    speed: null,
    secondsLeft: null,
    trouble: null,
    result: null,
  };
  return { view, work: workOf(itemId), partPath: null };
}

/** What is needed to make the file. */
function workOf(stem: string, output: Partial<ExportItem['output']> = {}): ExportItem {
  return {
    sessionFolder: '/sessions/1',
    sessionTitle: 'Small Boats',
    format: { kind: 'm4a', fragmented: false },
    players: [{ id: '0', name: 'Marit', index: 1 }],
    of: 1,
    markers: [],
    originSamples: -100,
    endSamples: 480_000,
    timecode: { rate: '25', startFrame: 0, label: '00:00:00:00' },
    localStart: null,
    output: { folder: '/out', subfolder: '', stem, extension: 'm4a', existing: 'number', ...output },
    verify: true,
  };
}

const BATCH: Batch = {
  batchId: 'b1',
  title: 'Small Boats',
  presetTitle: null,
  createdUnixMicros: 1,
  finishedUnixMicros: null,
  outFolder: '/out',
  problems: [],
  items: [item('i1', 'queued'), item('i2', 'queued')],
};

describe('LibraryBatches', () => {
  it('take what exports tell while the catalog is made anew', () =>
    inTemporaryFolder((root) =>
      withLibrary(root, async ({ batches, calls }) => {
        batches.putBatch(BATCH);
        const progress = { rebuilt: false };
        const rebuilding = calls.rebuild({}).finally(() => {
          progress.rebuilt = true;
        });
        let told = 0;
        while (!progress.rebuilt) {
          batches.putItem('b1', item('i1', told++ % 2 === 0 ? 'running' : 'queued'));
          await new Promise((resolve) => setImmediate(resolve));
        }
        batches.putItem('b1', item('i1', 'done'));
        await rebuilding;
        expect(told).toBeGreaterThan(2);
        expect(batches.unfinished()).toEqual([
          { ...BATCH, items: [item('i1', 'done'), item('i2', 'queued')] },
        ]);
      }),
    ));

  it('come back from their journals when the catalog is gone and a line broke off', () =>
    inTemporaryFolder(async (root) => {
      await withLibrary(root, ({ batches }) => {
        batches.putBatch(BATCH);
        batches.putItem('b1', item('i1', 'done'));
        return Promise.resolve();
      });
      const own = join(root, 'library', '.tailslate');
      const [journal = ''] = readdirSync(join(own, 'exports'));
      appendFileSync(join(own, 'exports', journal), '{"view":{"itemId":"i2","sta');
      for (const name of readdirSync(own).filter((each) => each.startsWith('catalog.db'))) {
        rmSync(join(own, name));
      }
      await withLibrary(root, ({ batches }) => {
        expect(batches.unfinished()).toEqual([
          { ...BATCH, items: [item('i1', 'done'), item('i2', 'queued')] },
        ]);
        expect(batches.get('b1')?.items).toHaveLength(2);
        batches.removeBatch('b1');
        expect(readdirSync(join(own, 'exports'))).toEqual(['cleared.jsonl']);
        return Promise.resolve();
      });
    }));

  it('leave the history, and the session stays exported, also in a catalog that is made anew', () =>
    inTemporaryFolder(async (root) => {
      await mkdir(join(root, 'library'));
      for (const sessionId of [SESSION_ID, OTHER_ID]) {
        await writeSession(join(root, 'library', sessionId), {
          sessionId,
          players: [],
          spoken: [],
          endSamples: 0,
        });
      }
      const find = { ...EVERYTHING, offset: 0, limit: 9 };
      const own = join(root, 'library', '.tailslate');
      await withLibrary(root, async ({ batches, calls }) => {
        batches.putBatch({ ...BATCH, finishedUnixMicros: 2, items: [item('i1', 'done')] });
        batches.putBatch({ ...BATCH, batchId: 'b2', items: [item('i3', 'queued')] });
        batches.removeFinished();
        expect(batches.history({ offset: 0, limit: 9, search: '', sessionId: null }).total).toBe(0);
        expect((await calls.list(find)).rows.map(({ states }) => states).sort()).toEqual([[], ['exported']]);
      });
      expect(readdirSync(join(own, 'exports')).sort()).toEqual(['b2.jsonl', 'cleared.jsonl']);
      rmSync(join(own, 'catalog.db'));
      await withLibrary(root, async ({ batches, calls }) => {
        expect(batches.unfinished().map(({ batchId }) => batchId)).toEqual(['b2']);
        batches.removeBatch('b2');
        expect(await calls.ids({ ...EVERYTHING, states: ['exported'] })).toEqual({
          sessionIds: [SESSION_ID],
        });
        expect(await calls.ids({ ...EVERYTHING, without: ['exported'] })).toEqual({ sessionIds: [OTHER_ID] });
        await calls.rebuild({});
        expect(await calls.ids({ ...EVERYTHING, states: ['exported'] })).toEqual({
          sessionIds: [SESSION_ID],
        });
      });
    }));

  it('are kept when the catalog turns out to be damaged, which is made anew', () =>
    inTemporaryFolder((root) => {
      const damaged = (): never => {
        throw new CorruptCatalogError('The catalog is damaged.');
      };
      const catalog = { exports: { put: damaged, putItem: damaged, history: damaged } };
      const paths = new LibraryPaths(root);
      mkdirSync(paths.own);
      let repairs = 0;
      const batches = new LibraryBatches(
        { paths, catalog, takesFiles: true } as unknown as Shelf,
        () => undefined,
        () => {
          repairs++;
        },
      );
      batches.putBatch(BATCH);
      batches.putItem('b1', item('i1', 'done'));
      expect(readdirSync(paths.exports)).toHaveLength(1);
      expect(() => batches.history({ offset: 0, limit: 1, search: '', sessionId: null })).toThrow(
        'made anew',
      );
      expect(repairs).toBe(3);
    }));

  it('take nothing of a journal that leads out of the folder of its batch or makes no sense', () =>
    inTemporaryFolder(async (root) => {
      const good = item('i1', 'queued');
      const outputs: readonly Partial<ExportItem['output']>[] = [
        { folder: '/home/x' },
        { subfolder: '../x' },
        { subfolder: '/x' },
        { subfolder: 'a//b' },
        { subfolder: 'a\\b' },
        { stem: '../x' },
        { stem: '..' },
        { stem: 'C:x' },
        { subfolder: 'a/C:' },
        { stem: '' },
        { extension: 'm4a/../x' },
      ];
      const bad = [
        ...outputs.map((output, at) => ({ ...item(`b${at}`, 'queued'), work: workOf('b', output) })),
        { ...good, work: {} },
        { ...good, work: { ...workOf('b'), originSamples: 0.5 } },
        { ...good, work: { ...workOf('b'), format: { kind: 'exe' } } },
        { ...good, view: { ...good.view, state: 'hijacked' } },
        { ...good, partPath: 3 },
      ];
      const lines = (batchId: string): string =>
        [{ ...BATCH, batchId, items: undefined }, good, ...bad]
          .map((line) => JSON.stringify(line))
          .join('\n');
      const folder = new LibraryPaths(join(root, 'library')).exports;
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'b1.jsonl'), lines('b1'));
      writeFileSync(join(folder, 'b2.jsonl'), lines('../../b2'));
      const found = await withLibrary(root, ({ batches }) => Promise.resolve(batches.unfinished()));
      expect(found).toEqual([{ ...BATCH, items: [good] }]);
    }));
});
