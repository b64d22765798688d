import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { contract } from '../../shared/ipc/contract.ts';
import type { Call } from '../../shared/ipc/declare.ts';
import { hostMessage } from '../../shared/ipc/envelope.ts';
import { MAX_MESSAGE_WEIGHT, MAX_PENDING_CALLS } from '../../shared/ipc/limits.ts';
import type { PortData } from '../../shared/ipc/port.ts';
import { AppError } from '../../shared/model/errors.ts';
import { arbitraryOf } from '../support/arbitrary.ts';
import { Recorder } from './recorder.ts';
import { type Served, served } from './served.ts';
import { type Transport, TRANSPORTS } from './transports.ts';

type LooseApi = Readonly<Record<string, Readonly<Record<string, (input: unknown) => Promise<unknown>>>>>;

const CALLS: readonly (readonly [name: string, call: Call])[] = Object.entries(contract).flatMap(
  ([domain, { calls }]) => Object.entries(calls).map(([name, call]) => [`${domain}.${name}`, call] as const),
);
const SEED = 20261121;

describe.each(TRANSPORTS.map((transport) => [transport.name, transport] as const))(
  'calls, %s',
  (_name, make) => {
    let transport: Transport;
    let recorder: Recorder;
    let link: Served;
    beforeAll(async () => {
      transport = await make();
    });
    afterAll(() => transport.close());
    beforeEach(async () => {
      recorder = new Recorder();
      link = await served(transport, recorder.implementations);
    });
    afterEach(() => link.connection.close());

    /** Calls by name, as the window does by property. */
    const call = (name: string, input: unknown): Promise<unknown> => {
      const [domain = '', key = ''] = name.split('.');
      const run = (link.connection.api as unknown as LooseApi)[domain]?.[key];
      if (run === undefined) throw new Error(`the api lacks ${name}`);
      return run(input);
    };
    /** Sends anything at all and gives the host's next word. */
    const raw = (data: unknown): Promise<v.InferOutput<typeof hostMessage>> =>
      new Promise((resolve) => {
        link.client.onMessage((answer) => {
          const message = v.parse(hostMessage, answer);
          if (message.kind !== 'hello') resolve(message);
        });
        link.client.send(data as PortData);
      });

    test.each(CALLS)('%s carries every input and output whole', async (name, { input, output }) => {
      await fc.assert(
        fc.asyncProperty(arbitraryOf(input), arbitraryOf(output), async (given, answer) => {
          recorder.respond = () => answer;
          expect(await call(name, given)).toEqual(answer);
          expect(recorder.reached.pop()).toEqual({ name, input: given });
        }),
        { numRuns: 12, seed: SEED, endOnFailure: true },
      );
      expect(link.faults).toEqual([]);
    });

    test.each(CALLS)('%s lets nothing wrong reach the service', async (name) => {
      const wrong = [null, 1, 'x', [{}], { unknown: 1 }, { ['__proto__x']: {} }, true];
      for (const input of [...wrong, { batchId: 5, sessionId: 5 }, { itemIds: [''], sessionId: '' }]) {
        await expect(call(name, input)).rejects.toMatchObject({ name: 'AppError', code: 'usage' });
      }
      const long = 'x'.repeat(MAX_MESSAGE_WEIGHT);
      await expect(call(name, { [long]: 1 })).rejects.toMatchObject({ code: 'usage' });
      expect(recorder.reached).toEqual([]);
    });

    test('a wrong type in any field is named by its path', async () => {
      await expect(call('library.edit', { sessionId: 's', tags: ['a', 5] })).rejects.toThrow(
        /library\.edit.*tags\.1/,
      );
      expect(recorder.reached).toEqual([]);
    });

    test.each([
      ['text that is no JSON', '{"kind":'],
      ['nothing', null],
      ['a number', 7],
      ['a list', [1, 2]],
      ['no kind', { id: 1 }],
      ['a kind that is not there', { kind: 'eval', id: 1 }],
      ['a call without a name', { kind: 'call', id: 1, input: {} }],
      ['a call by a number', { kind: 'call', id: 1, name: 5, input: {} }],
      ['a call that is not there', { kind: 'call', id: 1, name: 'library.nuke', input: {} }],
      ['a domain alone', { kind: 'call', id: 1, name: 'library', input: {} }],
      ['a prototype', { kind: 'call', id: 1, name: '__proto__.constructor', input: {} }],
      ['an inherited name', { kind: 'call', id: 1, name: 'library.toString', input: {} }],
      ['a value in place of a call', { kind: 'call', id: 1, name: 'library.state', input: {} }],
      ['a call without input', { kind: 'call', id: 1, name: 'library.list' }],
      ['an endless name', { kind: 'call', id: 1, name: 'x'.repeat(100_000), input: {} }],
      ['a value that is not there', { kind: 'watch', name: 'library.secrets' }],
      ['watching a call', { kind: 'watch', name: 'library.list' }],
    ])('%s is answered with an error', async (_what, data) => {
      const answer = await raw(data);
      expect(answer).toMatchObject({ kind: 'failure', error: { code: 'usage' } });
      expect(recorder.reached).toEqual([]);
    });

    test('a deeply nested message is answered with an error', async () => {
      let nested: unknown = 1;
      for (let depth = 0; depth < 2000; depth++) nested = [nested];
      expect(await raw({ kind: 'call', id: 1, name: 'library.list', input: nested })).toMatchObject({
        kind: 'failure',
      });
    });

    test('an error keeps code, message and next step', async () => {
      recorder.respond = () => {
        throw new AppError('no-space', 'The disk is full.', { next: 'Free some space.' });
      };
      const failed = call('library.rebuild', {});
      await expect(failed).rejects.toBeInstanceOf(AppError);
      await expect(failed).rejects.toMatchObject({
        code: 'no-space',
        message: 'The disk is full.',
        next: 'Free some space.',
      });
      recorder.respond = () => Promise.reject(new AppError('locked', 'Open elsewhere.'));
      await expect(call('library.rebuild', {})).rejects.toMatchObject({ code: 'locked', next: undefined });
      expect(link.faults).toEqual([]);
    });

    test('an error of our own making shows no insides and is reported', async () => {
      recorder.respond = () => {
        throw new TypeError('cannot read secret of /home/me');
      };
      const failed = await call('library.rebuild', {}).catch((error: unknown) => error);
      expect(failed).toMatchObject({
        code: 'internal',
        message: 'Something went wrong inside Tailslate (library.rebuild).',
      });
      expect(link.faults).toEqual(['library.rebuild: cannot read secret of /home/me']);
    });

    test('an answer that breaks the contract stays inside', async () => {
      recorder.respond = () => ({ total: -1, rows: [], password: 'x' });
      const query = {
        search: '',
        states: [],
        tags: [],
        sort: { by: 'title', descending: false },
        offset: 0,
        limit: 1,
      };
      await expect(call('library.list', query)).rejects.toMatchObject({ code: 'internal' });
      recorder.respond = () => ({ total: 0, rows: [], password: 'x' });
      expect(await call('library.list', query)).toEqual({ total: 0, rows: [] });
    });

    test('answers find their calls, in whatever order they come', async () => {
      const release: (() => void)[] = [];
      recorder.respond = (_name, input) =>
        new Promise((resolve) => {
          release.push(() => resolve({ path: (input as { name: string }).name }));
        });
      const made = ['a', 'b', 'c'].map((name) => call('desktop.makeFolder', { parent: '/', name }));
      await expect.poll(() => release.length).toBe(3);
      for (const answer of release.reverse()) answer();
      expect(await Promise.all(made)).toEqual([{ path: 'a' }, { path: 'b' }, { path: 'c' }]);
    });

    test('a port that closes ends the calls under way, and those after it', async () => {
      recorder.respond = () => new Promise(() => undefined);
      const waiting = call('library.rebuild', {});
      await expect.poll(() => recorder.reached.length).toBe(1);
      const failed = expect(waiting).rejects.toMatchObject({ code: 'disconnected' });
      link.host.close();
      await failed;
      expect(link.connection.connected).toBe(false);
      await expect(call('library.rebuild', {})).rejects.toMatchObject({ code: 'disconnected' });
      expect(link.faults).toEqual([]);
    });

    test('more calls than can wait are refused', async () => {
      recorder.respond = () => new Promise(() => undefined);
      const calls = Array.from({ length: MAX_PENDING_CALLS }, () => call('library.rebuild', {}));
      await expect(call('library.rebuild', {})).rejects.toMatchObject({ code: 'unavailable' });
      link.connection.close();
      const ends = await Promise.allSettled(calls);
      expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    });
  },
);
