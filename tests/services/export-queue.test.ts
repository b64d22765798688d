import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Batch, BatchStore } from '../../electron/services/export-queue/batch.ts';
import { MOST_SHOWN } from '../../electron/services/export-queue/batch-view.ts';
import { BegunBatches } from '../../electron/services/export-queue/begun-batches.ts';
import { csvReport, jsonReport } from '../../electron/services/export-queue/report.ts';
import { AppError } from '../../shared/model/errors.ts';
import { batchesInMemory } from '../support/batch-store.ts';
import { batch, item, made, noop, project, queueHarness, settle } from '../support/queue-harness.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';

describe('the export queue', () => {
  test('runs some at a time, in order, and one that fails stops nobody', async () => {
    const { queue, going, states, started, exported } = queueHarness(2);
    queue.add(batch('a', ['one', 'two', 'three']));
    expect(started()).toEqual(['one', 'two']);
    going[0]?.fail(new AppError('no-space', 'The disk is full.', { next: 'Free some space.' }));
    await settle();
    expect(started()).toEqual(['one', 'two', 'three']);
    going[1]?.end(made('two'));
    going[2]?.end({ status: 'skipped', player: 'three', reason: 'No packets were recorded.', findings: [] });
    await settle();
    expect(states()).toBe('one failed, two done, three skipped');
    const [shown] = queue.view.value.batches;
    expect(shown?.items[0]?.trouble).toEqual({
      code: 'no-space',
      message: 'The disk is full.',
      next: 'Free some space.',
    });
    expect(shown?.items[1]).toMatchObject({ fileName: 'two (2).m4a', result: { gaps: 2, packets: 500 } });
    expect(shown?.finishedUnixMicros).toBe(5_000_000);
    expect(queue.view.value.progress).toBeNull();
    expect(exported).toEqual(['s1']);
  });

  test('a project file waits for its media and names them as they were named', async () => {
    const { queue, going, states, projects, store } = queueHarness(3);
    const { items, ...rest } = batch('a', ['one', 'two']);
    queue.add({ ...rest, items: [...items, project('p', ['one', 'two', 'gone'])] });
    going[0]?.end(made('one'));
    await settle();
    expect(projects).toEqual([]);
    expect(states()).toBe('one done, two running, p queued');
    going[1]?.fail(new AppError('no-space', 'The disk is full.'));
    await settle();
    expect(projects).toEqual([
      { stem: 'Ep. 1', media: { one: '/out/one (2).m4a', two: undefined, gone: undefined } },
    ]);
    expect(states()).toBe('one done, two failed, p done');
    const [shown] = queue.view.value.batches;
    expect(shown?.items[2]).toMatchObject({
      result: { packets: 0, sizeBytes: 3000, verified: null },
      trouble: { code: 'incomplete', message: '"two", "gone" are not in it, having no media file.' },
    });
    // What it has to know of media outlives a restart, and a file that is made after all gets into a new one.
    expect(store.get('a')?.items[0]?.made).toMatchObject({
      path: '/out/one (2).m4a',
      tracks: [{ playerId: 'one', channels: 1 }],
    });
    queue.retry({ itemIds: ['two'] });
    going[2]?.end(made('two'));
    await settle();
    expect(projects[1]?.media).toMatchObject({ one: '/out/one (2).m4a', two: '/out/two (2).m4a' });
    expect(states()).toBe('one done, two done, p done');
  });

  test('a worker that dies of a fault of ours still says which file it was about', async () => {
    const { queue, going } = queueHarness(1);
    queue.add(batch('a', ['one']));
    going[0]?.fail(new TypeError('x is undefined'));
    await settle();
    expect(queue.view.value.batches[0]?.items[0]?.trouble).toEqual({
      code: 'internal',
      message: 'one.m4a could not be made: x is undefined',
      next: 'Try again; if it fails again, report the problem.',
    });
  });

  test('tells speed, time left and the share of everything queued', async () => {
    const { queue, going, elapse } = queueHarness(1);
    queue.add(batch('a', ['one', 'two']));
    elapse(2);
    going[0]?.progress(40, 200);
    await settle();
    // A fifth of 10 s in 2 s: as fast as life, 8 s to go; a fifth of one of two equal files.
    expect(queue.view.value.batches[0]?.items[0]).toMatchObject({
      state: 'running',
      speed: 1,
      secondsLeft: 8,
    });
    expect(queue.view.value.progress).toBeCloseTo(0.1);
    going[0]?.progress(120, 200);
    await settle();
    expect(queue.view.value.batches[0]?.items[0]?.state).toBe('verifying');
  });

  test('cancels what runs and what waits, and retries it', async () => {
    const { queue, going, states, started } = queueHarness(1);
    queue.add(batch('a', ['one', 'two']));
    queue.cancel({ batchId: 'a' });
    await settle();
    expect(going[0]?.signal.aborted).toBe(true);
    expect(states()).toBe('one cancelled, two cancelled');
    queue.retry({ itemIds: ['two'] });
    await settle();
    expect(started()).toEqual(['one', 'two']);
    expect(states()).toBe('one cancelled, two running');
    expect(queue.view.value.batches[0]?.finishedUnixMicros).toBeNull();
  });

  test('a store that takes nothing more, as on a full disk, stops neither the queue nor the program', async () => {
    const store = batchesInMemory();
    let full = false;
    const take = (): void => {
      if (full) throw new AppError('no-space', 'The disk is full.');
    };
    const filling: BatchStore = {
      ...store,
      putBatch: (kept) => {
        take();
        store.putBatch(kept);
      },
      putItem: (batchId, kept) => {
        take();
        store.putItem(batchId, kept);
      },
    };
    const { queue, going, states, unkept } = queueHarness(1, filling);
    queue.add(batch('a', ['one', 'two', 'three']));
    full = true;
    going[0]?.part('/out/one.m4a.one.part');
    going[0]?.end(made('one'));
    await settle();
    expect(states()).toBe('one done, two running, three queued');
    queue.cancel({ itemIds: ['three'] });
    going[1]?.fail(new AppError('no-space', 'The disk is full.'));
    await settle();
    expect(states()).toBe('one done, two failed, three cancelled');
    expect(unkept.length).toBeGreaterThan(0);
    full = false;
    queue.retry({ itemIds: ['two'] });
    going[2]?.end(made('two'));
    await settle();
    expect(store.get('a')?.items.map(({ view }) => view.state)).toEqual(['done', 'done', 'cancelled']);
  });

  test('what cannot be written down at all, as in a library that takes no files, is exported all the same', async () => {
    const store = batchesInMemory();
    const { queue, going, states, unkept } = queueHarness(1, {
      ...store,
      putBatch: () => {
        throw new AppError('unwritable', 'The disk is read-only.');
      },
    });
    queue.add(batch('a', ['one']));
    going[0]?.end(made('one'));
    await settle();
    expect(states()).toBe('one done');
    expect(unkept.length).toBeGreaterThan(0);
  });

  test('removes nothing but part files in its own folder, whatever a batch from elsewhere names', async () => {
    const kept = new Map<string, string>();
    const names = [
      '/home/x/thesis.odt',
      '/home/x/1.m4a.1.part',
      '/out/../home/2.m4a.2.part',
      '/out/z/3.m4a.3.part',
      '/out/4.m4a.part',
      '/out/5.m4a.4.part',
      '/out/6.m4a.6.2.part',
      '/out/7.m4a.7-2.part',
      '/out/8.m4a.8.part.part',
    ];
    const items = names.map((partPath, at) => ({ ...item(`${at}`), partPath }));
    const failed = items.map((each) => ({ ...each, view: { ...each.view, state: 'failed' as const } }));
    const finished = { ...batch('b', []), finishedUnixMicros: 1, items: failed };
    kept.set('a', JSON.stringify({ ...batch('a', []), items }));
    const queued = queueHarness(9, batchesInMemory(kept));
    await settle();
    for (const { fail } of queued.going) fail(new AppError('unwritable', 'No.'));
    await settle();
    const own = items.map(({ view }) => `/out/${view.playerName}.m4a.${view.playerName}.part`);
    const ours = ['/out/6.m4a.6.2.part', '/out/7.m4a.7-2.part'];
    expect(queued.removed.filter((path) => !own.includes(path)).sort()).toEqual([...ours, ...ours].sort());
    const { removed } = queueHarness(1, batchesInMemory(new Map([['b', JSON.stringify(finished)]])));
    await settle();
    expect(removed).toEqual(ours);
  });

  test('what somebody else began waits, touches nothing, and runs once it is allowed', async () => {
    await inTemporaryFolder(async (folder) => {
      const kept = new Map<string, string>();
      const mine = new BegunBatches(join(folder, 'mine'));
      const first = queueHarness(1, batchesInMemory(kept), mine);
      first.queue.add(batch('a', ['one', 'two']));
      first.going[0]?.part('/out/one.m4a.one.part');
      await first.queue.close();
      // A batch that was begun here, and changed on the way, is somebody else's.
      const changed = JSON.parse(kept.get('a') ?? '') as { items: { work: { sessionFolder: string } }[] };
      for (const { work } of changed.items) work.sessionFolder = '/home/x';
      const copied = new BegunBatches(join(folder, 'copied'));
      copied.add(JSON.parse(kept.get('a') ?? '') as Batch);
      for (const [text, begun] of [
        [kept.get('a') ?? '', new BegunBatches(join(folder, 'theirs'))],
        [JSON.stringify(changed), copied],
      ] as const) {
        const there = queueHarness(1, batchesInMemory(new Map([['a', text]])), begun);
        there.queue.add(batch('b', ['three']));
        expect(there.started()).toEqual(['three']);
        expect(there.held).toEqual(['a']);
        expect(there.removed).toEqual([]);
        expect(there.queue.view.value.batches.map(({ held }) => held)).toEqual([true, false]);
        there.queue.pause();
        there.queue.resume();
        there.going[0]?.end(made('three'));
        await settle();
        expect(there.started()).toEqual(['three']);
        there.queue.allow('a');
        await settle();
        expect(there.started()).toEqual(['three', 'one']);
        await there.queue.close();
      }
      const again = queueHarness(1, batchesInMemory(kept), mine);
      await settle();
      expect(again.held).toEqual([]);
      expect(again.started()).toEqual(['one']);
      again.queue.cancel({});
      await settle();
      expect(readdirSync(join(folder, 'mine'))).toEqual(['a.jsonl']);
      again.queue.clear(null);
      expect(readdirSync(join(folder, 'mine'))).toEqual([]);
      expect(() => {
        again.queue.allow('gone');
      }).toThrow(expect.objectContaining({ code: 'not-found' }) as Error);
    });
  });

  test('what somebody else finished waits too when it is tried again, and runs once it is allowed', async () => {
    await inTemporaryFolder(async (folder) => {
      const kept = new Map<string, string>();
      const mine = new BegunBatches(join(folder, 'mine'));
      const first = queueHarness(1, batchesInMemory(kept), mine);
      first.queue.add(batch('a', ['one']));
      first.going[0]?.fail(new AppError('unwritable', 'No.'));
      await settle();
      await first.queue.close();
      const theirs = new BegunBatches(join(folder, 'theirs'));
      const there = queueHarness(1, batchesInMemory(new Map(kept)), theirs);
      for (const choice of [{ batchId: 'a' }, { batchId: 'a', itemIds: ['one'] }]) there.queue.retry(choice);
      await settle();
      expect(there.started()).toEqual([]);
      expect(there.held).toEqual(['a']);
      expect(there.queue.view.value.batches).toMatchObject([{ held: true, counts: { queued: 1 } }]);
      // It waits after the next start, too, and is begun here as soon as it is allowed.
      await there.queue.close();
      const again = queueHarness(1, there.store, theirs);
      expect(again.held).toEqual(['a']);
      again.queue.allow('a');
      expect(again.started()).toEqual(['one']);
      again.going[0]?.fail(new AppError('unwritable', 'No.'));
      await settle();
      again.queue.retry({ itemIds: ['one'] });
      expect(again.started()).toEqual(['one', 'one']);
      await again.queue.close();
      const here = queueHarness(1, batchesInMemory(kept), mine);
      here.queue.retry({ batchId: 'a', itemIds: ['one'] });
      expect(here.held).toEqual([]);
      expect(here.started()).toEqual(['one']);
    });
  });

  test('cancelling and trying again what waits goes to the store once, however many files it is', () => {
    const store = batchesInMemory();
    let writes = 0;
    const counting: BatchStore = {
      ...store,
      putBatch: (kept) => {
        writes++;
        store.putBatch(kept);
      },
      putItem: (batchId, kept) => {
        writes++;
        store.putItem(batchId, kept);
      },
    };
    const { queue } = queueHarness(1, counting);
    queue.pause();
    const names = Array.from({ length: 1000 }, (_name, at) => `file ${at}`);
    queue.add(batch('a', names));
    writes = 0;
    queue.cancel({});
    expect(writes).toBe(1);
    expect(store.get('a')?.finishedUnixMicros).not.toBeNull();
    queue.retry({ batchId: 'a' });
    expect(writes).toBe(2);
    expect(store.unfinished()[0]?.items.every(({ view }) => view.state === 'queued')).toBe(true);
  });

  test('paused, it lets what runs end and starts nothing', async () => {
    const { queue, going, started } = queueHarness(1);
    queue.add(batch('a', ['one', 'two']));
    queue.pause();
    going[0]?.end(made('one'));
    await settle();
    expect(started()).toEqual(['one']);
    expect(queue.view.value.paused).toBe(true);
    queue.resume();
    expect(started()).toEqual(['one', 'two']);
  });

  test('killed, it goes on where it was; what was half-written is removed first', async () => {
    const kept = new Map<string, string>();
    const before = queueHarness(2, batchesInMemory(kept));
    before.queue.add(batch('a', ['one', 'two', 'three']));
    before.going[0]?.part('/out/one.m4a.one.part');
    before.going[1]?.part('/out/two.m4a.two.part');
    before.going[1]?.end(made('two'));
    await settle();
    // Nothing is told to the first queue any more: this is what the store held at that moment.
    const after = queueHarness(2, batchesInMemory(new Map(kept)));
    // The third had taken the second one's turn.
    expect(after.removed).toEqual(['/out/one.m4a.one.part', '/out/three.m4a.three.part']);
    await settle();
    expect(after.started()).toEqual(['one', 'three']);
    after.going[0]?.end(made('one'));
    after.going[1]?.end(made('three'));
    await settle();
    expect(after.states()).toBe('one done, two done, three done');
    expect(after.store.unfinished()).toEqual([]);
  });

  test('killed before the file is told of, it knows what was begun', async () => {
    const kept = new Map<string, string>();
    const before = queueHarness(2, batchesInMemory(kept));
    before.queue.add(batch('a', ['one']));
    expect(before.started()).toEqual(['one']);
    const after = queueHarness(2, batchesInMemory(new Map(kept)));
    await settle();
    expect(after.removed).toEqual(['/out/one.m4a.one.part']);
  });

  test('closing stops what runs and leaves it to the next start', async () => {
    const kept = new Map<string, string>();
    const { queue, going } = queueHarness(1, batchesInMemory(kept));
    queue.add(batch('a', ['one', 'two']));
    await queue.close();
    expect(going[0]?.signal.aborted).toBe(true);
    const next = queueHarness(1, batchesInMemory(kept));
    expect(next.started()).toEqual(['one']);
  });

  test('what a person cancelled stays so, though the program closes before it has stopped', async () => {
    const kept = new Map<string, string>();
    const { queue } = queueHarness(1, batchesInMemory(kept));
    queue.add(batch('a', ['one', 'two']));
    queue.cancel({ itemIds: ['one'] });
    await queue.close();
    const next = queueHarness(1, batchesInMemory(kept));
    expect(next.states()).toBe('one cancelled, two queued');
    expect(next.started()).toEqual(['two']);
  });

  test('a record of begun batches that takes nothing keeps no state from the library', async () => {
    const store = batchesInMemory();
    const refuse = (): never => {
      throw new AppError('no-space', 'The disk is full.');
    };
    const { queue, going, unkept } = queueHarness(1, store, {
      add: refuse,
      has: () => true,
      remove: refuse,
    });
    queue.add(batch('a', ['one']));
    expect(store.unfinished().map(({ batchId }) => batchId)).toEqual(['a']);
    going[0]?.end(made('one'));
    await settle();
    expect(store.unfinished()).toEqual([]);
    expect(unkept).toHaveLength(1);
  });

  test('allowed twice, and cancelled in between, it begins nothing before its half-written files are gone', async () => {
    const kept = new Map<string, string>();
    const items = ['one', 'two', 'three'].map((name) => ({
      ...item(name),
      ...(name === 'one' && {
        partPath: '/out/one.m4a.one.part',
        view: { ...item(name).view, state: 'running' },
      }),
    }));
    kept.set('a', JSON.stringify({ ...batch('a', []), items }));
    const { promise: gone, resolve: isGone } = Promise.withResolvers<boolean>();
    const theirs = { add: noop, has: () => false, remove: noop };
    const { queue, started, states, removed } = queueHarness(1, batchesInMemory(kept), theirs, () => gone);
    queue.allow('a');
    queue.allow('a');
    queue.resume();
    queue.cancel({ itemIds: ['two'] });
    await settle();
    expect(started()).toEqual([]);
    expect(removed).toEqual(['/out/one.m4a.one.part']);
    isGone(true);
    await settle();
    expect(started()).toEqual(['one']);
    expect(states()).toBe('one running, two cancelled, three queued');
  });

  test('finished batches leave the list when cleared; those under way stay', async () => {
    const { queue, going, store } = queueHarness(1);
    queue.add(batch('a', ['one']));
    queue.add(batch('b', ['two']));
    going[0]?.end(made('one'));
    await settle();
    queue.clear(null);
    expect(queue.view.value.batches.map(({ batchId }) => batchId)).toEqual(['b']);
    expect(store.get('a')).toBeUndefined();
    expect(() => queue.batch('a')).toThrow('There is no batch a any more.');
  });

  test('tells silence of the only player of a file, no sum of several', async () => {
    const { queue, going } = queueHarness(3);
    queue.add(batch('a', ['one', 'two', 'three']));
    const done = made('one');
    going[0]?.end(done);
    going[1]?.end({ ...done, tracks: [...done.tracks, { playerId: 'b', channels: 1 }] });
    going[2]?.end({ ...done, tracks: [] });
    await settle();
    const { items } = queue.batch('a');
    expect(items.map(({ view }) => view.result?.silenceSamples)).toEqual([960, null, null]);
  });

  test('reports a batch as JSON and as a table that no spreadsheet takes for formulas', async () => {
    const { queue, going } = queueHarness(1);
    const named = batch('a', ['one', 'two']);
    const [first, second] = named.items;
    if (first === undefined || second === undefined) throw new Error('no items');
    const hostile = { ...second, view: { ...second.view, playerName: '=HYPERLINK("x"), "Bo"' } };
    queue.add({ ...named, items: [first, hostile] });
    going[0]?.end(made('one'));
    await settle();
    going[1]?.fail(new AppError('unwritable', 'No.'));
    await settle();
    const json = JSON.parse(jsonReport(queue.batch('a'))) as { files: Record<string, unknown>[] };
    expect(json.files[0]).toMatchObject({
      state: 'done',
      silenceSeconds: 0.02,
      worstPlacementMillis: 1,
      durationSeconds: 10,
      sha256: 'ab'.repeat(32),
    });
    const lines = csvReport(queue.batch('a')).split('\r\n');
    expect(lines[0]).toMatch(/^session,player,kind,state,file,sizeBytes,/u);
    expect(lines[1]).toMatch(/^Ep\. 1,one,m4a,done,\/out\/one \(2\)\.m4a,1234,/u);
    expect(lines[2]).toMatch(/^Ep\. 1,"'=HYPERLINK\(""x""\), ""Bo""",m4a,failed,/u);
    expect(lines[2]).toMatch(/,No\.$/u);
  });
});

