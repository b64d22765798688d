import * as v from 'valibot';
import { call, type Domain } from '../declare.ts';
import { existing, exportChoices } from './export-choices.ts';
import { preset } from './exports.ts';
import { id, nothing, path, rate, text, zone } from './values.ts';

/** What a person chose once and for all. Every field has a default; the validator fills it in. */
export const settings = v.object({
  audio: v.object({
    /** Bits a second and channel. */
    bitrate: v.pipe(v.number(), v.integer(), v.minValue(32_000), v.maxValue(256_000)),
    tuning: v.picklist(['voice', 'music']),
    /** The browser's processing; recordings are better without. */
    echoCancellation: v.boolean(),
    noiseSuppression: v.boolean(),
    autoGainControl: v.boolean(),
    /** Whether a muted player's audio is recorded all the same; the mute is noted either way. */
    keepMuted: v.boolean(),
  }),
  durabilityMillis: v.picklist([250, 500, 1000, 2000]),
  timecode: v.object({ rate, zone }),
  export: v.object({
    presetId: id,
    outFolder: v.nullable(path),
    nameTemplate: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
    existing,
  }),
  /** What becomes of session folders that lie elsewhere: asked each time, used where they are, or copied. */
  adding: v.picklist(['ask', 'link', 'copy']),
  appearance: v.object({
    theme: v.picklist(['system', 'dark', 'light']),
    /** Per cent. */
    textSize: v.pipe(v.number(), v.integer(), v.minValue(80), v.maxValue(200)),
  }),
  /** BCP 47; null for the system's. */
  language: v.nullable(text(40)),
  /** Command id to keys, for those that were changed; an empty string for none. */
  shortcuts: v.record(id, text(60)),
  /** Remembered recording set-ups, by the devices that were there. */
  recordingSetups: v.pipe(
    v.array(
      v.object({
        devices: text(2000),
        tracks: v.array(
          v.object({
            name: text(500),
            colorIndex: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7)),
            deviceId: text(300),
            deviceLabel: text(300),
            /** Channels of the device, from 0; one for mono, two for stereo. */
            channels: v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63))),
          }),
        ),
      }),
    ),
    v.maxLength(50),
  ),
});

/** Any part of the settings; what is left out stays. */
export const settingsChange = v.strictObject({
  audio: v.optional(v.partial(settings.entries.audio)),
  durabilityMillis: v.optional(settings.entries.durabilityMillis),
  timecode: v.optional(v.partial(settings.entries.timecode)),
  export: v.optional(v.partial(settings.entries.export)),
  adding: v.optional(settings.entries.adding),
  appearance: v.optional(v.partial(settings.entries.appearance)),
  language: v.optional(settings.entries.language),
  shortcuts: v.optional(settings.entries.shortcuts),
  recordingSetups: v.optional(settings.entries.recordingSetups),
});

export const settingsDomain = {
  calls: {
    get: call(nothing, settings),
    change: call(settingsChange, settings),
    /** Replaces the user's preset with this id, or adds it: one that was removed comes back with the id it had. */
    savePreset: call(
      v.strictObject({ presetId: v.nullable(id), title: text(100), choices: exportChoices }),
      preset,
    ),
    /** @throws for a built-in one. */
    removePreset: call(v.strictObject({ presetId: id }), nothing),
  },
  values: {
    current: v.object({ settings, presets: v.array(preset) }),
  },
} as const satisfies Domain;
