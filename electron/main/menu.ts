import type { MenuItemConstructorOptions } from 'electron';
import type { Command } from './commands.ts';
import { MESSAGES } from './messages.ts';

type Items = MenuItemConstructorOptions[];

export interface MenuParts {
  readonly platform: NodeJS.Platform;
  /** Reload and the developer tools are for those who build the program. */
  readonly developer: boolean;
  choose(commandId: string): void;
}

/**
 * The menu bar: what each system expects, and the window's commands in the order it gave them. Before the window
 * has spoken there are only the system's own items.
 */
export function menuTemplate(commands: readonly Command[], parts: MenuParts): Items {
  const mac = parts.platform === 'darwin';
  const of = (menu: string): Items =>
    commands.filter((command) => command.menu === menu).map((command) => item(command, parts));
  const { menus } = MESSAGES;
  const menu = (label: string, ...groups: readonly Items[]): MenuItemConstructorOptions => ({
    label: mac ? label.replace('&', '') : label,
    submenu: withSeparators(groups),
  });
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    menu(
      menus.file,
      [...of('file'), ...batchExport(of('export-batch'))],
      [mac ? { role: 'close' } : { role: 'quit' }],
    ),
    menu(
      menus.edit,
      [{ role: 'undo' }, { role: 'redo' }],
      [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'delete' }, { role: 'selectAll' }],
      of('edit'),
    ),
    menu(
      menus.view,
      of('view'),
      [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }],
      [{ role: 'togglefullscreen' }],
      parts.developer ? [{ role: 'reload' }, { role: 'toggleDevTools' }] : [],
    ),
    ...(of('session').length > 0 ? [menu(menus.session, of('session'))] : []),
    {
      ...menu(
        menus.window,
        [{ role: 'minimize' }, ...(mac ? ([{ role: 'zoom' }, { role: 'front' }] as const) : [])],
        of('window'),
        mac ? [] : [{ role: 'close' }],
      ),
      ...(mac ? { role: 'window' as const } : {}),
    },
    { ...menu(menus.help, of('help'), mac ? [] : [{ role: 'about' }]), role: 'help' },
  ];
}

function batchExport(items: Items): Items {
  return items.length === 0 ? [] : [{ label: MESSAGES.menus.batchExport, submenu: items }];
}

function withSeparators(groups: readonly Items[]): Items {
  const full = groups.filter((group) => group.length > 0);
  return full.flatMap((group, at) => (at === 0 ? group : [{ type: 'separator' as const }, ...group]));
}

function item(command: Command, parts: MenuParts): MenuItemConstructorOptions {
  return {
    id: command.id,
    // An ampersand in a preset's name is one, not a mnemonic.
    label: command.title.replaceAll('&', '&&'),
    enabled: command.enabled,
    ...(command.checked === null ? {} : { type: 'checkbox' as const, checked: command.checked }),
    ...accelerator(command.shortcut, parts.platform),
    click: () => parts.choose(command.id),
  };
}

const MODIFIER = '(?:CommandOrControl|CmdOrCtrl|Command|Cmd|Control|Ctrl|Alt|Option|Shift|Super|Meta)';
const KEY =
  "(?:[A-Za-z0-9]|F(?:[1-9]|1\\d|2[0-4])|Plus|Space|Tab|Backspace|Delete|Insert|Return|Enter|Up|Down|Left|Right|Home|End|PageUp|PageDown|Escape|Esc|[,./;'`\\[\\]\\\\=-])";
const ACCELERATOR = new RegExp(`^(?:${MODIFIER}\\+)*${KEY}$`);
const COMMANDING = new RegExp(
  '^(?:.*\\+)?(?:CommandOrControl|CmdOrCtrl|Command|Cmd|Control|Ctrl|Alt|Option|Super|Meta)\\+|^(?:Shift\\+)?F\\d+$',
);

/**
 * Electron throws for keys it does not know, and takes keys from the page: a bare M or Space would end typing in
 * text fields. Such keys are left to the page, and shown in the menu only where showing is not taking.
 */
function accelerator(
  shortcut: string | null,
  platform: NodeJS.Platform,
): Pick<MenuItemConstructorOptions, 'accelerator' | 'registerAccelerator'> {
  if (shortcut === null || !ACCELERATOR.test(shortcut)) return {};
  if (COMMANDING.test(shortcut)) return { accelerator: shortcut };
  return platform === 'darwin' ? {} : { accelerator: shortcut, registerAccelerator: false };
}