describe('a batch of a thousand files', () => {
  const NAMES = Array.from({ length: 1000 }, (_none, at) => `file ${at}`);

  test('runs in order, pauses, cancels and tries again; what is shown of it stays small', async () => {
    // A store of text writes all of it for every file; what it holds is other tests' business.
    const { queue, going } = queueHarness(4, { ...batchesInMemory(), putBatch: noop, putItem: noop });
    const sizes: number[] = [];
    queue.view.watch(({ value }) => sizes.push(JSON.stringify(value).length));
    queue.add(batch('a', NAMES));
    const counts = () => queue.view.value.batches[0]?.counts;
    /** Ends what runs, and what that begins, until so many have begun. */
    const until = async (begun: number): Promise<void> => {
      for (let at = 0; at < begun; at++) {
        const run = going[at];
        if (run === undefined) throw new Error(`only ${at} began`);
        if (at % 100 === 99) run.fail(new AppError('no-space', 'The disk is full.'));
        else run.end(made(run.stem));
        if (at % 4 === 3) await new Promise((resolve) => setImmediate(resolve));
      }
      await settle();
    };
    await until(200);
    queue.pause();
    const begun = going.length;
    for (const run of going.slice(200)) run.end(made(run.stem));
    await settle();
    expect(going).toHaveLength(begun);
    expect(counts()).toMatchObject({ items: 1000, failed: 2, running: 0, queued: 1000 - begun });
    // Those that failed come first, in a window of a few.
    expect(queue.view.value.batches[0]?.items.map(({ itemId }) => itemId).slice(0, 2)).toEqual([
      'file 99',
      'file 199',
    ]);
    expect(queue.view.value.batches[0]?.items).toHaveLength(MOST_SHOWN);
    queue.cancel({ batchId: 'a' });
    await settle();
    expect(counts()).toMatchObject({ queued: 0, cancelled: 1000 - begun, failed: 2 });
    expect(queue.view.value.batches[0]?.finishedUnixMicros).not.toBeNull();
    queue.resume();
    queue.retry({ batchId: 'a' });
    for (let at = begun; at < going.length; at++) {
      going[at]?.end(made(going[at]?.stem ?? ''));
      if (at % 4 === 3) await new Promise((resolve) => setImmediate(resolve));
      if (at === going.length - 1) await settle();
    }
    expect(counts()).toMatchObject({ done: 1000, failed: 0, cancelled: 0 });
    // In order, but for the two that failed: they come before what was cancelled.
    const stems = going.map(({ stem }) => stem);
    expect(stems.slice(0, begun)).toEqual(NAMES.slice(0, begun));
    expect(stems.slice(begun)).toEqual(['file 99', 'file 199', ...NAMES.slice(begun)]);
    expect(queue.batch('a').items).toHaveLength(1000);
    // All of it would be half a megabyte, some seven times a second.
    expect(JSON.stringify(queue.batch('a').items.map(({ view }) => view)).length).toBeGreaterThan(400_000);
    expect(Math.max(...sizes)).toBeLessThan(10_000);
  });
});
