import * as v from 'valibot';
import { describe, expect, test, vi } from 'vitest';
import { locale } from '../../renderer/messages/locale.svelte.ts';
import { acceleratorOf, normalAccelerator, shortcutText } from '../../renderer/state/shortcut.ts';
import { exportRequest } from '../../shared/ipc/contract/exports.ts';
import { AppError } from '../../shared/model/errors.ts';
import { open, settle } from '../support/gallery-window.ts';

const key = (
  name: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {},
) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('the library', () => {
  test('asks only for the pages in view, of ten thousand', async () => {
    const { window, api } = await open(10_000);
    const list = vi.spyOn(api.library, 'list');
    expect(window.library.total).toBe(10_016);
    window.library.show(5000, 5030);
    await settle();
    // And those beside it, for whoever scrolls on.
    expect(list.mock.calls.map(([{ offset }]) => offset)).toEqual([5000, 4900, 5100]);
    expect(window.library.row(5010)).toBeDefined();
    expect(window.library.row(3000)).toBeUndefined();
  });

  test('selects ranges beyond what was loaded, and everything', async () => {
    const { window } = await open(10_000);
    window.selection.only(3);
    await window.selection.extend(4002);
    expect(window.selection.ids.size).toBe(4000);
    expect(window.selection.sums).toBeNull();
    await window.selection.all();
    expect(window.selection.ids.size).toBe(10_016);
    window.selection.only(2);
    expect(window.selection.sums).toMatchObject({ tracks: 3, bytes: 171e6 });
  });

  test('renames in place, and takes it back', async () => {
    const { window } = await open();
    await window.library.rename('ep-47', '  The ferry ');
    expect(window.library.session('ep-47')?.title).toBe('The ferry');
    window.commands.run('edit.undo');
    await settle();
    expect(window.library.session('ep-47')?.title).toBe('Ep. 47 The ferry that never sailed');
    expect(window.toasts.canUndo).toBe(false);
  });

  test('a refused name goes back, and the reason is told', async () => {
    const { window, api } = await open();
    vi.spyOn(api.library, 'edit').mockRejectedValue(
      new AppError('unwritable', 'The disk is read-only.', { next: 'x' }),
    );
    await window.library.rename('ep-47', 'Other');
    expect(window.library.session('ep-47')?.title).toContain('ferry');
    expect(window.toasts.items.at(-1)).toMatchObject({ message: 'The disk is read-only.', next: 'x' });
  });

  test('moves to the trash and brings back', async () => {
    const { window } = await open();
    window.selection.only(2);
    window.commands.run('edit.trash');
    await settle();
    expect(window.library.total).toBe(15);
    window.toasts.items.at(-1)?.action?.run();
    await settle();
    expect(window.library.total).toBe(16);
  });

  test('says what went wrong, and tries again', async () => {
    const { window } = await open(0, 'error');
    expect(window.library.failure).toBeInstanceOf(AppError);
    expect(window.library.total).toBeNull();
  });
});

describe('the export sheet', () => {
  test('plans once the person pauses, for what is left in', async () => {
    const { window, api, tick } = await open();
    const plan = vi.spyOn(api.exports, 'plan');
    window.selection.only(2);
    await window.openSheet(null);
    window.sheet.togglePlayer('ep-47', 'TB');
    window.sheet.set({ formats: ['m4a'] });
    expect(plan).not.toHaveBeenCalled();
    await tick();
    expect(plan).toHaveBeenCalledTimes(1);
    expect(plan.mock.calls[0]?.[0].selection).toEqual([{ sessionId: 'ep-47', playerIds: ['MS', 'IC'] }]);
    expect(window.sheet.plan?.files).toHaveLength(2);
    expect(window.sheet.unchanged).toBe(false);
  });

  test('asks for nothing while something is missing', async () => {
    const { window, tick } = await open();
    window.selection.only(2);
    await window.openSheet(null);
    window.sheet.toggleSession('ep-47');
    await tick();
    expect(window.sheet.request).toBeNull();
    window.sheet.selectAll();
    window.sheet.set({ formats: [] });
    expect(window.sheet.request).toBeNull();
  });

  test('tells where players stand in a mix-down, and only where one is made', async () => {
    const { window } = await open();
    window.selection.only(2);
    await window.openSheet(null);
    const { sheet } = window;
    sheet.mix.set('ep-47', 'TB', { panPercent: -20 });
    sheet.mix.set('ep-47', 'TB', { gainDb: 1.5 });
    sheet.mix.set('ep-47', 'IC', { gainDb: 3 });
    sheet.mix.set('ep-47', 'IC', { gainDb: 0 });
    sheet.set({ formats: ['m4a'] });
    expect(sheet.request?.selection).toEqual([{ sessionId: 'ep-47', playerIds: null }]);
    sheet.set({ formats: ['m4a', 'mix-ogg'], mixKbps: 96 });
    const moved = { playerId: 'TB', panPercent: -20, gainDb: 1.5 };
    expect(sheet.request?.selection).toEqual([{ sessionId: 'ep-47', playerIds: null, mixPlaces: [moved] }]);
    expect(sheet.request?.choices.mixKbps).toBe(96);
    expect(v.safeParse(exportRequest, sheet.request).success).toBe(true);
    // Whoever is left out is not spoken of, and stands where they stood when they are back.
    sheet.togglePlayer('ep-47', 'TB');
    expect(sheet.request?.selection).toEqual([{ sessionId: 'ep-47', playerIds: ['MS', 'IC'] }]);
    sheet.togglePlayer('ep-47', 'TB');
    sheet.close();
    await window.openSheet(null);
    sheet.set({ formats: ['mix'] });
    expect(sheet.request?.selection[0]?.mixPlaces).toEqual([moved]);
    sheet.mix.reset('ep-47');
    expect(sheet.request?.selection[0]).toEqual({ sessionId: 'ep-47', playerIds: null });
  });

  test('stays open with the reason when starting is refused', async () => {
    const { window, api } = await open();
    const full = new AppError('no-space', 'The disk is full.');
    vi.spyOn(api.exports, 'start').mockRejectedValue(full);
    window.selection.only(2);
    await window.openSheet(null);
    expect(await window.sheet.start()).toBeUndefined();
    expect(window.sheet.open).toBe(true);
    expect(window.sheet.failure).toBe(full);
  });
});

