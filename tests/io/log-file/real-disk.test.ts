import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isHeld } from '../../../electron/io/folder-lock.ts';
import { SYSTEM_FILES } from '../../../electron/io/log-file/files.ts';
import { SYSTEM_CLOCK } from '../../../electron/io/log-file/log-clock.ts';
import { openSession } from '../../../electron/services/session/open-session.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { appendSlot, manifestOf, openLog, PACKET_SAMPLES } from './recording.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true }));

const system = { files: SYSTEM_FILES, clock: SYSTEM_CLOCK };

describe('on a real disk', () => {
  test('a recording is locked and readable while it runs, and whole when it has ended', async () => {
    const folder = join(root, 'deep', 'session');
    const { log } = await openLog({ ...system, holder: 'Tailslate (process 1)' }, folder);
    expect(await isHeld(folder)).toBe('Tailslate (process 1)');
    await expect(openLog(system, folder)).rejects.toMatchObject({ code: 'locked' });
    for (let slot = 0; slot < 200; slot++)
      for (const track of [0, 1]) expect(appendSlot(log, track, slot)).toBe(true);
    await log.replaceManifest({ ...manifestOf(2), title: 'Renamed' });
    const running = await openSession(folder);
    expect([running.title, running.declaredEndSamples, running.players.length]).toEqual(['Renamed', null, 2]);
    expect(running.findings).toEqual([]);
    await log.end(200 * PACKET_SAMPLES, manifestOf(2, 200 * PACKET_SAMPLES));
    expect(await isHeld(folder)).toBeUndefined();
    const session = await openSession(folder);
    expect([session.declaredEndSamples, session.findings]).toEqual([200 * PACKET_SAMPLES, []]);
    expect(readdirSync(folder).sort()).toEqual(['.tailslate-lock', 'log', 'session.json']);
    await expect(openLog(system, folder)).rejects.toMatchObject({ code: 'exists' });
  });

  test('a folder that holds something else is left as it was', async () => {
    const folder = join(root, 'full');
    await SYSTEM_FILES.makeFolder(folder);
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    await expect(openLog(system, folder)).rejects.toMatchObject({ code: 'exists' });
    await expect(openLog(system, join(folder, 'notes.txt'))).rejects.toMatchObject({ code: 'exists' });
    expect(readdirSync(folder)).toEqual(['notes.txt']);
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('a folder deleted under the recording ends it', async () => {
    const folder = join(root, 'deleted');
    const { log } = await openLog({ ...system, durabilityMillis: 250 }, folder);
    rmSync(folder, { recursive: true });
    appendSlot(log, 0, 0);
    await log.close();
    expect(log.state.failure).toMatchObject({ code: 'unwritable' });
    expect(log.state.durableSamples.size).toBe(0);
  });
});
