import { isMessage, worded } from '../messages/locale.svelte.ts';

/** The parts of a key event that say which keys are down. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> &
  Partial<Pick<KeyboardEvent, 'timeStamp'>>;

const NAMED: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  '+': 'Plus',
  Escape: 'Esc',
};
const MODIFIER_KEYS = ['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'CapsLock', 'Dead', 'Process'];
const ARROWS: Readonly<Record<string, string>> = {
  Up: '↑',
  Down: '↓',
  Left: '←',
  Right: '→',
  Plus: '+',
  '-': '−',
};
const SYMBOLS: Readonly<Record<string, string>> = {
  CmdOrCtrl: '⌘',
  Alt: '⌥',
  Shift: '⇧',
  Backspace: '⌫',
};

/** Keys in Electron's accelerator syntax, such as `CmdOrCtrl+Shift+O`; null for a modifier alone. */
export function acceleratorOf(press: KeyPress, mac: boolean): string | null {
  if (MODIFIER_KEYS.includes(press.key)) return null;
  const single = Array.from(press.key).length === 1;
  const key = NAMED[press.key] ?? (single ? press.key.toUpperCase() : press.key);
  const main = mac ? press.metaKey : press.ctrlKey;
  // Shift makes other characters of keys that are not letters: "?" is "?" however it was typed.
  const shift = press.shiftKey && (!single || /\p{L}/u.test(press.key) || press.key === ' ');
  return [
    ...(main ? ['CmdOrCtrl'] : []),
    ...(press.altKey ? ['Alt'] : []),
    ...(shift ? ['Shift'] : []),
    key,
  ].join('+');
}

/** The same keys written in one way, for comparing. */
export function normalAccelerator(text: string): string {
  const parts = text.split('+').map((part) => part.trim());
  const key = parts.at(-1) ?? '';
  const has = (name: string): boolean => parts.slice(0, -1).some((part) => part.toLowerCase() === name);
  const main = ['cmdorctrl', 'commandorcontrol', 'ctrl', 'cmd'].some(has);
  return [
    ...(main ? ['CmdOrCtrl'] : []),
    ...(has('alt') ? ['Alt'] : []),
    ...(has('shift') ? ['Shift'] : []),
    key.length === 1 ? key.toUpperCase() : key,
  ].join('+');
}

/** As the system at hand writes keys, in the language of the window: "Ctrl Shift O", "Strg Umschalt O", or "⌘⇧O". */
export function shortcutText(accelerator: string, mac: boolean): string {
  const parts = normalAccelerator(accelerator).split('+');
  const named = (part: string): string => {
    const symbol = ARROWS[part] ?? (mac ? SYMBOLS[part] : undefined);
    const key: string = `key.${part}`;
    return symbol ?? (isMessage(key) ? worded(key, {}) : part);
  };
  return parts.map(named).join(mac ? '' : ' ');
}

/** The same for `aria-keyshortcuts`. */
export function spokenShortcut(accelerator: string, mac: boolean): string {
  return normalAccelerator(accelerator).replace('CmdOrCtrl', mac ? 'Meta' : 'Control');
}
