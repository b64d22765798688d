import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { after, monotonicMicros } from '../../electron/io/clock.ts';
import type { PeaksOutcome } from '../../electron/services/peaks/build-peaks.ts';
import { type OnPeaks, PeaksService } from '../../electron/services/peaks/peaks-service.ts';
import { PeaksPool } from '../../electron/workers/peaks-pool.ts';
import { encodeAudio, tone } from '../support/spoken-audio.ts';
import { inTemporaryFolder, writeSession } from '../support/session-folder.ts';

type Event = Parameters<OnPeaks>[0];

/** A service with its worker, the events it told, and what waits for the next one of a kind. */
class Host {
  readonly events: Event[] = [];
  readonly pool = new PeaksPool();
  readonly service: PeaksService;
  #heard: () => void = () => undefined;

  constructor(cacheFolder: string) {
    this.service = new PeaksService({
      cacheFolder,
      run: (item, { signal, onProgress, ...aside }) =>
        this.pool.run(item, signal, onProgress, undefined, aside),
      clock: { monotonicMicros, after },
      onPeaks: (event) => {
        this.events.push(event);
        this.#heard();
      },
    });
  }

  async next(kind: Event['kind']): Promise<Event> {
    for (;;) {
      const found = this.events.find((event) => event.kind === kind);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.pool.close();
  }
}

async function withSession(
  work: (host: Host, session: string, folder: string) => Promise<void>,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    // The same two seconds again and again: three pages for little encoding.
    const spoken = encodeAudio(100, tone(9000));
    const packets = Array.from({ length: 5000 }, (_, i) => spoken[i % 100] ?? new Uint8Array());
    await writeSession(session, { players: ['Ada'], spoken: [{ track: 0, positionSamples: 0, packets }] });
    const host = new Host(join(folder, 'cache'));
    try {
      await work(host, session, folder);
    } finally {
      await host.close();
    }
  });
}

test('peaks are made in a worker and read at every level while the host hears of it', async () => {
  await withSession(async (host, session) => {
    const nothing = { bytes: new Uint8Array(0), doneSamples: 0, endSamples: 0 };
    expect(await host.service.read(session, '0', 0, 0, 10)).toEqual(nothing);
    host.service.complete(session, '0');
    host.service.complete(session, '0');
    const done = await host.next('done');
    expect(done).toMatchObject({ outcome: { pagesDecoded: 3, endSamples: 4_800_000 - 312 } });
    expect(host.events.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    for (const level of [0, 1, 2, 3, 4]) {
      const { bytes, doneSamples, endSamples } = await host.service.read(session, '0', level, 0, 3);
      expect({ doneSamples, endSamples }).toEqual({
        doneSamples: 4_800_000 - 312,
        endSamples: 4_800_000 - 312,
      });
      expect(bytes).toHaveLength(18);
      expect(Buffer.from(bytes).readInt16LE(2)).toBeGreaterThan(8000);
    }
    await expect(host.service.read(session, '0', 5, 0, 1)).rejects.toThrow(RangeError);
    await expect(host.service.read(session, '0', 0, 0, 1e9)).rejects.toThrow(RangeError);
  });
});

test('cancelled and begun again, even by another process, it comes to the same bytes', async () => {
  await withSession(async (host, session, folder) => {
    host.service.complete(session, '0');
    await host.next('progress');
    await host.service.cancel(session);
    const last = host.events.at(-1);
    expect(['failed', 'done']).toContain(last?.kind);
    if (last?.kind === 'failed') expect(last.error).toMatchObject({ code: 'cancelled' });
    const again = new Host(join(folder, 'cache'));
    again.service.complete(session, '0');
    const outcome = (await again.next('done')) as { outcome: PeaksOutcome };
    await again.close();
    const { path, pagesKept, pagesDecoded } = outcome.outcome;
    expect(pagesKept).toBeGreaterThan(0);
    expect(pagesKept + pagesDecoded).toBe(3);
    const resumed = readFileSync(path);
    rmSync(path);
    host.events.length = 0;
    host.service.complete(session, '0');
    await host.next('done');
    expect(readFileSync(path).equals(resumed)).toBe(true);
    writeFileSync(path, 'not peaks');
    expect((await host.service.read(session, '0', 0, 0, 10)).bytes).toHaveLength(0);
  });
});

test('what cannot be made is told, with its code', async () => {
  await withSession(async (host, session) => {
    host.service.complete(session, '9');
    expect(await host.next('failed')).toMatchObject({ playerId: '9', error: { code: 'not-found' } });
  });
});

test('a thread that dies fails its item, and the next one starts another', async () => {
  await inTemporaryFolder(async (folder) => {
    const script = join(folder, 'dies.mjs');
    writeFileSync(
      script,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', (message) => { if (message.kind === 'run') process.exit(4); });`,
    );
    const pool = new PeaksPool(new URL(`file://${script}`));
    const item = { sessionFolder: folder, playerId: '0', cacheFolder: folder };
    const signal = new AbortController().signal;
    for (let i = 0; i < 2; i++) {
      await expect(pool.run(item, signal, () => undefined)).rejects.toMatchObject({
        code: 'internal',
        message: 'The worker that makes waveforms ended with code 4.',
      });
    }
    const late = new AbortController();
    late.abort(new Error('not any more'));
    await expect(pool.run(item, late.signal, () => undefined)).rejects.toThrow('not any more');
    await pool.close();
    await expect(pool.run(item, signal, () => undefined)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('peaks of a player whom nobody recorded are not found, in place of being empty', async () => {
  await withSession(async ({ service }, session) => {
    await expect(service.read(session, '7', 0, 0, 10)).rejects.toMatchObject({ code: 'not-found' });
    expect((await service.read(session, '0', 0, 0, 10)).bytes).toHaveLength(0);
  });
});
