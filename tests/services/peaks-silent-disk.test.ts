import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DiskWatch } from '../../electron/io/disk-watch.ts';
import { Media } from '../../electron/services/media.ts';
import type { PeaksOutcome } from '../../electron/services/peaks/build-peaks.ts';
import { type OnPeaks, PeaksService, type RunPeaks } from '../../electron/services/peaks/peaks-service.ts';
import { eventLoopTurn } from '../../electron/io/direct-io.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';
import { ToldClock } from '../support/told-clock.ts';

const OUTCOME: PeaksOutcome = {
  path: '/peaks',
  endSamples: 0,
  pagesKept: 0,
  pagesDecoded: 0,
  undecodable: 0,
};

interface Going {
  readonly who: string;
  readonly watch: DiskWatch;
  readonly givenUp: AbortSignal;
  readonly end: () => void;
}

/** A service whose runs wait until the test ends them, or are stopped while they ask their disk nothing. */
function service() {
  const clock = new ToldClock();
  const going: Going[] = [];
  const told: string[] = [];
  const run: RunPeaks = ({ sessionFolder, playerId }, { signal, watch, givenUp }) =>
    new Promise((resolve, reject) => {
      going.push({
        who: `${sessionFolder} ${playerId}`,
        watch,
        givenUp,
        end: () => {
          resolve(OUTCOME);
        },
      });
      signal.addEventListener('abort', () => {
        if (!watch.isAsked) reject(signal.reason as Error);
      });
    });
  const onPeaks: OnPeaks = (event) => {
    const why = event.kind === 'failed' && event.error instanceof Error ? `: ${event.error.message}` : '';
    told.push(`${event.sessionFolder} ${event.playerId} ${event.kind}${why}`);
  };
  const peaks = new PeaksService({ cacheFolder: '/cache', run, onPeaks, clock });
  return {
    peaks,
    going,
    told,
    elapse: (seconds: number) => {
      clock.elapse(seconds);
    },
  };
}

/** Begins a call to a run's disk, which does not come back. */
function ask(run: Going | undefined): void {
  void run?.watch.during(() => new Promise<never>(() => undefined));
}

test('a session whose disk does not answer is given up after 20 s, and begun again when it does', async () => {
  const { peaks, going, told, elapse } = service();
  peaks.complete('/a', '0');
  peaks.complete('/a', '1');
  peaks.complete('/b', '0');
  ask(going[0]);
  elapse(19);
  await eventLoopTurn();
  expect(told).toEqual([]);
  elapse(2);
  await eventLoopTurn();
  expect(told).toEqual(['/a 0 failed: /a does not answer.', '/a 1 failed: /a does not answer.'].toSorted());
  expect(going.map(({ givenUp }) => givenUp.aborted)).toEqual([true, false, false]);
  // One thread waits for it, and no more.
  peaks.complete('/a', '1');
  expect(going).toHaveLength(3);
  going[0]?.end();
  await eventLoopTurn();
  peaks.complete('/a', '1');
  expect(going.map(({ who }) => who)).toEqual(['/a 0', '/a 1', '/b 0', '/a 1']);
});

test('one that gets on is waited for, however long it takes', async () => {
  const { peaks, going, told, elapse } = service();
  peaks.complete('/a', '0');
  ask(going[0]);
  for (let round = 0; round < 10; round++) {
    elapse(15);
    going[0]?.watch.step();
  }
  going[0]?.end();
  await eventLoopTurn();
  expect(told).toEqual(['/a 0 done']);
});

test('closing does not wait for it for long', async () => {
  const { peaks, going, elapse } = service();
  peaks.complete('/a', '0');
  ask(going[0]);
  const closed = peaks.close();
  elapse(6);
  await closed;
  expect(going[0]?.givenUp.aborted).toBe(true);
});

test('a page that asks for peaks on it has an answer within a bound, holds one call, and gets them when it answers', () =>
  inTemporaryFolder(async (folder) => {
    const session = join(folder, 's');
    await writeSession(session, {
      players: ['Ada', 'Ben'],
      spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(50, 1) }],
      endSamples: 48_000,
    });
    const clock = new ToldClock();
    const media = new Media({
      folderOf: () => session,
      cacheFolder: join(folder, 'cache'),
      runPeaks: () => Promise.resolve(OUTCOME),
      clock,
      onFault: (error) => {
        throw error;
      },
    });
    const disk = silenced(session);
    const read = (playerId: string) =>
      media.read({ kind: 'peaks', sessionId: 'x', playerId, level: 0, start: 0, blocks: 10 });
    try {
      for (let round = 0; round < 3; round++) {
        const answers = ['0', '1'].map((playerId) => read(playerId));
        const refused = Promise.allSettled(answers);
        await expect.poll(() => disk.asked()).toBe(1);
        clock.elapse(4);
        for (const answer of await refused) {
          expect(answer).toMatchObject({
            reason: { code: 'unavailable', detail: { kind: 'folder-silent', path: session } },
          });
        }
      }
      expect(disk.asked()).toBe(1);
    } finally {
      disk.answer();
    }
    expect((await read('1')).bytes.length).toBeGreaterThan(0);
    await media.close();
  }));

/** Lets a folder tell nobody what is in it. */
function silenced(folder: string) {
  const { readdir } = promises;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let asked = 0;
  promises.readdir = (async (...args: Parameters<typeof readdir>) => {
    if (args[0] === folder) {
      asked++;
      await promise;
    }
    return readdir(...args);
  }) as typeof readdir;
  syncBuiltinESMExports();
  return {
    asked: () => asked,
    answer: (): void => {
      promises.readdir = readdir;
      syncBuiltinESMExports();
      resolve(undefined);
    },
  };
}
