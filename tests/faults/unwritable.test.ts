import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildPeaks } from '../../electron/services/peaks/build-peaks.ts';
import { trackCodec } from '../../electron/services/peaks/track-codec.ts';
import { Settings } from '../../electron/services/settings/settings.ts';
import { pathsBelow } from '../support/cli.ts';
import { withLibrary } from '../support/library.ts';
import { mountRefusal, tailslateOn } from '../support/mounts.ts';
import { oggTrack } from '../support/multitrack.ts';
import { inTemporaryFolder, packetsOf, SESSION_ID, writeSession } from '../support/session-folder.ts';
import { encodeAudio, tone } from '../support/spoken-audio.ts';

const CLOSED = {
  players: ['Marit'],
  spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(50, 1) }],
  endSamples: 48_000,
};

describe('what cannot be written', () => {
  test('an edit changes nothing then, neither a file nor the list, and can be made later', () =>
    inTemporaryFolder(async (root) => {
      const folder = join(root, 'library', 'one');
      mkdirSync(join(root, 'library'));
      await writeSession(folder, CLOSED);
      await withLibrary(root, async ({ calls }, { faults }) => {
        await calls.edit({ sessionId: SESSION_ID, title: 'Before' });
        const file = join(folder, 'annotations.json');
        const before = readFileSync(file, 'utf8');
        const inTheWay = join(folder, '.annotations.json.part');
        const linked = join(root, 'library', '.tailslate', 'linked');
        mkdirSync(inTheWay);
        writeFileSync(linked, 'in the way');
        await expect(calls.edit({ sessionId: SESSION_ID, title: 'After' })).rejects.toMatchObject({
          next: expect.any(String) as string,
        });
        expect((await calls.get({ sessionId: SESSION_ID })).title).toBe('Before');
        rmSync(linked);
        // What the session's folder does not take is kept beside the others'.
        expect((await calls.edit({ sessionId: SESSION_ID, title: 'After' })).title).toBe('After');
        expect(readFileSync(file, 'utf8')).toBe(before);
        expect(faults).toEqual([]);
      });
    }));

  test('settings stay as they were then, in the file and in use', () =>
    inTemporaryFolder(async (folder) => {
      const settings = await Settings.open(folder);
      await settings.calls.change({ language: 'nb' });
      const before = readFileSync(join(folder, 'settings.json'), 'utf8');
      mkdirSync(join(folder, '.settings.json.part'));
      await expect(settings.calls.change({ language: 'en' })).rejects.toMatchObject({
        next: expect.any(String) as string,
      });
      expect(settings.current.language).toBe('nb');
      expect(settings.values.current.value.settings.language).toBe('nb');
      expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(before);
      rmdirSync(join(folder, '.settings.json.part'));
      await settings.calls.change({ language: 'en' });
      expect((await Settings.open(folder)).current.language).toBe('en');
    }));

  test('peaks go to the cache then, and are refused where that takes none either', () =>
    inTemporaryFolder(async (root) => {
      const [sessionFolder, cacheFolder] = [join(root, 'session'), join(root, 'cache')];
      const packets = encodeAudio(20, tone(9000));
      await writeSession(sessionFolder, {
        players: ['Ada'],
        spoken: [{ track: 0, positionSamples: 0, packets }],
      });
      writeFileSync(join(sessionFolder, 'peaks'), 'in the way');
      const item = { sessionFolder, playerId: '0', cacheFolder };
      const options = {
        signal: new AbortController().signal,
        onProgress: () => undefined,
        codec: trackCodec,
      };
      expect((await buildPeaks(item, options)).path.startsWith(cacheFolder)).toBe(true);
      const nowhere = join(root, 'file');
      writeFileSync(nowhere, '');
      await expect(buildPeaks({ ...item, cacheFolder: nowhere }, options)).rejects.toMatchObject({
        next: expect.any(String) as string,
      });
      expect(readFileSync(join(sessionFolder, 'peaks'), 'utf8')).toBe('in the way');
    }));

  test('an import that fills the disk is refused, and leaves nothing of its session', async ({ skip }) => {
    const refusal = mountRefusal();
    skip(refusal !== undefined, refusal);
    await inTemporaryFolder(async (root) => {
      const path = join(root, 'long.ogg');
      writeFileSync(path, oggTrack([{ positionSamples: 0, packets: packetsOf(12_000, 1, 250) }]));
      const library = join(root, 'library');
      const mount = 'mount -t tmpfs -o size=2m none .';
      const user = join(root, 'user');
      const args = ['import', path, '--library', '.', '--user-data', user];
      const run = await tailslateOn(library, mount, args);
      expect(run.code, run.stderr).toBe(1);
      expect(run.stderr).toMatch(/disk is full/u);
      expect(run.listing).toBe('.tailslate\n');
      expect(pathsBelow(library).filter((left) => left.endsWith('.tsl'))).toEqual([]);
    });
  });
});
