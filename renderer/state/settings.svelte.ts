import type { Api } from '../../shared/ipc/contract.ts';
import type { Preset, Settings as Values, SettingsChange } from '../host/api-types.ts';
import { t } from '../messages/locale.svelte.ts';
import { presetInWords } from '../messages/service-words.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What the person chose, as the program keeps it. */
export class Settings {
  values = $state.raw<Values | null>(null);
  #presets = $state.raw<readonly Preset[]>([]);
  /** In the window's words. */
  readonly presets: readonly Preset[] = $derived(this.#presets.map(presetInWords));
  /** The preset that an export without questions takes. */
  readonly preset = $derived(
    this.presets.find(({ presetId }) => presetId === this.values?.export.presetId) ?? this.presets[0],
  );
  readonly #api: Api;
  readonly #toasts: Toasts;

  constructor(api: Api, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
  }

  start(): () => void {
    return this.#api.watch('settings.current', ({ value }) => {
      this.values = value.settings;
      this.#presets = value.presets;
    });
  }

  /** Saves at once; what was refused is told and the old value stays. @returns whether it was saved. */
  async change(change: SettingsChange): Promise<boolean> {
    const saved = (await this.#toasts.attempt(this.#set(change))) !== undefined;
    // A control that was moved shows the saved value again, also where saving failed.
    if (!saved && this.values !== null) this.values = { ...this.values };
    return saved;
  }

  /** A change in the settings place: as `change`, and it can be taken back. */
  async edit(change: SettingsChange): Promise<void> {
    if (this.values === null) return;
    const before = partOf(this.values, change);
    if (JSON.stringify(before) === JSON.stringify(change)) return;
    if (await this.change(change)) this.#toasts.sayUndoable(t('settings.saved'), () => this.#set(before));
  }

  /** @param presetId null for a new one. @returns the preset as it is now, undefined where it was refused. */
  async savePreset(
    presetId: string | null,
    title: string,
    choices: Preset['choices'],
  ): Promise<Preset | undefined> {
    const before = this.presets.find((preset) => preset.presetId === presetId);
    const saved = await this.#toasts.attempt(this.#api.settings.savePreset({ presetId, title, choices }));
    if (saved === undefined) {
      // The fields show what is kept.
      this.#presets = this.#presets.map((preset) => ({ ...preset }));
    } else if (before === undefined) {
      this.#toasts.sayUndoable(t('presets.added', { preset: title }), () =>
        this.#api.settings.removePreset({ presetId: saved.presetId }),
      );
    } else {
      this.#toasts.sayUndoable(t('presets.saved', { preset: title }), () => this.#restore(before));
    }
    return saved;
  }

  /** Can be taken back: the preset has its id again, and is the chosen one if it was. */
  async removePreset(presetId: string): Promise<void> {
    const before = this.presets.find((preset) => preset.presetId === presetId);
    if (before === undefined) return;
    const wasChosen = this.values?.export.presetId === presetId;
    const removed = await this.#toasts.attempt(this.#api.settings.removePreset({ presetId }));
    if (removed === undefined) return;
    this.#toasts.sayUndoable(t('presets.removed', { preset: before.title }), async () => {
      await this.#restore(before);
      if (wasChosen) await this.#set({ export: { presetId } });
    });
  }

  #restore({ presetId, title, choices }: Preset): Promise<Preset> {
    return this.#api.settings.savePreset({ presetId, title, choices });
  }

  async #set(change: SettingsChange): Promise<Values> {
    const values = await this.#api.settings.change(change);
    this.values = values;
    return values;
  }
}

/** What these settings are now, of those that a change is about: the change that takes it back. */
function partOf(values: Values, change: SettingsChange): SettingsChange {
  const now: Readonly<Record<string, unknown>> = values;
  return Object.fromEntries(
    Object.entries(change).map(([name, part]: [string, unknown]) => {
      const whole = now[name];
      // Shortcuts are set all at once, groups field by field.
      if (name === 'shortcuts' || !isGroup(part) || !isGroup(whole)) return [name, whole];
      return [name, Object.fromEntries(Object.keys(part).map((field) => [field, whole[field]]))];
    }),
  );
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
