import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Implementation, Infer } from '../../../shared/ipc/declare.ts';
import type { settingsDomain } from '../../../shared/ipc/contract/settings.ts';
import { WatchedValue } from '../../../shared/ipc/watched-value.ts';
import { AppError } from '../../../shared/model/errors.ts';
import type { LibraryNotice } from '../../../shared/model/library-notice.ts';
import { PRESETS } from '../../../shared/model/presets.ts';
import { startTimecode } from '../../../shared/time/start-timecode.ts';
import { timecodeRate } from '../../../shared/time/timecode.ts';
import { moveAside } from '../../io/move-aside.ts';
import { replaceFile } from '../../io/replace-file.ts';
import { readSmallFile } from '../../io/small-file.ts';
import { Turns } from '../turns.ts';
import type { SettingsValue } from './default-settings.ts';
import {
  EMPTY_DOCUMENT,
  parseSettings,
  type PresetValue,
  serialiseSettings,
  type SettingsDocument,
} from './settings-file.ts';

type Current = Infer<(typeof settingsDomain)['values']['current']>;
type Change = Infer<(typeof settingsDomain)['calls']['change']['input']>;

/** In the user data folder. */
const SETTINGS_FILE = 'settings.json';

/** As many as a menu can show. */
const MOST_PRESETS = 200;

const BUILT_IN: readonly PresetValue[] = PRESETS.map(({ id, ...preset }) => ({
  ...preset,
  presetId: id,
  builtIn: true,
}));

/** What a person chose once and for all, and their presets: `Implementation` of the contract's settings. */
export class Settings implements Implementation<typeof settingsDomain> {
  readonly values: { readonly current: WatchedValue<Current> };
  readonly calls: Implementation<typeof settingsDomain>['calls'];
  /** Set when settings.json could not be read: what happened, for a notice. */
  readonly notice: LibraryNotice | undefined;
  readonly #path: string;
  readonly #turns = new Turns();
  #document: SettingsDocument;

  private constructor(path: string, document: SettingsDocument, notice: LibraryNotice | undefined) {
    this.#path = path;
    this.#document = document;
    this.notice = notice;
    this.values = { current: new WatchedValue(currentOf(document)) };
    this.calls = {
      get: () => Promise.resolve(this.current),
      change: (change) => this.#change(change),
      savePreset: (input) => this.#savePreset(input),
      removePreset: ({ presetId }) => this.#removePreset(presetId),
    };
  }

  /**
   * Reads the settings of a user data folder. A file that is no settings file is moved aside and `notice` says so.
   * @throws AppError when it is there but cannot be read.
   */
  static async open(userDataFolder: string): Promise<Settings> {
    const path = join(userDataFolder, SETTINGS_FILE);
    const bytes = await readSmallFile(path);
    const document = bytes === undefined ? EMPTY_DOCUMENT : parseSettings(bytes);
    if (document !== undefined) return new Settings(path, document, undefined);
    const aside = await moveAside(path);
    return new Settings(path, EMPTY_DOCUMENT, { kind: 'settings-reset', path: aside });
  }

  /** The library folder that was chosen in a user data folder, for those who only look. @throws AppError as open. */
  static async libraryFolderOf(userDataFolder: string): Promise<string | undefined> {
    const bytes = await readSmallFile(join(userDataFolder, SETTINGS_FILE));
    return (bytes === undefined ? undefined : parseSettings(bytes)?.libraryFolder) ?? undefined;
  }

  /** What there is of settings in a user data folder, for those who only look. @throws AppError as open. */
  static async conditionOf(userDataFolder: string): Promise<'missing' | 'damaged' | 'whole'> {
    const bytes = await readSmallFile(join(userDataFolder, SETTINGS_FILE));
    if (bytes === undefined) return 'missing';
    return parseSettings(bytes) === undefined ? 'damaged' : 'whole';
  }

