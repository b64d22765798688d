import * as v from 'valibot';
import { preset } from '../../../shared/ipc/contract/exports.ts';
import { settings } from '../../../shared/ipc/contract/settings.ts';
import { path } from '../../../shared/ipc/contract/values.ts';
import type { Infer } from '../../../shared/ipc/declare.ts';
import { DEFAULT_SETTINGS, type SettingsValue } from './default-settings.ts';

const FORMAT = 'tailslate-settings';
const VERSION = 1;

export type PresetValue = Infer<typeof preset>;

/** The document: what is understood of it, and everything else that is in it. */
export interface SettingsDocument {
  readonly settings: SettingsValue;
  readonly presets: readonly PresetValue[];
  /** Null where the host's own choice counts. */
  readonly libraryFolder: string | null;
  readonly raw: Readonly<Record<string, unknown>>;
}

export const EMPTY_DOCUMENT: SettingsDocument = {
  settings: DEFAULT_SETTINGS,
  presets: [],
  libraryFolder: null,
  raw: {},
};

/**
 * Reads settings.json. A value that makes no sense counts as its default, whatever else is in the file; fields nobody
 * knows are kept. Undefined for bytes that are no settings at all.
 */
export function parseSettings(bytes: Uint8Array): SettingsDocument | undefined {
  const raw = parseJson(new TextDecoder().decode(bytes));
  if (!isFields(raw) || raw['format'] !== FORMAT) return undefined;
  const presets = Array.isArray(raw['presets']) ? raw['presets'] : [];
  return {
    settings: readSettings(raw['settings']),
    presets: presets.flatMap((value) => {
      const read = v.safeParse(preset, value);
      return read.success ? [{ ...read.output, builtIn: false }] : [];
    }),
    libraryFolder: v.parse(v.fallback(v.nullable(path), null), raw['libraryFolder']),
    raw,
  };
}

/** The text of the file: what was there, with the values of now over it. */
export function serialiseSettings({
  settings: chosen,
  presets,
  libraryFolder,
  raw,
}: SettingsDocument): string {
  const kept = isFields(raw['settings']) ? raw['settings'] : {};
  const document = {
    ...raw,
    format: FORMAT,
    // A newer version's number stays: its fields are still there.
    version: typeof raw['version'] === 'number' ? Math.max(raw['version'], VERSION) : VERSION,
    settings: overlaid(kept, chosen),
    presets,
    libraryFolder,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Every value by itself: of a group of settings, one that cannot be read does not take the others along. */
function readSettings(raw: unknown): SettingsValue {
  const given = isFields(raw) ? raw : {};
  let result: unknown = DEFAULT_SETTINGS;
  for (const [name, schema] of Object.entries(settings.entries)) {
    const fallback: unknown = Object.entries(DEFAULT_SETTINGS).find(([key]) => key === name)?.[1];
    const parts = 'entries' in schema ? schema.entries : undefined;
    const value =
      parts === undefined ? read(schema, given[name], fallback) : readGroup(parts, given[name], fallback);
    result = { ...(result as object), [name]: value };
  }
  return v.parse(settings, result);
}

function readGroup(
  parts: Readonly<Record<string, v.GenericSchema>>,
  raw: unknown,
  fallback: unknown,
): unknown {
  const given = isFields(raw) ? raw : {};
  const defaults = isFields(fallback) ? fallback : {};
  return Object.fromEntries(
    Object.entries(parts).map(([name, schema]) => [name, read(schema, given[name], defaults[name])]),
  );
}

function read(schema: v.GenericSchema, value: unknown, fallback: unknown): unknown {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : fallback;
}

/** Known fields over unknown ones, in groups too. */
function overlaid(kept: Readonly<Record<string, unknown>>, chosen: SettingsValue): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...kept, ...chosen };
  for (const group of ['audio', 'timecode', 'export', 'appearance'] as const) {
    const before = kept[group];
    if (isFields(before)) merged[group] = { ...before, ...chosen[group] };
  }
  return merged;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
