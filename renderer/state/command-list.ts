import { t } from '../messages/locale.svelte.ts';
import type { Command } from './commands.svelte.ts';
import { sessionCommands } from './session-commands.ts';
import type { WindowState } from './window.svelte.ts';

const TEXT_SIZES = [80, 90, 100, 110, 125, 150, 175, 200] as const;

/** Everything that menus, keys and buttons can have done, in the order of the menus. */
export function commandList(window: WindowState): Command[] {
  return [
    ...fileCommands(window),
    ...exportCommands(window),
    ...editCommands(window),
    ...viewCommands(window),
    ...recordCommands(window),
    ...sessionCommands(window),
    ...helpCommands(window),
  ];
}

function fileCommands(window: WindowState): Command[] {
  const { folders, adding, navigation } = window;
  const hasOne = (): boolean => window.targets.length === 1;
  return [
    {
      id: 'file.newRecording',
      menu: 'file',
      title: () => t('command.newRecording'),
      keys: 'CmdOrCtrl+N',
      run: () => navigation.go('record'),
    },
    {
      id: 'file.open',
      menu: 'file',
      title: () => t('command.open'),
      keys: 'CmdOrCtrl+O',
      run: async () => adding.bring(await folders.pick({ title: t('adding.openTitle'), kind: 'folder' })),
    },
    {
      id: 'file.import',
      menu: 'file',
      title: () => t('command.import'),
      keys: 'CmdOrCtrl+I',
      run: async () => adding.bring(await folders.pick({ title: t('adding.importTitle'), kind: 'paths' })),
    },
    {
      id: 'file.sample',
      menu: 'file',
      title: () => t('command.sample'),
      keys: 'CmdOrCtrl+Shift+O',
      run: () => adding.sample(),
    },
    {
      id: 'file.export',
      menu: 'file',
      title: () => t('command.export'),
      keys: 'CmdOrCtrl+E',
      enabled: () => window.targets.length > 0,
      run: () => window.openSheet(null),
    },
    ...(window.info.abilities.reveal
      ? [
          {
            id: 'file.reveal',
            menu: 'file',
            title: () => t('command.reveal'),
            keys: 'CmdOrCtrl+Shift+R',
            enabled: hasOne,
            run: async () => {
              const [sessionId] = window.targets;
              if (sessionId === undefined) return;
              const { folder } = await window.api.library.get({ sessionId });
              await window.api.desktop.reveal({ path: folder });
            },
          } as const,
        ]
      : []),
  ];
}

/** Batch export: an item for each preset, and one that asks. */
function exportCommands(window: WindowState): Command[] {
  const enabled = (): boolean => window.targets.length > 0;
  return [
    ...window.settings.presets.map(({ presetId, title }): Command => ({
      id: `export.preset.${presetId}`,
      menu: 'export-batch',
      title: () => title,
      enabled,
      run: () => window.exportNow(presetId),
    })),
    {
      id: 'export.custom',
      menu: 'export-batch',
      title: () => t('command.exportCustom'),
      keys: 'CmdOrCtrl+Shift+E',
      enabled,
      run: () => window.openSheet(null),
    },
  ];
}

function editCommands(window: WindowState): Command[] {
  const { navigation, library, selection, toasts } = window;
  const inLibrary = (): boolean => navigation.place === 'library';
  return [
    {
      id: 'edit.undo',
      menu: 'edit',
      title: () => t('common.undo'),
      keys: 'CmdOrCtrl+Z',
      enabled: () => toasts.canUndo,
      run: () => toasts.undo(),
    },
    {
      id: 'edit.selectAll',
      menu: 'edit',
      scope: 'library',
      title: () => t('command.selectAll'),
      keys: 'CmdOrCtrl+A',
      enabled: inLibrary,
      run: () => selection.all(),
    },
    {
      id: 'edit.rename',
      menu: 'edit',
      scope: 'library',
      title: () => t('command.rename'),
      keys: 'F2',
      enabled: () => inLibrary() && library.row(selection.focus) !== undefined,
      run: () => {
        library.renaming = library.row(selection.focus)?.sessionId ?? null;
      },
    },
    {
      id: 'edit.trash',
      menu: 'edit',
      scope: 'library',
      title: () => t('command.trash'),
      keys: 'CmdOrCtrl+Backspace',
      enabled: () => inLibrary() && selection.ids.size > 0,
      run: async () => {
        const { list } = selection;
        const gone = await library.trash(list);
        // What was refused stays chosen.
        selection.leave(gone);
      },
    },
    {
      id: 'edit.find',
      menu: 'edit',
      title: () => t('command.find'),
      keys: 'CmdOrCtrl+F',
      run: () => {
        if (navigation.place !== 'exports') navigation.go('library');
        window.findSerial += 1;
      },
    },
  ];
}