  get current(): SettingsValue {
    return this.#document.settings;
  }

  /** The library folder that was chosen; undefined where the host's own choice counts. */
  get libraryFolder(): string | undefined {
    return this.#document.libraryFolder ?? undefined;
  }

  /** Remembers the library folder for the next start. @throws AppError when it cannot be written. */
  setLibraryFolder(libraryFolder: string): Promise<void> {
    return this.#write((document) => ({ ...document, libraryFolder }));
  }

  async #change(change: Change): Promise<SettingsValue> {
    const zone = change.timecode?.zone ?? 'utc';
    // Says so when there is no such zone.
    startTimecode({ t0UnixMicros: 0, rate: timecodeRate('25'), zone, offsetFrames: 0 });
    await this.#write((document) => ({ ...document, settings: changed(document.settings, change) }));
    return this.current;
  }

  async #savePreset({
    presetId,
    title,
    choices,
  }: Infer<(typeof settingsDomain)['calls']['savePreset']['input']>): Promise<PresetValue> {
    refuseBuiltIn(presetId, 'changed');
    const saved: PresetValue = {
      presetId: presetId ?? randomUUID(),
      title,
      note: '',
      builtIn: false,
      choices,
    };
    if (title.trim() === '') throw new AppError('usage', 'A preset needs a name.', { next: 'Type one.' });
    await this.#write((document) => {
      const at = document.presets.findIndex((preset) => preset.presetId === presetId);
      if (at === -1 && document.presets.length >= MOST_PRESETS) {
        throw new AppError('usage', `There are ${MOST_PRESETS} presets already.`, {
          next: 'Remove one first.',
        });
      }
      const presets = at === -1 ? [...document.presets, saved] : document.presets.with(at, saved);
      return { ...document, presets };
    });
    return saved;
  }

  async #removePreset(presetId: string): Promise<Record<string, never>> {
    refuseBuiltIn(presetId, 'removed');
    await this.#write((document) => {
      const presets = document.presets.filter((preset) => preset.presetId !== presetId);
      if (presets.length === document.presets.length) throw noPreset(presetId);
      // What is chosen must exist.
      const { settings } = document;
      if (settings.export.presetId !== presetId) return { ...document, presets };
      return { ...document, presets, settings: changed(settings, { export: { presetId: 'archive' } }) };
    });
    return {};
  }

  /** The file first: what others are told has been written. */
  #write(change: (document: SettingsDocument) => SettingsDocument): Promise<void> {
    return this.#turns.take(async () => {
      const document = change(this.#document);
      await replaceFile(this.#path, serialiseSettings(document));
      this.#document = document;
      this.values.current.set(currentOf(document));
    });
  }
}

function currentOf({ settings, presets }: SettingsDocument): Current {
  return { settings, presets: [...BUILT_IN, ...presets] };
}

function changed(settings: SettingsValue, change: Change): SettingsValue {
  return {
    ...settings,
    ...defined(change),
    audio: { ...settings.audio, ...defined(change.audio) },
    timecode: { ...settings.timecode, ...defined(change.timecode) },
    export: { ...settings.export, ...defined(change.export) },
    appearance: { ...settings.appearance, ...defined(change.appearance) },
  };
}

/** The fields that are set: one that is there as undefined must not erase what was chosen. */
function defined<T extends object>(change: T | undefined): Defined<T> {
  return Object.fromEntries(
    Object.entries(change ?? {}).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function refuseBuiltIn(presetId: string | null, what: string): void {
  const builtIn = BUILT_IN.find((preset) => preset.presetId === presetId);
  if (builtIn === undefined) return;
  throw new AppError('usage', `"${builtIn.title}" comes with the program and cannot be ${what}.`, {
    next: 'Save it under another name.',
  });
}

function noPreset(presetId: string): AppError {
  return new AppError('not-found', `There is no preset ${presetId}.`, { next: 'Save it as a new one.' });
}
