import { describe, expect, test, vi } from 'vitest';
import { AppError } from '../../shared/model/errors.ts';
import { open, settle } from '../support/gallery-window.ts';

const undo = async (window: Awaited<ReturnType<typeof open>>['window']): Promise<void> => {
  window.commands.run('edit.undo');
  await settle();
};

describe('undo in the settings', () => {
  test('takes back values, group by group, one edit at a time', async () => {
    const { window } = await open();
    const { settings } = window;
    await settings.edit({ appearance: { theme: 'light' } });
    await settings.edit({ appearance: { textSize: 125 }, durabilityMillis: 2000 });
    expect(window.toasts.items.filter(({ action }) => action !== null)).toHaveLength(1);
    await undo(window);
    expect(settings.values?.appearance).toEqual({ theme: 'light', textSize: 100 });
    expect(settings.values?.durabilityMillis).toBe(500);
    await undo(window);
    expect(settings.values?.appearance.theme).toBe('dark');
    expect(window.toasts.canUndo).toBe(false);
  });

  test('takes back shortcuts, those that were taken from another command too', async () => {
    const { window } = await open();
    await window.settings.edit({ shortcuts: { 'view.library': 'Alt+L' } });
    await window.settings.edit({ shortcuts: { 'view.library': 'CmdOrCtrl+3', 'view.exports': '' } });
    expect(window.commands.keys('view.exports')).toBeNull();
    await undo(window);
    expect(window.commands.keys('view.exports')).toBe('CmdOrCtrl+3');
    expect(window.commands.keys('view.library')).toBe('Alt+L');
    await undo(window);
    expect(window.settings.values?.shortcuts).toEqual({});
  });

  test('brings a preset back with its id, and chosen if it was', async () => {
    const { window } = await open();
    const { settings } = window;
    const [first] = settings.presets;
    if (first === undefined) throw new Error('there are presets');
    const own = await settings.savePreset(null, 'Mine', first.choices);
    const presetId = own?.presetId ?? '';
    await settings.savePreset(presetId, 'Ours', { ...first.choices, offsetFrames: 12 });
    await settings.change({ export: { presetId } });
    const named = () => settings.presets.find((preset) => preset.presetId === presetId);
    await settings.removePreset(presetId);
    expect(named()).toBeUndefined();
    await undo(window);
    expect(named()).toMatchObject({ title: 'Ours', choices: { offsetFrames: 12 } });
    expect(settings.values?.export.presetId).toBe(presetId);
    await undo(window);
    expect(named()).toMatchObject({ title: 'Mine', choices: { offsetFrames: first.choices.offsetFrames } });
    await undo(window);
    expect(named()).toBeUndefined();
  });

  test('what was refused is told, stays as it was and cannot be taken back', async () => {
    const { window, api } = await open();
    const full = new AppError('no-space', 'The disk is full.', { next: 'Make room.' });
    vi.spyOn(api.settings, 'change').mockRejectedValue(full);
    vi.spyOn(api.settings, 'removePreset').mockRejectedValue(full);
    await window.settings.edit({ appearance: { theme: 'light' } });
    await window.settings.removePreset(window.settings.presets[0]?.presetId ?? '');
    expect(window.settings.values?.appearance.theme).toBe('dark');
    expect(window.toasts.items.map(({ message }) => message)).toEqual([full.message, full.message]);
    expect(window.toasts.canUndo).toBe(false);
  });

  test('an edit that changes nothing is none', async () => {
    const { window, api } = await open();
    const change = vi.spyOn(api.settings, 'change');
    await window.settings.edit({ appearance: { theme: 'dark' } });
    expect(change).not.toHaveBeenCalled();
  });
});
