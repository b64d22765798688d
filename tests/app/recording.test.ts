import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serialisePacketFrame, sessionTag } from '../../shared/ipc/packet-frame.ts';
import { inTemporaryFolder, packetsOf } from '../support/session-folder.ts';
import { WholeApp } from '../support/whole-app.ts';
import { archiveOf } from './archive.ts';

const TRACK = {
  name: 'Ada',
  colorIndex: 2,
  channels: 1,
  preSkipSamples: 312,
  inputRate: 48_000,
  inputLabel: 'Scarlett, input 1',
} as const;

test('what a page records is in the library at once, and exported after the stop', async () => {
  await inTemporaryFolder(async (folder) => {
    const app = await WholeApp.open(join(folder, 'library'), join(folder, 'user'));
    try {
      const { sessionId, trackIds } = await app.api.recording.start({ title: 'Ep. 1', tracks: [TRACK] });
      const frame = serialisePacketFrame({
        sessionTag: sessionTag(sessionId),
        track: trackIds[0] ?? -1,
        positionSamples: 0,
        packets: packetsOf(50, 1),
        level: { peakDb: -12, rmsDb: -20, clipped: false },
      });
      await app.connection.sendPackets(frame);
      // Again, as after a broken connection: it is there once.
      await app.connection.sendPackets(frame);
      const durable = await app.until(
        'recording.state',
        (state) => (state?.tracks[0]?.durableSamples ?? 0) >= 48_000,
      );
      expect(durable).toMatchObject({ phase: 'recording', positionSamples: 48_000 });
      await app.api.exports.start(await archiveOf(app, [sessionId], join(folder, 'early')));
      const early = await app.until('exports.queue', (queue) =>
        queue.batches.some(({ finishedUnixMicros }) => finishedUnixMicros !== null),
      );
      expect(early.batches[0]?.items[0]).toMatchObject({
        state: 'done',
        trouble: { code: 'incomplete' },
        result: { packets: 50 },
      });
      await app.api.exports.clear({ batchIds: null });
      const query = {
        search: 'ep',
        states: [],
        tags: [],
        sort: { by: 'start', descending: true },
        offset: 0,
        limit: 10,
      } as const;
      await app.hosted.implementations.library.calls.list(query);
      await app.until('library.state', ({ sessions }) => sessions === 1);
      const during = await app.api.library.list(query);
      expect(during.rows.map(({ states, title }) => [title, states])).toEqual([
        ['Ep. 1', ['recording', 'exported']],
      ]);

      await app.api.recording.stop({ positionSamples: 48_000 });
      const { states, durationSamples } = await app.api.library.get({ sessionId });
      expect(states).toEqual(['exported']);
      expect(durationSamples).toBe(48_000);
      const { rows } = await app.api.library.list(query);
      expect(rows[0]?.players).toMatchObject([{ name: 'Ada', colorIndex: 2 }]);

      const out = join(folder, 'out');
      await app.api.exports.start(await archiveOf(app, [sessionId], out));
      const { batches } = await app.until('exports.queue', (queue) =>
        queue.batches.some(({ finishedUnixMicros }) => finishedUnixMicros !== null),
      );
      expect(batches[0]?.items[0]?.result).toMatchObject({ packets: 50, verified: { ok: true } });
      expect(batches[0]?.items[0]?.trouble).toBeNull();
      expect(readdirSync(out)).toHaveLength(1);
      expect(app.faults).toEqual([]);
    } finally {
      await app.close();
    }
  });
});

test('closing the program in the middle of a recording ends it in order', async () => {
  await inTemporaryFolder(async (folder) => {
    const folders = [join(folder, 'library'), join(folder, 'user')] as const;
    const app = await WholeApp.open(...folders);
    const { sessionId, trackIds } = await app.api.recording.start({ title: 'Ep. 2', tracks: [TRACK] });
    await app.connection.sendPackets(
      serialisePacketFrame({
        sessionTag: sessionTag(sessionId),
        track: trackIds[0] ?? -1,
        positionSamples: 0,
        packets: packetsOf(25, 1),
        level: { peakDb: null, rmsDb: null, clipped: false },
      }),
    );
    await app.close();
    const next = await WholeApp.open(...folders);
    await next.until('library.state', ({ sessions, task }) => sessions === 1 && task === null);
    const { states, durationSamples, recovery } = await next.api.library.get({ sessionId });
    expect({ states, durationSamples, recovery }).toEqual({
      states: [],
      durationSamples: 24_000,
      recovery: null,
    });
    await next.close();
  });
});

test('a library that was taken away is not made anew in its place, and takes recordings once it is back', async () => {
  await inTemporaryFolder(async (folder) => {
    const library = join(folder, 'library');
    const app = await WholeApp.open(library, join(folder, 'user'));
    try {
      renameSync(library, join(folder, 'away'));
      await expect(app.api.recording.start({ title: 'Ep. 1', tracks: [TRACK] })).rejects.toMatchObject({
        code: 'not-found',
        next: 'Connect its disk or put the folder back, or choose another library.',
      });
      expect(existsSync(library)).toBe(false);
      renameSync(join(folder, 'away'), library);
      await app.api.recording.start({ title: 'Ep. 1', tracks: [TRACK] });
      await app.api.recording.stop({ positionSamples: 0 });
      expect(readdirSync(library).filter((name) => !name.startsWith('.'))).toHaveLength(1);
    } finally {
      await app.close();
    }
  });
});
