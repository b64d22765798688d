import type { Api } from '../../shared/ipc/contract.ts';
import type { Preset, Settings as Values, SettingsChange } from '../host/api-types.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What the person chose, as the program keeps it. */
export class Settings {
  values = $state.raw<Values | null>(null);
  presets = $state.raw<readonly Preset[]>([]);
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
      this.presets = value.presets;
    });
  }

  /** Saves at once; what was refused is told and the old value stays. */
  async change(change: SettingsChange): Promise<void> {
    const values = await this.#toasts.attempt(this.#api.settings.change(change));
    // A control that was moved shows the saved value again, also where saving failed.
    if (values !== undefined) this.values = values;
    else if (this.values !== null) this.values = { ...this.values };
  }

  async savePreset(
    presetId: string | null,
    title: string,
    choices: Preset['choices'],
  ): Promise<Preset | undefined> {
    return this.#toasts.attempt(this.#api.settings.savePreset({ presetId, title, choices }));
  }

  async removePreset(presetId: string): Promise<void> {
    await this.#toasts.attempt(this.#api.settings.removePreset({ presetId }));
  }
}
