import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Batch,
  type BatchStore,
  MOST_SHOWN,
  type QueuedItem,
} from '../../electron/services/export-queue/batch.ts';
import { BegunBatches } from '../../electron/services/export-queue/begun-batches.ts';
import { ExportQueue, type ExportQueuePorts } from '../../electron/services/export-queue/queue.ts';
import { csvReport, jsonReport } from '../../electron/services/export-queue/report.ts';
import type { ExportOutcome, RunQueued } from '../../electron/services/export-job/item.ts';
import type { ProjectOutcome } from '../../electron/services/export-job/project-item.ts';
import { AppError } from '../../shared/model/errors.ts';
import { batchesInMemory } from '../support/batch-store.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';

/** A run that waits until the test says how it ends. */
interface Going {
  readonly stem: string;
  readonly signal: AbortSignal;
  readonly part: (path: string) => void;
  readonly progress: (done: number, total: number) => void;
  readonly end: (outcome: ExportOutcome) => void;
  readonly fail: (error: unknown) => void;
}

function item(name: string): QueuedItem {
  return {
    view: {
      itemId: name,
      sessionId: 's1',
      sessionTitle: 'Ep. 1',
      playerName: name,
      kind: 'm4a',
      fileName: `${name}.m4a`,
      state: 'queued',
      doneBytes: 0,
      totalBytes: 200,
      speed: null,
      secondsLeft: null,
      trouble: null,
      result: null,
    },
    work: {
      sessionFolder: '/sessions/1',
      sessionTitle: 'Ep. 1',
      format: { kind: 'm4a', fragmented: false },
      players: [{ id: name, name, index: 1 }],
      markers: [],
      originSamples: 0,
      endSamples: 480_000,
      timecode: { rate: '25', startFrame: 0, label: '00:00:00:00' },
      of: 1,
      localStart: null,
      output: { folder: '/out', subfolder: '', stem: name, extension: 'm4a', existing: 'number' },
      verify: true,
    },
    partPath: null,
  };
}

function batch(batchId: string, names: readonly string[]): Batch {
  return {
    batchId,
    title: 'Ep. 1',
    presetTitle: null,
    createdUnixMicros: 1_000_000,
    finishedUnixMicros: null,
    outFolder: '/out',
    problems: [],
    items: names.map(item),
  };
}

/** What a project file was given: the paths of its players' media. */
interface ProjectCall {
  readonly stem: string;
  readonly media: Readonly<Record<string, string | undefined>>;
}

function writtenProject(missing: readonly string[]): ProjectOutcome {
  return {
    status: 'done',
    path: '/out/Ep. 1.fcpxml',
    sizeBytes: 3000,
    durationSamples: 480_000,
    timecode: '00:00:00:00',
    sha256: 'cd'.repeat(32),
    missing,
  };
}

/** A project file that names the media of these players. */
function project(itemId: string, players: readonly string[]): QueuedItem {
  const { view } = item(itemId);
  return {
    view: { ...view, playerName: null, kind: 'fcpxml', fileName: 'Ep. 1.fcpxml' },
    work: {
      project: 'fcpxml',
      part: 0,
      sessionTitle: 'Ep. 1',
      media: players.map((player, colourIndex) => ({
        fileName: `${player}.m4a`,
        players: [{ playerId: player, name: player, colourIndex, channels: 1 }],
        format: 'm4a',
        originSamples: 0,
        endSamples: 480_000,
        startFrame: 0,
      })),
      markers: [],
      originSamples: 0,
      endSamples: 480_000,
      timecode: { rate: '25', startFrame: 0, label: '00:00:00:00' },
      output: { folder: '/out', subfolder: '', stem: 'Ep. 1', extension: 'fcpxml', existing: 'number' },
    },
    partPath: null,
  };
}

const noop = (): void => undefined;

