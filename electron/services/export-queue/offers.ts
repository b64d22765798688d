import type { exports } from '../../../shared/ipc/contract/exports.ts';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { NameValues } from '../../../shared/model/file-name.ts';
import { NAME_TOKENS } from '../../../shared/model/file-name.ts';
import { MEDIA_FORMATS } from '../../../shared/model/media-formats.ts';
import { PROJECT_FORMATS } from '../../../shared/model/project-formats.ts';
import { TIMECODE_RATES } from '../../../shared/time/timecode.ts';

type Offers = Infer<(typeof exports)['calls']['offers']['output']>;

const TOKENS: Readonly<Record<keyof NameValues, { readonly title: string; readonly example: string }>> = {
  session: { title: 'Title of the session', example: 'Ep. 48 Salt and smoke' },
  player: { title: 'Name of the player', example: 'Marit Solheim' },
  index: { title: 'Number of the player, from 1', example: '1' },
  date: { title: 'Local date of the start', example: '2026-11-19' },
  time: { title: 'Local time of the start', example: '10-02-14' },
  timecode: { title: 'Start timecode', example: '10-02-14-04' },
  preset: { title: 'Name of the preset', example: 'DaVinci Resolve' },
  format: { title: 'Format of the file', example: 'm4a' },
  take: { title: 'Number of the first slate, 1 without one', example: '3' },
};

/** The choices an export sheet has to show. */
export function offers(presets: Offers['presets']): Offers {
  return {
    formats: MEDIA_FORMATS.map((facts) => ({ ...facts, layouts: [...facts.layouts] })),
    projects: PROJECT_FORMATS.map(({ project, title, note, files }) => ({
      project,
      title,
      note,
      extension: [...new Set(files.map(({ extension }) => extension))].join(', '),
    })),
    rates: TIMECODE_RATES.map(({ id, dropFrame }) => ({
      rate: id,
      title: dropFrame ? `${id.replace('df', '')} fps, drop frame` : `${id} fps`,
    })),
    presets,
    tokens: NAME_TOKENS.map((token) => ({ token, ...TOKENS[token] })),
  };
}