function viewCommands(window: WindowState): Command[] {
  const { navigation, settings } = window;
  const place = (name: 'record' | 'library' | 'exports' | 'settings', keys: string): Command => ({
    id: `view.${name}`,
    menu: 'view',
    title: () => t(`place.${name}`),
    keys,
    checked: () => navigation.place === name,
    run: () => navigation.go(name),
  });
  const theme = (name: 'system' | 'dark' | 'light'): Command => ({
    id: `view.theme.${name}`,
    menu: 'view',
    title: () => t(`command.theme.${name}`),
    checked: () => settings.values?.appearance.theme === name,
    run: () => settings.change({ appearance: { theme: name } }),
  });
  const size = (): number => settings.values?.appearance.textSize ?? 100;
  return [
    place('record', 'CmdOrCtrl+1'),
    place('library', 'CmdOrCtrl+2'),
    place('exports', 'CmdOrCtrl+3'),
    place('settings', 'CmdOrCtrl+,'),
    {
      id: 'view.larger',
      menu: 'view',
      title: () => t('command.larger'),
      keys: 'CmdOrCtrl+Plus',
      enabled: () => size() < 200,
      run: () =>
        settings.change({ appearance: { textSize: TEXT_SIZES.find((other) => other > size()) ?? 200 } }),
    },
    {
      id: 'view.smaller',
      menu: 'view',
      title: () => t('command.smaller'),
      keys: 'CmdOrCtrl+-',
      enabled: () => size() > 80,
      run: () =>
        settings.change({ appearance: { textSize: TEXT_SIZES.findLast((other) => other < size()) ?? 80 } }),
    },
    {
      id: 'view.normalSize',
      menu: 'view',
      title: () => t('command.normalSize'),
      keys: 'CmdOrCtrl+0',
      enabled: () => size() !== 100,
      run: () => settings.change({ appearance: { textSize: 100 } }),
    },
    theme('system'),
    theme('dark'),
    theme('light'),
  ];
}

function recordCommands(window: WindowState): Command[] {
  return [
    {
      id: 'record.toggle',
      menu: 'session',
      scope: 'record',
      title: () => (window.recording === null ? t('record.record') : t('record.stop')),
      keys: 'CmdOrCtrl+R',
      enabled: () =>
        window.navigation.place === 'record' && (window.recording !== null || window.record.canStart),
      run: () => (window.recording === null ? window.record.begin() : window.record.end()),
    },
    {
      id: 'record.marker',
      menu: 'session',
      scope: 'record',
      title: () => t('record.marker'),
      keys: 'M',
      enabled: () => window.navigation.place === 'record' && window.record.mine,
      run: (atMillis) => window.record.mark('marker', performance.timeOrigin + atMillis),
    },
    {
      id: 'record.slate',
      menu: 'view',
      title: () => t('record.slate'),
      keys: 'F9',
      enabled: () => window.recording !== null,
      run: () => {
        window.record.slateOpen = true;
      },
    },
  ];
}

function helpCommands(window: WindowState): Command[] {
  return [
    {
      id: 'help.shortcuts',
      menu: 'help',
      title: () => t('command.shortcuts'),
      keys: 'CmdOrCtrl+/',
      run: () => {
        window.dialog = 'shortcuts';
      },
    },
    {
      id: 'help.report',
      menu: 'help',
      title: () => t('command.report'),
      run: () => {
        window.dialog = 'report';
      },
    },
    {
      id: 'help.about',
      menu: 'help',
      title: () => t('command.about'),
      run: () => window.navigation.openSettings('about'),
    },
  ];
}