/** A queue on a clock that stands still until told, with runs that the test ends. */
async function harness(
  jobs: number,
  store: BatchStore = batchesInMemory(),
  begun = { add: noop, has: () => true, remove: noop } as ExportQueuePorts['begun'],
  whenRemoved = (): Promise<void> => Promise.resolve(),
  exists = (path: string): boolean => path === '/out' || path === '/out/taken.m4a.part',
) {
  const going: Going[] = [];
  const removed: string[] = [];
  const exported: string[] = [];
  const unkept: unknown[] = [];
  const held: string[] = [];
  let micros = 0;
  const run: RunQueued = (work, { signal, onProgress, onPart }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
      const { stem } = work.output;
      going.push({ stem, signal, part: onPart, progress: onProgress, end: resolve, fail: reject });
    });
  const projects: ProjectCall[] = [];
  const queue = await ExportQueue.open({
    store,
    begun,
    onHeld: (batches) => held.push(...batches.map(({ batchId }) => batchId)),
    run,
    writeProject: (work, { made }) => {
      const found = work.media.map((media) => [media.players[0]?.name ?? '', made(media)?.path] as const);
      projects.push({ stem: work.output.stem, media: Object.fromEntries(found) });
      const missing = found.filter(([, path]) => path === undefined).map(([player]) => player);
      return Promise.resolve(writtenProject(missing));
    },
    jobs,
    exists,
    removePart: (path) => {
      removed.push(path);
      return whenRemoved();
    },
    clock: {
      wallUnixMicros: () => 5_000_000,
      monotonicMicros: () => micros,
      after: (_millis, action) => {
        const timer = setTimeout(action, 0);
        return () => {
          clearTimeout(timer);
        };
      },
    },
    onExported: (sessionId) => exported.push(sessionId),
    onUnkept: (error) => unkept.push(error),
  });
  const states = (): string =>
    queue.view.value.batches
      .map(({ items }) => items.map(({ itemId, state }) => `${itemId} ${state}`).join(', '))
      .join(' | ');
  return {
    queue,
    store,
    going,
    removed,
    exported,
    unkept,
    held,
    projects,
    states,
    elapse: (seconds: number) => {
      micros += seconds * 1e6;
    },
    started: () => going.map(({ stem }) => stem),
  };
}

