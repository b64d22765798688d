import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { settingsDomain } from '../../../shared/ipc/contract/settings.ts';
import { DEFAULT_SETTINGS } from '../../../electron/services/settings/default-settings.ts';
import { Settings } from '../../../electron/services/settings/settings.ts';
import { inTemporaryFolder } from '../../support/session-folder.ts';

describe('Settings', () => {
  it('begins with defaults that the contract accepts, built-in presets among them', () =>
    inTemporaryFolder(async (folder) => {
      const settings = await Settings.open(folder);
      expect(await settings.calls.get({})).toEqual(DEFAULT_SETTINGS);
      const { value } = settings.values.current;
      expect(v.parse(settingsDomain.values.current, value)).toEqual(value);
      expect(value.presets.map(({ presetId }) => presetId)).toEqual([
        'final-cut',
        'resolve',
        'premiere',
        'reaper',
        'audacity',
        'podcast',
        'archive',
      ]);
      expect(value.presets.every(({ builtIn, note }) => builtIn && note !== '')).toBe(true);
      expect(existsSync(join(folder, 'settings.json'))).toBe(false);
    }));

  it('keeps what was changed, and changes nothing else', () =>
    inTemporaryFolder(async (folder) => {
      const settings = await Settings.open(folder);
      const seen: number[] = [];
      settings.values.current.watch(({ revision }) => seen.push(revision));
      await Promise.all([
        settings.calls.change({ audio: { bitrate: 64_000 } }),
        settings.calls.change({ appearance: { theme: 'dark' }, shortcuts: { 'add-marker': 'Ctrl+M' } }),
      ]);
      await settings.setLibraryFolder('/music/sessions');
      const again = await Settings.open(folder);
      expect(again.current).toEqual({
        ...DEFAULT_SETTINGS,
        audio: { ...DEFAULT_SETTINGS.audio, bitrate: 64_000 },
        appearance: { theme: 'dark', textSize: 100 },
        shortcuts: { 'add-marker': 'Ctrl+M' },
      });
      expect(again.libraryFolder).toBe('/music/sessions');
      expect(seen).toEqual([1, 2, 3, 4]);
      await expect(settings.calls.change({ timecode: { zone: 'Mars/Olympus' } })).rejects.toThrow(
        'time zone',
      );
    }));

  it('adds, replaces and removes presets of the user, and leaves the built-in ones alone', () =>
    inTemporaryFolder(async (folder) => {
      const settings = await Settings.open(folder);
      const [first] = settings.values.current.value.presets;
      const choices = { ...(first?.choices ?? expect.fail()), align: 'trim' } as const;
      const { presetId } = await settings.calls.savePreset({ presetId: null, title: 'Mine', choices });
      await settings.calls.savePreset({ presetId, title: 'Ours', choices });
      await settings.calls.change({ export: { presetId } });
      const again = await Settings.open(folder);
      expect(again.values.current.value.presets.at(-1)).toEqual({
        presetId,
        title: 'Ours',
        note: '',
        builtIn: false,
        choices,
      });
      await again.calls.removePreset({ presetId });
      expect(again.values.current.value.presets).toHaveLength(7);
      expect(again.current.export.presetId).toBe('archive');
      await expect(again.calls.removePreset({ presetId })).rejects.toMatchObject({ code: 'not-found' });
      await expect(again.calls.removePreset({ presetId: 'resolve' })).rejects.toMatchObject({
        code: 'usage',
      });
      await expect(
        again.calls.savePreset({ presetId: 'resolve', title: 'Mine', choices }),
      ).rejects.toMatchObject({ code: 'usage' });
    }));

  it('keeps fields it does not know, and reads around values that make no sense', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'settings.json');
      const audio = { bitrate: 7, tuning: 'music', spatial: true };
      const given = { audio, appearance: null, language: 'nb-NO', future: [1] };
      const presets = [{ presetId: 'broken' }];
      writeFileSync(
        path,
        JSON.stringify({ format: 'tailslate-settings', version: 9, settings: given, presets, sync: {} }),
      );
      const settings = await Settings.open(folder);
      expect(settings.notice).toBeUndefined();
      expect(settings.current).toEqual({
        ...DEFAULT_SETTINGS,
        audio: { ...DEFAULT_SETTINGS.audio, tuning: 'music' },
        language: 'nb-NO',
      });
      await settings.calls.change({ language: null });
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
        version: 9,
        sync: {},
        settings: { future: [1], language: null, audio: { spatial: true, tuning: 'music', bitrate: 96_000 } },
      });
    }));

  it.each(['', '{"format":', '[]', '{"format":"other"}'])(
    'moves a file aside that is no settings: %s',
    (text) =>
      inTemporaryFolder(async (folder) => {
        const path = join(folder, 'settings.json');
        writeFileSync(path, text);
        const settings = await Settings.open(folder);
        expect(settings.notice).toMatchObject({
          kind: 'settings-reset',
          path: expect.stringContaining(`${path}.damaged`) as string,
        });
        expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text);
        expect(settings.current).toEqual(DEFAULT_SETTINGS);
        await settings.calls.change({ language: 'en' });
        expect((await Settings.open(folder)).current.language).toBe('en');
      }),
  );
});
