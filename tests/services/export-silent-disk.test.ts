import { describe, expect, test } from 'vitest';
import { AppError } from '../../shared/model/errors.ts';
import { batchesInMemory } from '../support/batch-store.ts';
import { batch, item, made, noop, queueHarness, settle } from '../support/queue-harness.ts';

const [ONE, TWO] = ['/out/one.m4a.one.part', '/out/two.m4a.two.part'];
const GONE = new AppError('unwritable', 'Its folder does not exist any more.');
const mine = { add: noop, has: () => true, remove: noop };
const never = new Promise<never>(noop);

/** Begins a call to a run's disk. @returns lets it come back. */
function ask(watch: { during: (call: () => Promise<void>) => Promise<void> } | undefined): () => void {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  void watch?.during(() => promise);
  return () => {
    resolve(undefined);
  };
}

describe('a disk that does not answer', () => {
  test('is told of after 20 s, and no longer once it answers', async () => {
    const { queue, going, watches, elapse } = queueHarness(1);
    queue.add(batch('a', ['one']));
    const trouble = () => queue.view.value.batches[0]?.items[0]?.trouble;
    // It reads and computes for long: the disk is asked nothing.
    elapse(100);
    await settle();
    expect(trouble()).toBeNull();
    const answer = ask(watches[0]);
    elapse(19);
    await settle();
    expect(trouble()).toBeNull();
    elapse(2);
    await settle();
    expect(trouble()).toMatchObject({
      code: 'no-answer',
      message: 'The disk has not answered for 20 s.',
      next: expect.stringMatching(/Cancel the file/u) as string,
    });
    elapse(40);
    await settle();
    expect(trouble()?.message).toBe('The disk has not answered for 60 s.');
    expect(queue.view.value.batches[0]?.items[0]?.state).toBe('running');
    answer();
    await settle();
    elapse(1);
    await settle();
    expect(trouble()).toBeNull();
    going[0]?.end(made('one'));
    await settle();
    expect(queue.view.value.batches[0]?.items[0]?.state).toBe('done');
  });

  test('a file on it is cancelled at once, its part file named, and the others are made', async () => {
    const kept = new Map<string, string>();
    const { queue, going, watches, elapse, givenUp, started, removed, store } = queueHarness(
      1,
      batchesInMemory(kept),
    );
    queue.add(batch('a', ['one', 'two']));
    going[0]?.part(ONE);
    const answer = ask(watches[0]);
    elapse(25);
    queue.cancel({ itemIds: ['one'] });
    await settle();
    expect(givenUp).toEqual(['one']);
    expect(started()).toEqual(['one', 'two']);
    expect(store.get('a')?.items[0]).toMatchObject({
      partPath: ONE,
      view: {
        state: 'cancelled',
        trouble: { code: 'no-answer', message: expect.stringContaining(ONE) as string },
      },
    });
    expect(removed).toEqual([]);
    going[1]?.end(made('two'));
    await settle();
    // It comes back and cleans up: nothing is left to be named.
    answer();
    going[0]?.fail(new AppError('cancelled', 'Cancelled.'));
    await settle();
    expect(store.get('a')?.items[0]).toMatchObject({
      partPath: null,
      view: { state: 'cancelled', trouble: null },
    });
    expect(removed).toEqual([ONE]);
  });

  test('a file that got its name after all is told of as done', async () => {
    const { queue, going, watches, elapse, states } = queueHarness(1);
    queue.add(batch('a', ['one']));
    ask(watches[0]);
    elapse(25);
    queue.cancel({});
    await settle();
    expect(states()).toBe('one cancelled');
    going[0]?.end(made('one'));
    await settle();
    expect(states()).toBe('one done');
  });

  test('tried again before it came back, a file gets another part file, and what comes late is nothing to it', async () => {
    const { queue, going, watches, elapse, states, removed, store } = queueHarness(1);
    queue.add(batch('a', ['one']));
    going[0]?.part(ONE);
    ask(watches[0]);
    elapse(25);
    queue.cancel({});
    await settle();
    queue.retry({});
    await settle();
    expect(states()).toBe('one running');
    expect(removed).toEqual([]);
    going[1]?.part('/out/one.m4a.one-2.part');
    going[0]?.fail(new AppError('cancelled', 'Cancelled.'));
    await settle();
    expect(states()).toBe('one running');
    expect(store.get('a')?.items[0]?.partPath).toBe('/out/one.m4a.one-2.part');
    going[1]?.end(made('one'));
    await settle();
    expect(states()).toBe('one done');
  });

  test('after two silent files nothing more is begun in their folder, other folders go on, all do when it answers', async () => {
    const { queue, going, watches, elapse, started } = queueHarness(1);
    queue.add(batch('a', ['one', 'two', 'three']));
    for (const name of ['one', 'two']) {
      ask(watches.at(-1));
      elapse(25);
      queue.cancel({ itemIds: [name] });
      await settle();
    }
    expect(started()).toEqual(['one', 'two']);
    expect(queue.view.value.batches[0]?.items.find(({ itemId }) => itemId === 'three')).toMatchObject({
      state: 'queued',
      trouble: { code: 'no-answer', message: '/out does not answer.' },
    });
    const elsewhere = batch('b', ['four']);
    queue.add({
      ...elsewhere,
      outFolder: '/other',
      items: elsewhere.items.map((each) => ({
        ...each,
        work: { ...each.work, output: { ...each.work.output, folder: '/other' } },
      })),
    });
    expect(started()).toEqual(['one', 'two', 'four']);
    going[2]?.end(made('four'));
    await settle();
    expect(started()).toEqual(['one', 'two', 'four']);
    going[0]?.fail(new AppError('cancelled', 'Cancelled.'));
    await settle();
    expect(started()).toEqual(['one', 'two', 'four', 'three']);
    expect(queue.view.value.batches[0]?.items.find(({ itemId }) => itemId === 'three')).toMatchObject({
      state: 'running',
      trouble: null,
    });
  });

  test('a file that is cancelled before the disk was told of has 5 s to clean up', async () => {
    const { queue, watches, elapse, states, givenUp } = queueHarness(1);
    queue.add(batch('a', ['one']));
    ask(watches[0]);
    queue.cancel({});
    elapse(4);
    await settle();
    expect(states()).toBe('one running');
    elapse(2);
    await settle();
    expect(states()).toBe('one cancelled');
    expect(givenUp).toEqual(['one']);
  });

  test('pausing and closing do not wait for it; the next start makes the file', async () => {
    const kept = new Map<string, string>();
    const { queue, going, watches, elapse } = queueHarness(1, batchesInMemory(kept));
    queue.add(batch('a', ['one', 'two']));
    going[0]?.part(ONE);
    ask(watches[0]);
    queue.pause();
    expect(queue.view.value.paused).toBe(true);
    const closed = queue.close();
    await settle();
    elapse(6);
    await closed;
    const before = kept.get('a');
    // What comes later finds nobody.
    going[0]?.fail(new AppError('cancelled', 'Cancelled.'));
    await settle();
    expect(kept.get('a')).toBe(before);
    const next = queueHarness(1, batchesInMemory(kept));
    await settle();
    expect(next.removed).toEqual([ONE]);
    expect(next.started()).toEqual(['one']);
  });

  test('opening a library does not wait for it', async () => {
    const kept = new Map<string, string>();
    const left = [{ ...item('one'), partPath: ONE }, item('two')];
    kept.set('a', JSON.stringify({ ...batch('a', []), items: left }));
    const { queue, states, elapse, started } = queueHarness(1, batchesInMemory(kept), mine, () => never);
    await settle();
    expect(states()).toBe('one running, two queued');
    elapse(25);
    queue.cancel({ itemIds: ['one'] });
    await settle();
    expect(started()).toEqual(['two']);
  });
});