/** Lets promises and the queue's own timer come to rest: each turn of timers may begin the next. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

function made(name: string): ExportOutcome {
  return {
    status: 'done',
    player: name,
    path: `/out/${name} (2).m4a`,
    sizeBytes: 1234,
    durationSamples: 480_000,
    timecode: '00:00:00:00',
    packets: 500,
    tracks: [{ playerId: name, channels: 1 }],
    packetsSha256: 'ab'.repeat(32),
    report: {
      packets: 500,
      runs: 1,
      gaps: { count: 2, samples: 960, list: [] },
      silencePackets: 1,
      silenceSamples: 960,
      largestErrorSamples: 48,
      meanErrorSamples: 0,
      largestStampDeviationMs: null,
      duplicates: 0,
      overlaps: { count: 0, samples: 0 },
      dropped: [],
      reordered: 0,
      unstamped: 0,
      outliers: 0,
      driftSteps: 0,
      fastestLeadSamples: 0,
      damage: { count: 0, bytes: 0, list: [] },
    },
    findings: [],
  };
}

describe('the export queue', () => {
  test('runs some at a time, in order, and one that fails stops nobody', async () => {
    const { queue, going, states, started, exported } = await harness(2);
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
    const { queue, going, states, projects, store } = await harness(3);
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
    const { queue, going } = await harness(1);
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
    const { queue, going, elapse } = await harness(1);
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
    const { queue, going, states, started } = await harness(1);
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
    const { queue, going, states, unkept } = await harness(1, filling);
    queue.add(batch('a', ['one', 'two', 'three']));
    full = true;
    going[0]?.part('/out/one.m4a.part');
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
    const { queue, going, states, unkept } = await harness(1, {
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
      '/home/x/other.m4a.part',
      '/out/../home/y.part',
      '/out/z/one.m4a.part',
    ];
    const items = names.map((partPath, at) => ({ ...item(`${at}`), partPath }));
    kept.set('a', JSON.stringify({ ...batch('a', []), items }));
    const { removed } = await harness(1, batchesInMemory(kept));
    expect(removed).toEqual(['/out/z/one.m4a.part']);
  });

  test('what somebody else began waits, touches nothing, and runs once it is allowed', async () => {
    await inTemporaryFolder(async (folder) => {
      const kept = new Map<string, string>();
      const mine = new BegunBatches(join(folder, 'mine'));
      const first = await harness(1, batchesInMemory(kept), mine);
      first.queue.add(batch('a', ['one', 'two']));
      first.going[0]?.part('/out/one.m4a.part');
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
        const there = await harness(1, batchesInMemory(new Map([['a', text]])), begun);
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
        await there.queue.allow('a');
        expect(there.started()).toEqual(['three', 'one']);
        await there.queue.close();
      }
      const again = await harness(1, batchesInMemory(kept), mine);
      expect(again.held).toEqual([]);
      expect(again.started()).toEqual(['one']);
      again.queue.cancel({});
      await settle();
      expect(readdirSync(join(folder, 'mine'))).toEqual([]);
      await expect(again.queue.allow('gone')).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  test('cancelling and trying again what waits goes to the store once, however many files it is', async () => {
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
    const { queue } = await harness(1, counting);
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
    const { queue, going, started } = await harness(1);
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
    const before = await harness(2, batchesInMemory(kept));
    before.queue.add(batch('a', ['one', 'two', 'three']));
    before.going[0]?.part('/out/one.m4a.part');
    before.going[1]?.part('/out/two.m4a.part');
    before.going[1]?.end(made('two'));
    await settle();
    // Nothing is told to the first queue any more: this is what the store held at that moment.
    const after = await harness(2, batchesInMemory(new Map(kept)));
    // The third had taken the second one's turn.
    expect(after.removed).toEqual(['/out/one.m4a.part', '/out/three.m4a.part']);
    expect(after.started()).toEqual(['one', 'three']);
    after.going[0]?.end(made('one'));
    after.going[1]?.end(made('three'));
    await settle();
    expect(after.states()).toBe('one done, two done, three done');
    expect(after.store.unfinished()).toEqual([]);
  });

  test('killed before the file is told of, it knows what was begun, and what is somebody else’s', async () => {
    const kept = new Map<string, string>();
    const before = await harness(2, batchesInMemory(kept));
    before.queue.add(batch('a', ['one', 'taken']));
    expect(before.started()).toEqual(['one', 'taken']);
    const after = await harness(2, batchesInMemory(new Map(kept)));
    expect(after.removed).toEqual(['/out/one.m4a.part']);
  });

  test('what a lost disk kept of a file that failed goes before it is tried again, never what another writes', async () => {
    const kept = new Map<string, string>();
    let isGone = false;
    const exists = (path: string): boolean => !isGone && path === '/out';
    const there = await harness(2, batchesInMemory(kept), undefined, undefined, exists);
    const { queue, going, removed, store, started } = there;
    queue.add(batch('a', ['one', 'two']));
    const [one, two] = ['/out/one.m4a.part', '/out/two.m4a.part'];
    going[0]?.part(one);
    going[1]?.part(two);
    isGone = true;
    going[0]?.fail(new AppError('unwritable', 'Its folder does not exist any more.'));
    going[1]?.fail(new AppError('unwritable', 'Its folder does not exist any more.'));
    await settle();
    const parts = () => store.get('a')?.items.map(({ partPath }) => partPath);
    expect(parts()).toEqual([one, two]);
    // Still away: nothing is forgotten.
    queue.retry({ itemIds: ['one'] });
    await settle();
    going[2]?.fail(new AppError('unwritable', 'Its folder does not exist any more.'));
    await settle();
    expect(parts()).toEqual([one, two]);
    isGone = false;
    removed.length = 0;
    queue.retry({ itemIds: ['one'] });
    await settle();
    expect(removed).toEqual([one]);
    going[3]?.end(made('one'));
    await settle();
    expect(parts()).toEqual([null, two]);
    // Another batch has come to write a file of the other's name.
    queue.add(batch('b', ['three']));
    going[4]?.part(two);
    queue.retry({ itemIds: ['two'] });
    await settle();
    expect(started()).toEqual(['one', 'two', 'one', 'one', 'three', 'two']);
    expect(removed).toEqual([one]);
  });

  test('closing stops what runs and leaves it to the next start', async () => {
    const kept = new Map<string, string>();
    const { queue, going } = await harness(1, batchesInMemory(kept));
    queue.add(batch('a', ['one', 'two']));
    await queue.close();
    expect(going[0]?.signal.aborted).toBe(true);
    const next = await harness(1, batchesInMemory(kept));
    expect(next.started()).toEqual(['one']);
  });

  test('what a person cancelled stays so, though the program closes before it has stopped', async () => {
    const kept = new Map<string, string>();
    const { queue } = await harness(1, batchesInMemory(kept));
    queue.add(batch('a', ['one', 'two']));
    queue.cancel({ itemIds: ['one'] });
    await queue.close();
    const next = await harness(1, batchesInMemory(kept));
    expect(next.states()).toBe('one cancelled, two queued');
    expect(next.started()).toEqual(['two']);
  });

  test('a record of begun batches that takes nothing keeps no state from the library', async () => {
    const store = batchesInMemory();
    const refuse = (): never => {
      throw new AppError('no-space', 'The disk is full.');
    };
    const { queue, going, unkept } = await harness(1, store, {
      add: refuse,
      has: () => true,
      remove: refuse,
    });
    queue.add(batch('a', ['one']));
    expect(store.unfinished().map(({ batchId }) => batchId)).toEqual(['a']);
    going[0]?.end(made('one'));
    await settle();
    expect(store.unfinished()).toEqual([]);
    expect(unkept).toHaveLength(2);
  });

  test('allowed twice, and cancelled in between, it begins nothing before its half-written files are gone', async () => {
    const kept = new Map<string, string>();
    const items = ['one', 'two', 'three'].map((name) => ({
      ...item(name),
      ...(name === 'one' && {
        partPath: '/out/one.m4a.part',
        view: { ...item(name).view, state: 'running' },
      }),
    }));
    kept.set('a', JSON.stringify({ ...batch('a', []), items }));
    let isGone = (): void => undefined;
    const gone = new Promise<void>((resolve) => {
      isGone = resolve;
    });
    const theirs = { add: noop, has: () => false, remove: noop };
    const { queue, started, states, removed } = await harness(1, batchesInMemory(kept), theirs, () => gone);
    const allowed = [queue.allow('a'), queue.allow('a')];
    queue.resume();
    queue.cancel({ itemIds: ['two'] });
    await settle();
    expect(started()).toEqual([]);
    expect(removed).toEqual(['/out/one.m4a.part']);
    isGone();
    await Promise.all(allowed);
    await settle();
    expect(started()).toEqual(['one']);
    expect(states()).toBe('one running, two cancelled, three queued');
  });

  test('finished batches leave the list when cleared; those under way stay', async () => {
    const { queue, going, store } = await harness(1);
    queue.add(batch('a', ['one']));
    queue.add(batch('b', ['two']));
    going[0]?.end(made('one'));
    await settle();
    queue.clear(null);
    expect(queue.view.value.batches.map(({ batchId }) => batchId)).toEqual(['b']);
    expect(store.get('a')).toBeUndefined();
    expect(() => queue.batch('a')).toThrow('There is no batch a any more.');
  });

  test('reports a batch as JSON and as a table that no spreadsheet takes for formulas', async () => {
    const { queue, going } = await harness(1);
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
    const { queue, going } = await harness(4, { ...batchesInMemory(), putBatch: noop, putItem: noop });
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