describe('commands', () => {
  test('run by their keys, unless a text field has them', async () => {
    const { window } = await open();
    expect(window.commands.press(key(',', { ctrlKey: true }), true)).toBe(true);
    expect(window.navigation.place).toBe('settings');
    expect(window.commands.press(key('a', { ctrlKey: true }), true)).toBe(false);
    expect(window.commands.press(key('e', { ctrlKey: true }), false)).toBe(false);
  });

  test('changed keys count, and a conflict is found', async () => {
    const { window } = await open();
    await window.settings.change({ shortcuts: { 'view.exports': 'Alt+X', 'view.record': '' } });
    expect(window.commands.press(key('x', { altKey: true }), false)).toBe(true);
    expect(window.navigation.place).toBe('exports');
    expect(window.commands.press(key('1', { ctrlKey: true }), false)).toBe(false);
    const ids = window.commands.conflicts('view.library', 'Alt+X').map(({ id }) => id);
    expect(ids).toEqual(['view.exports']);
  });

  test('the same keys may mean different things in different places, and only there', async () => {
    const { window } = await open();
    const { commands } = window;
    const ids = (id: string, keys: string): string[] => commands.conflicts(id, keys).map((other) => other.id);
    expect([commands.keys('session.addMarker'), commands.keys('record.marker')]).toEqual(['M', 'M']);
    expect(ids('session.addMarker', 'M')).toEqual([]);
    expect(ids('record.marker', 'm')).toEqual([]);
    expect(ids('session.play', 'M')).toEqual(['session.addMarker']);
    // Keys that hold everywhere are in the way of both.
    expect(ids('view.library', 'M')).toEqual(['record.marker', 'session.addMarker']);
    expect(ids('session.addMarker', 'CmdOrCtrl+2')).toEqual(['view.library']);
    // No two commands come with keys that meet.
    for (const { id, keys } of commands.list) expect([id, ids(id, keys ?? '')]).toEqual([id, []]);
  });

  test('M marks in the session that is open, and nowhere else', async () => {
    const { window, api } = await open();
    const put = vi.spyOn(api.library, 'putMarker');
    expect(window.commands.press(key('m'), false)).toBe(false);
    window.navigation.openSession('ep-48');
    const end = window.session.follow('ep-48');
    await settle();
    expect(window.commands.press(key('m'), false)).toBe(true);
    await settle();
    expect(put).toHaveBeenCalledOnce();
    end();
  });

  test('a preset is an item of batch export', async () => {
    const { window, api } = await open();
    const start = vi.spyOn(api.exports, 'start');
    expect(window.commands.isEnabled('export.preset.archive')).toBe(false);
    window.selection.only(2);
    window.commands.run('export.preset.archive');
    await settle();
    expect(start.mock.calls[0]?.[0]).toMatchObject({
      presetId: 'archive',
      outFolder: '/media/Winter season',
    });
    expect(window.commands.describe().filter(({ menu }) => menu === 'export-batch')).toHaveLength(6);
  });
});

test('keys are written one way, and as each system and language shows them', async () => {
  expect(acceleratorOf(key('o', { ctrlKey: true, shiftKey: true }), false)).toBe('CmdOrCtrl+Shift+O');
  expect(acceleratorOf(key('+', { ctrlKey: true, shiftKey: true }), false)).toBe('CmdOrCtrl+Plus');
  expect(acceleratorOf(key('Shift', { shiftKey: true }), false)).toBeNull();
  expect(normalAccelerator('Shift+Ctrl+o')).toBe('CmdOrCtrl+Shift+O');
  expect(shortcutText('CmdOrCtrl+Shift+O', true)).toBe('⌘⇧O');
  expect(shortcutText('CmdOrCtrl+Shift+O', false)).toBe('Ctrl Shift O');
  expect(shortcutText('CmdOrCtrl+Left', false)).toBe('Ctrl ←');
  await locale.use('de', 'de-DE');
  expect(shortcutText('CmdOrCtrl+Shift+Home', false)).toBe('Strg Umschalt Pos1');
  await locale.use('en', 'en-GB');
});