describe('what a lost disk kept of a file that failed', () => {
  test('goes when the file is tried again, when its folder takes another file, and by and by', async () => {
    let isGone = true;
    const kept = new Map<string, string>();
    const { queue, going, removed, store, elapse } = queueHarness(2, batchesInMemory(kept), mine, () =>
      Promise.resolve(!isGone),
    );
    queue.add(batch('a', ['one', 'two']));
    going[0]?.part(ONE);
    going[1]?.part(TWO);
    going[0]?.fail(GONE);
    going[1]?.fail(GONE);
    await settle();
    const parts = () => store.get('a')?.items.map(({ partPath }) => partPath);
    expect(parts()).toEqual([ONE, TWO]);
    // Still away: nothing is forgotten.
    queue.retry({ itemIds: ['one'] });
    await settle();
    going[2]?.fail(GONE);
    await settle();
    expect(parts()).toEqual([ONE, TWO]);
    isGone = false;
    removed.length = 0;
    queue.retry({ itemIds: ['one'] });
    await settle();
    expect(removed).toEqual([ONE]);
    going[3]?.end(made('one'));
    await settle();
    expect(removed).toEqual([ONE, TWO]);
    expect(parts()).toEqual([null, null]);

    isGone = true;
    queue.retry({ itemIds: ['two'] });
    await settle();
    going[4]?.part(TWO);
    going[4]?.fail(GONE);
    await settle();
    expect(parts()).toEqual([null, TWO]);
    isGone = false;
    queue.add(batch('b', ['three']));
    elapse(61);
    await settle();
    expect(parts()).toEqual([null, null]);
  });

  test('goes when the library is opened again, of a batch in the history too, unless somebody else began it', async () => {
    const failed = { ...item('one'), partPath: ONE, view: { ...item('one').view, state: 'failed' as const } };
    const text = JSON.stringify({ ...batch('a', []), finishedUnixMicros: 1, items: [failed] });
    const kept = new Map([['a', text]]);
    const theirs = queueHarness(1, batchesInMemory(kept), { ...mine, has: () => false });
    await settle();
    expect(theirs.removed).toEqual([]);
    const { queue, removed, store } = queueHarness(1, batchesInMemory(kept), mine);
    await settle();
    expect(removed).toEqual([ONE]);
    expect(store.get('a')?.items[0]?.partPath).toBeNull();
    expect(queue.view.value.batches).toEqual([]);
  });

  test('goes when its batch is cleared, or later while the program runs', async () => {
    let isGone = true;
    const { queue, going, removed, store, elapse, unkept } = queueHarness(1, batchesInMemory(), mine, () =>
      Promise.resolve(!isGone),
    );
    queue.add(batch('a', ['one']));
    going[0]?.part(ONE);
    going[0]?.fail(GONE);
    await settle();
    removed.length = 0;
    queue.clear(null);
    await settle();
    expect(removed).toEqual([ONE]);
    expect(store.get('a')).toBeUndefined();
    isGone = false;
    elapse(61);
    await settle();
    expect(removed).toEqual([ONE, ONE]);
    elapse(200);
    await settle();
    expect(removed).toEqual([ONE, ONE]);
    expect(unkept).toEqual([]);
  });

  test('is not asked for twice at once, and an item tried again meanwhile writes another file', async () => {
    const answers: ((isGone: boolean) => void)[] = [];
    const failed = { ...item('one'), partPath: ONE, view: { ...item('one').view, state: 'failed' as const } };
    const kept = new Map([
      ['a', JSON.stringify({ ...batch('a', []), finishedUnixMicros: 1, items: [failed] })],
    ]);
    const { queue, going, removed, elapse, states } = queueHarness(
      1,
      batchesInMemory(kept),
      mine,
      () => new Promise((resolve) => answers.push(resolve)),
    );
    await settle();
    elapse(200);
    await settle();
    expect(removed).toEqual([ONE]);
    queue.retry({ batchId: 'a' });
    await settle();
    expect(states()).toBe('one running');
    expect(removed).toEqual([ONE]);
    going[0]?.part('/out/one.m4a.one-2.part');
    answers[0]?.(true);
    await settle();
    going[0]?.end(made('one'));
    await settle();
    expect(states()).toBe('one done');
  });
});
