import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MAX_BUFFERED_FRAME_BYTES, MAX_FRAME_BYTES } from '../../shared/ipc/limits.ts';
import { AppError } from '../../shared/model/errors.ts';
import { Random } from '../support/random.ts';
import { Recorder } from './recorder.ts';
import { type Served, served } from './served.ts';
import { type Transport, TRANSPORTS } from './transports.ts';

describe.each(TRANSPORTS.map((transport) => [transport.name, transport] as const))(
  'packets, %s',
  (_name, make) => {
    let transport: Transport;
    let link: Served | undefined;
    beforeAll(async () => {
      transport = await make();
    });
    afterAll(() => transport.close());
    afterEach(() => link?.connection.close());

    const open = async (acceptPackets: (frame: Uint8Array) => Promise<void> | void): Promise<Served> => {
      link = await served(transport, new Recorder().implementations, { acceptPackets });
      return link;
    };

    test('frames arrive whole and in order', async () => {
      const random = new Random(7);
      const frames = [0, 1, 1000, MAX_FRAME_BYTES].map((size) => random.bytes(size));
      const arrived: Uint8Array[] = [];
      const { connection } = await open((frame) => void arrived.push(frame));
      await Promise.all(frames.map((frame) => connection.sendPackets(frame)));
      expect(arrived.map((frame) => Buffer.from(frame))).toEqual(frames.map((frame) => Buffer.from(frame)));
      expect(connection.bufferedBytes).toBe(0);
    });

    test('a sender sees how much is under way, and is refused beyond all measure', async () => {
      let release = (): void => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      const { connection } = await open(() => gate);
      const frame = new Uint8Array(MAX_FRAME_BYTES);
      const sent: Promise<void>[] = [];
      while (connection.bufferedBytes < MAX_BUFFERED_FRAME_BYTES) sent.push(connection.sendPackets(frame));
      await expect(connection.sendPackets(frame)).rejects.toMatchObject({ code: 'unavailable' });
      release();
      await Promise.all(sent);
      expect(connection.bufferedBytes).toBe(0);
    });

    test('a frame that is refused says why, and the others go on', async () => {
      const { connection } = await open((frame) => {
        if (frame[0] === 1) throw new AppError('usage', 'Nothing is being recorded.');
      });
      const sent = [0, 1, 2].map((first) => connection.sendPackets(Uint8Array.of(first)));
      const ends = await Promise.allSettled(sent);
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      await expect(sent[1]).rejects.toMatchObject({ code: 'usage', message: 'Nothing is being recorded.' });
    });

    test('a frame that is too long reaches nobody, on either side', async () => {
      const arrived: Uint8Array[] = [];
      const { connection, client } = await open((frame) => void arrived.push(frame));
      const long = new Uint8Array(MAX_FRAME_BYTES + 1);
      await expect(connection.sendPackets(long)).rejects.toMatchObject({ code: 'usage' });
      const answers: unknown[] = [];
      client.onMessage((answer) => void answers.push(answer));
      client.send(long);
      await expect.poll(() => answers.at(-1)).toMatchObject({ kind: 'taken', error: { code: 'usage' } });
      expect(arrived).toEqual([]);
    });

    test('frames under way fail with the connection', async () => {
      const { connection, host } = await open(() => new Promise(() => undefined));
      const sent = connection.sendPackets(Uint8Array.of(1));
      const failed = expect(sent).rejects.toMatchObject({ code: 'disconnected' });
      host.close();
      await failed;
      expect(connection.bufferedBytes).toBe(0);
    });
  },
);
