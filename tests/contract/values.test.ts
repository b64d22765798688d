import fc from 'fast-check';
import type { GenericSchema } from 'valibot';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { contract, type WatchName } from '../../shared/ipc/contract.ts';
import type { Snapshot } from '../../shared/ipc/declare.ts';
import type { Port } from '../../shared/ipc/port.ts';
import { arbitraryOf } from '../support/arbitrary.ts';
import { Recorder } from './recorder.ts';
import { type Served, served } from './served.ts';
import { type Transport, TRANSPORTS } from './transports.ts';

const VALUES: readonly (readonly [WatchName, GenericSchema])[] = Object.entries(contract).flatMap(
  ([domain, { values }]) =>
    Object.entries<GenericSchema>(values).map(
      ([name, schema]) => [`${domain}.${name}` as WatchName, schema] as const,
    ),
);
const command = (serial: number) => ({ serial, command: null });

describe.each(TRANSPORTS.map((transport) => [transport.name, transport] as const))(
  'values, %s',
  (_name, make) => {
    let transport: Transport;
    let recorder: Recorder;
    let link: Served;
    const links: Served[] = [];
    const open = async (options: Parameters<typeof served>[2] = {}): Promise<Served> => {
      const made = await served(transport, recorder.implementations, options);
      links.push(made);
      return made;
    };
    beforeAll(async () => {
      transport = await make();
    });
    afterAll(() => transport.close());
    beforeEach(async () => {
      recorder = new Recorder();
      recorder.value('app.menuCommand').set(command(1));
      link = await open();
    });
    afterEach(() => links.splice(0).forEach(({ connection }) => connection.close()));

    /** Snapshots of a value as they come. */
    const watch = (name: WatchName, from = link) => {
      const seen: Snapshot<unknown>[] = [];
      const end = from.connection.api.watch(name, (snapshot) => void seen.push(snapshot));
      return { seen, end };
    };
    /** Holds back what a client would send, so that it reads as slowly as the test wants. */
    const slow = (port: Port): (() => void) => {
      const send = port.send.bind(port);
      const held: Parameters<Port['send']>[0][] = [];
      port.send = (data) => void held.push(data);
      return () => {
        port.send = send;
        held.forEach((data) => send(data));
      };
    };

    test.each(VALUES)('%s comes whole', async (name, schema) => {
      await fc.assert(
        fc.asyncProperty(arbitraryOf(schema), async (value) => {
          recorder.value(name).set(value);
          const { seen, end } = watch(name);
          await expect.poll(() => seen.at(-1)?.value, { interval: 1 }).toEqual(value);
          end();
        }),
        { numRuns: 12, seed: 20261121, endOnFailure: true },
      );
      expect(link.faults).toEqual([]);
    });

    test('a watcher gets the value at once and then every change, revisions growing', async () => {
      const { seen } = watch('app.menuCommand');
      for (let serial = 2; serial <= 5; serial++) {
        await expect.poll(() => seen.length, { interval: 1 }).toBe(serial - 1);
        recorder.value('app.menuCommand').set(command(serial));
      }
      await expect.poll(() => seen.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5].map(command));
      expect(seen.map(({ revision }) => revision)).toEqual([2, 3, 4, 5, 6]);
    });

    test('a second watcher of a value gets what is known at once; the last one to go ends it', async () => {
      const first = watch('app.menuCommand');
      await expect.poll(() => first.seen.length).toBe(1);
      const second = watch('app.menuCommand');
      expect(second.seen).toEqual(first.seen);
      first.end();
      recorder.value('app.menuCommand').set(command(2));
      await expect.poll(() => second.seen.length).toBe(2);
      expect(first.seen.length).toBe(1);
      second.end();
      second.end();
      await link.connection.api.app.info({}).catch(() => undefined);
      recorder.value('app.menuCommand').set(command(3));
      const third = watch('app.menuCommand');
      await expect.poll(() => third.seen.map(({ value }) => value)).toEqual([command(3)]);
      expect(second.seen.length).toBe(2);
    });

    test('a slow reader gets the newest only, and holds up nobody else', async () => {
      const quickLink = await open();
      const quick = watch('app.menuCommand', quickLink);
      const { seen } = watch('app.menuCommand');
      const release = slow(link.client);
      await expect.poll(() => [seen.length, quick.seen.length]).toEqual([1, 1]);
      for (let serial = 2; serial <= 1000; serial++) recorder.value('app.menuCommand').set(command(serial));
      await expect.poll(() => quick.seen.at(-1)?.value).toEqual(command(1000));
      expect(seen.length).toBe(1);
      release();
      await expect.poll(() => seen.map(({ value }) => value)).toEqual([command(1), command(1000)]);
    });

    test('after a lost connection watching goes on, and old news is passed over', async () => {
      const { seen } = watch('app.menuCommand');
      await expect.poll(() => seen.length).toBe(1);
      link.host.close();
      await expect.poll(() => link.connection.connected).toBe(false);
      await open({ again: link.connection });
      const other = watch('settings.current');
      recorder.value('settings.current').set(undefined);
      expect(other.seen).toEqual([]);
      recorder.value('app.menuCommand').set(command(2));
      await expect.poll(() => seen.map(({ value }) => value)).toEqual([command(1), command(2)]);
    });

    test('another run of the host starts its revisions again', async () => {
      const { seen } = watch('app.menuCommand');
      for (let serial = 2; serial <= 5; serial++) recorder.value('app.menuCommand').set(command(serial));
      await expect.poll(() => seen.at(-1)?.value).toEqual(command(5));
      link.connection.close();
      recorder = new Recorder();
      recorder.value('app.menuCommand').set(command(1));
      await open({ again: link.connection, runId: 'run-2' });
      await expect.poll(() => seen.at(-1)).toEqual({ revision: 2, value: command(1) });
    });

    test('a value that breaks the contract stays inside, and the next one comes', async () => {
      const { seen } = watch('app.menuCommand');
      await expect.poll(() => seen.length).toBe(1);
      recorder.value('app.menuCommand').set({ serial: 'no' });
      recorder.value('app.menuCommand').set(command(9));
      await expect.poll(() => seen.at(-1)?.value).toEqual(command(9));
      expect(link.faults.join()).toContain('app.menuCommand: the value breaks the contract');
    });

    test('a listener that fails keeps nothing from the others', async () => {
      link.connection.api.watch('app.menuCommand', () => {
        throw new Error('drawn wrong');
      });
      const { seen } = watch('app.menuCommand');
      await expect.poll(() => seen.length).toBe(1);
      expect(link.faults).toEqual(['app.menuCommand: drawn wrong']);
    });

    test('a client that is gone is not told any more', async () => {
      const { seen } = watch('app.menuCommand');
      await expect.poll(() => seen.length).toBe(1);
      link.connection.close();
      await expect.poll(() => recorder.value('app.menuCommand').watchers).toBe(0);
    });
  },
);
