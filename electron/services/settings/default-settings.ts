import type { Infer } from '../../../shared/ipc/declare.ts';
import type { settings } from '../../../shared/ipc/contract/settings.ts';
import { DEFAULT_NAME_TEMPLATE } from '../../../shared/model/file-name.ts';

export type SettingsValue = Infer<typeof settings>;

/** What counts until somebody chooses otherwise. */
export const DEFAULT_SETTINGS: SettingsValue = {
  audio: {
    // Transparent for speech in mono, with room for a laugh.
    bitrate: 96_000,
    tuning: 'voice',
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    keepMuted: false,
  },
  durabilityMillis: 500,
  timecode: { rate: '25', zone: null },
  export: {
    presetId: 'archive',
    outFolder: null,
    nameTemplate: DEFAULT_NAME_TEMPLATE,
    existing: 'number',
  },
  adding: 'ask',
  appearance: { theme: 'system', textSize: 100 },
  language: null,
  shortcuts: {},
  recordingSetups: [],
};
