import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { movieSpec } from '../../electron/services/export-job/movie-spec.ts';
import { loadSources } from '../../electron/services/export-job/source-track.ts';
import { inspectSession } from '../../electron/services/inspect.ts';
import { openSession } from '../../electron/services/session/open-session.ts';
import type { LoadedTrack, Session } from '../../electron/services/session/session.ts';
import { timecodeRate } from '../../shared/time/timecode.ts';
import {
  type NanoLog,
  nanoLogBytes,
  nanoLogOf,
  nanoLogPath,
  recordStart,
  writeNanoSession,
} from '../support/nano-session.ts';
import { nanoFileHeader, nanoFileName, nanoRecord } from '../support/nano-wal-writer.ts';
import { exportChoices, plannedFiles } from '../support/export-choices.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';

const signal = new AbortController().signal;
const silent = { signal, onProgress: () => undefined };
const ALICE = nanoLogOf('Alice', 100, 1);
const BOB = nanoLogOf('Bob', 80, 2);

/** Runs `work` on a session of these logs, once `change` was made to its folder. */
async function inSession<T>(
  logs: readonly NanoLog[],
  change: (folder: string) => void,
  work: (session: Session, folder: string) => Promise<T>,
  durationMs = 6000,
): Promise<T> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'session');
    writeNanoSession(path, logs, durationMs);
    change(path);
    return work(await openSession(path), path);
  });
}

async function loadEach(session: Session): Promise<(LoadedTrack | undefined)[]> {
  return Promise.all(
    session.players.map(async ({ id }) => {
      const tracks = await session.load([id], { mode: 'scan' });
      expect(tracks).toHaveLength(1);
      return tracks[0];
    }),
  );
}

/** Alice's log in two files, with these keys in their headers. */
function inTwoFiles(keys: readonly [string, string]): (folder: string) => void {
  return (folder) => {
    const halves = [ALICE.records.slice(0, 50), ALICE.records.slice(50)];
    for (const [n, records] of halves.entries()) {
      const bytes = Buffer.concat([nanoFileHeader(keys[n] ?? ''), ...records]);
      writeFileSync(join(folder, 'wal', nanoFileName('Alice', n + 1)), bytes);
    }
  };
}

describe('the files of a group', () => {
  test.each([
    ['Alice', 'Alicd', 2],
    ['Alicd', 'Alice', 1],
  ])('with the keys %s and %s are one player, and the wrong key is told', async (first, second, wrong) => {
    // A player with that name does not attract them.
    const other = nanoLogOf('Alicd', 30, 3);
    await inSession([other, ALICE, BOB], inTwoFiles([first, second]), async (session) => {
      expect(session.players.map(({ name }) => name)).toEqual(['Alicd', 'Alice', 'Bob']);
      const tracks = await loadEach(session);
      expect(tracks.map((track) => track?.packets.count)).toEqual([30, 100, 80]);
      expect(tracks.map((track) => track?.player.name)).toEqual(['Alicd', 'Alice', 'Bob']);
      expect(tracks[1]?.findings).toMatchObject([
        { kind: 'bad-header', file: `wal/${nanoFileName('Alice', wrong)}`, startByte: 32, endByte: 37 },
      ]);
    });
  });

  test('with two keys of which neither fits the name have one id and one player', async () => {
    await inSession([ALICE, BOB], inTwoFiles(['Alicd', 'Alicf']), async (session) => {
      expect(session.players.map(({ name }) => name)).toEqual(['Bob', 'Alicd']);
      expect((await loadEach(session)).map((track) => track?.packets.count)).toEqual([80, 100]);
    });
  });
});

describe('the end', () => {
  /** A sender whose clock is fast: a packet of 20 ms every 19 ms. */
  const fast = nanoLogOf('Bob', 1500, 2);
  const bob = { ...fast, records: fast.packets.map((p, i) => nanoRecord(p, { stampMs: 40 + i * 19 })) };
  const alice = nanoLogOf('Alice', 1400, 1);

  test('is the same in all files, also where packets run ahead of their stamps', async () => {
    const lengths = await inSession(
      [alice, bob],
      () => undefined,
      async (session, folder) => {
        const plan = await plannedFiles(folder, exportChoices(folder));
        const filled = await Promise.all(
          plan.map(({ item }) => loadSources(session, item, 'indexed', signal)),
        );
        return filled.flat().map(({ filled: { editDurationSamples } }) => editDurationSamples);
      },
      29_600,
    );
    expect(lengths[0]).toBeGreaterThan(29.7 * 48_000);
    expect(lengths[1]).toBe(lengths[0]);
  });
});

