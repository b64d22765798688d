import type { Api } from '../../shared/ipc/contract.ts';
import { acceleratorOf, normalAccelerator, shortcutText, type KeyPress } from './shortcut.ts';

export type MenuId = 'file' | 'export-batch' | 'edit' | 'view' | 'session' | 'window' | 'help';
/** Menus in the order of the menu bar; `export-batch` opens within file. */
export const MENUS: readonly MenuId[] = ['file', 'export-batch', 'edit', 'view', 'session', 'window', 'help'];

/** Places in which some commands hold; the same keys may mean another thing elsewhere. */
type Scope = 'library' | 'session' | 'record';

/** Something a person can have done, however they ask for it. */
export interface Command {
  readonly id: string;
  readonly menu: MenuId;
  readonly title: () => string;
  /** Keys unless the settings say otherwise, in Electron's syntax. */
  readonly keys?: string;
  /** The one place it holds in; everywhere without. */
  readonly scope?: Scope;
  readonly enabled?: () => boolean;
  readonly checked?: () => boolean;
  /** @param atMillis of the page's clock, when the key or button was pressed: a busy page comes to it later. */
  readonly run: (atMillis: number) => unknown;
}

/** The one list of commands: buttons, keys, menus of ours and of the system run what stands in it. */
export class Commands {
  list = $state.raw<readonly Command[]>([]);
  mac = $state(false);
  readonly #changed: () => Readonly<Record<string, string>>;
  readonly #failed: (error: unknown) => void;

  /**
   * @param changed keys by command id, where the person chose others; an empty string for none
   * @param failed is told of what a command throws
   */
  constructor(changed: () => Readonly<Record<string, string>>, failed: (error: unknown) => void) {
    this.#changed = changed;
    this.#failed = failed;
  }

  get(id: string): Command | undefined {
    return this.list.find((command) => command.id === id);
  }

  keys(id: string): string | null {
    const keys = this.#changed()[id] ?? this.get(id)?.keys ?? '';
    return keys === '' ? null : keys;
  }

  /** The command's keys as this system writes them; an empty string without. */
  keysText(id: string): string {
    const keys = this.keys(id);
    return keys === null ? '' : shortcutText(keys, this.mac);
  }

  isEnabled(id: string): boolean {
    const command = this.get(id);
    return command !== undefined && (command.enabled?.() ?? true);
  }

  /** @param atMillis when it was asked for, by the page's clock. */
  run(id: string, atMillis = performance.now()): void {
    const command = this.get(id);
    if (command === undefined || !this.isEnabled(id)) return;
    void (async () => {
      try {
        await command.run(atMillis);
      } catch (error) {
        this.#failed(error);
      }
    })();
  }

  /** Runs the command of these keys. @returns whether there was one. */
  press(press: KeyPress, inTextField: boolean): boolean {
    const pressed = acceleratorOf(press, this.mac);
    if (pressed === null) return false;
    // Within a text field plain keys write, and the keys of editing are the field's own.
    if (
      inTextField &&
      (!pressed.includes('CmdOrCtrl') || /^CmdOrCtrl\+(?:Shift\+)?[ACVXZY]$|Backspace/.test(pressed))
    )
      return false;
    const command = this.list.find(({ id }) => this.#is(id, pressed) && this.isEnabled(id));
    if (command === undefined) return false;
    this.run(command.id, press.timeStamp);
    return true;
  }

  /** Other commands that these keys would run in a place where this command holds too. */
  conflicts(id: string, keys: string): readonly Command[] {
    if (keys === '') return [];
    const wanted = normalAccelerator(keys);
    const scope = this.get(id)?.scope;
    return this.list.filter(
      (other) =>
        other.id !== id &&
        this.#is(other.id, wanted) &&
        (scope === undefined || other.scope === undefined || other.scope === scope),
    );
  }

  /** What a menu bar of the system's has to show. */
  describe(): Parameters<Api['app']['describeCommands']>[0]['commands'] {
    return this.list.map((command) => ({
      id: command.id,
      title: command.title(),
      menu: command.menu,
      shortcut: this.keys(command.id),
      enabled: this.isEnabled(command.id),
      checked: command.checked?.() ?? null,
    }));
  }

  #is(id: string, pressed: string): boolean {
    const keys = this.keys(id);
    return keys !== null && normalAccelerator(keys) === pressed;
  }
}
