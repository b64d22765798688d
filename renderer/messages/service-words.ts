import { NAME_TOKENS } from '../../shared/model/file-name.ts';
import type { WrittenFormat } from '../../shared/model/media-formats.ts';
import { PRESETS } from '../../shared/model/presets.ts';
import type { ProjectFormat } from '../../shared/model/project-formats.ts';
import type { Preset } from '../host/api-types.ts';
import { t } from './locale.svelte.ts';

/** A preset in the window's language: people's own are as they wrote them. */
export function presetInWords(preset: Preset): Preset {
  const id = PRESETS.find((known) => preset.builtIn && known.id === preset.presetId)?.id;
  if (id === undefined) return preset;
  return { ...preset, title: t(`preset.${id}.title`), note: t(`preset.${id}.note`) };
}

/** The preset a batch was made with, which its journal calls by the title it has in English. */
export function batchPreset(presetTitle: string): string {
  const id = PRESETS.find(({ title }) => title === presetTitle)?.id;
  return id === undefined ? presetTitle : t(`preset.${id}.title`);
}

/** What a batch is called: by its session, or by how many there are, which its journal says in English. */
export function batchTitle(title: string): string {
  const [, count] = /^(\d+) sessions$/.exec(title) ?? [];
  return count === undefined ? title : t('library.sessions', { count: Number(count) });
}

/** The full name of a format, and what is in its files. */
export function formatWords(format: WrittenFormat): { title: string; note: string } {
  return { title: t(`format.${format}.title`), note: t(`format.${format}.note`) };
}

/** The full name of a kind of project file, and what it is for. */
export function projectWords(project: ProjectFormat): { title: string; note: string } {
  return { title: t(`project.${project}.title`), note: t(`project.${project}.note`) };
}

/** What a word in braces of a name template stands for. */
export function tokenWords(token: string, inEnglish: string): string {
  const known = NAME_TOKENS.find((name) => name === token);
  return known === undefined ? inEnglish : t(`token.${known}`);
}