describe('a log that was renamed', () => {
  const path = nanoLogPath('Bob').replace(/\.log$/u, ' (1).log');

  test('is read and joins the player its key names', async () => {
    const at = recordStart(BOB, 40);
    const change = (folder: string): void => {
      const bytes = nanoLogBytes(BOB);
      writeFileSync(join(folder, nanoLogPath('Bob')), bytes.subarray(0, at));
      writeFileSync(join(folder, path), Buffer.concat([nanoFileHeader('Bob'), bytes.subarray(at)]));
    };
    await inSession([ALICE, BOB], change, async (session) => {
      expect(session.findings).toEqual([]);
      expect((await loadEach(session)).map((track) => track?.packets.count)).toEqual([100, 80]);
    });
  });

  test('is read when it is all there is of a player', async () => {
    const change = (folder: string): void => {
      cpSync(join(folder, nanoLogPath('Bob')), join(folder, path));
      rmSync(join(folder, nanoLogPath('Bob')));
    };
    await inSession([ALICE, BOB], change, async (session) => {
      expect(session.players.map(({ name }) => name)).toEqual(['Alice', 'Bob']);
      expect((await loadEach(session)).map((track) => track?.packets.count)).toEqual([100, 80]);
    });
  });

  test('is not read twice when it is a copy, nor is anything else in the folder; both are told', async () => {
    const change = (folder: string): void => {
      cpSync(join(folder, nanoLogPath('Bob')), join(folder, path));
      writeFileSync(join(folder, 'wal', 'server.log'), 'started');
      writeFileSync(join(folder, 'wal', 'notes.txt'), 'x');
    };
    await inSession([ALICE, BOB], change, async (session) => {
      expect((await loadEach(session)).map((track) => track?.packets.count)).toEqual([100, 80]);
      expect(session.findings.map(({ kind, file }) => [kind, file])).toEqual([
        ['unread-file', path.replaceAll('\\', '/')],
        ['unread-file', 'wal/notes.txt'],
        ['unread-file', 'wal/server.log'],
      ]);
    });
  });
});

test('a participant without a log is told', async () => {
  const change = (folder: string): void => {
    rmSync(join(folder, nanoLogPath('Bob')));
  };
  await inSession([ALICE, BOB], change, async ({ findings }) => {
    expect(findings).toMatchObject([{ kind: 'bad-manifest', reason: '"Bob" is listed but has no log.' }]);
    return Promise.resolve();
  });
});

test('a session of which nobody knows the start begins at 00:00:00:00 in every zone and names no date', async () => {
  const change = (folder: string): void => {
    writeFileSync(join(folder, 'session.json'), '{}');
  };
  await inSession([ALICE], change, async (session, folder) => {
    expect(session.t0Known).toBe(false);
    const zone = 'Asia/Tokyo';
    const named = exportChoices(folder, { zone, nameTemplate: '{date}_{player}' });
    const [planned] = await plannedFiles(folder, named);
    if (planned === undefined) throw new Error('nothing was planned');
    expect(planned.item.timecode.label).toBe('00:00:00:00');
    expect(planned.fileName).toBe('unknown_Alice.m4a');
    const [source] = await loadSources(session, planned.item, 'scan', signal);
    if (source === undefined) throw new Error('nothing was loaded');
    const spec = movieSpec(session, planned.item, [source]);
    expect(JSON.stringify(spec.metadata)).not.toMatch(/SESSION_START|©day|1970/u);
    const inspection = await inspectSession(folder, { rate: timecodeRate('25'), zone }, silent);
    expect(inspection).toMatchObject({ start: null, timecode: { label: '00:00:00:00' } });
  });
});
