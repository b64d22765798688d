import { expect, test } from 'vitest';
import { connect } from '../../shared/ipc/connect.ts';
import { contract } from '../../shared/ipc/contract.ts';
import type { Port } from '../../shared/ipc/port.ts';
import { redial } from '../../shared/ipc/redial.ts';
import { serve } from '../../shared/ipc/serve.ts';
import { FakeApp } from '../support/fake-api.ts';
import { portPair } from '../../shared/ipc/port-pair.ts';

test('a lost connection comes back when the host does, and calls and values with it', async () => {
  const app = new FakeApp();
  const onFault = (error: unknown): void => expect.fail(String(error));
  const hosts: Port[] = [];
  const waits: number[] = [];
  const states: boolean[] = [];
  let refusals = 0;
  const dial = (): Promise<Port> => {
    if (refusals-- > 0) return Promise.reject(new Error('refused'));
    const [client, host] = portPair();
    hosts.push(host);
    serve(contract, app.implementations, host, { runId: 'run', acceptPackets: () => undefined, onFault });
    return Promise.resolve(client);
  };
  const first = await dial();
  const connection = connect(contract, first, onFault);
  const sessions: number[] = [];
  connection.api.watch('library.state', ({ value }) => void sessions.push(value.sessions));
  const end = redial(connection, first, {
    dial,
    wait: (millis) => {
      waits.push(millis);
      return Promise.resolve();
    },
    onChange: (connected) => void states.push(connected),
  });

  refusals = 7;
  hosts.at(-1)?.close();
  await expect.poll(() => states).toEqual([false, true]);
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000]);
  app.library.set({ ...app.library.value, sessions: 9 });
  await expect.poll(() => sessions).toEqual([3, 9]);
  expect((await connection.api.app.info({})).version).toBe('0.0.0-fake');

  hosts.at(-1)?.close();
  await expect.poll(() => states).toEqual([false, true, false, true]);
  end();
  hosts.at(-1)?.close();
  await expect(connection.api.app.info({})).rejects.toMatchObject({ code: 'disconnected' });
  expect([hosts.length, states.length]).toEqual([3, 4]);
});
