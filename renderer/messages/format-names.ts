import type { WrittenFormat } from '../../shared/model/media-formats.ts';
import type { ProjectFormat } from '../../shared/model/project-formats.ts';

/** What formats are called where many stand in a line: the same in every language. Mix-downs stand in a line of their own. */
const SHORT_NAMES: Readonly<Record<WrittenFormat | ProjectFormat, string>> = {
  m4a: 'M4A, Opus',
  bwf: 'BWF WAV',
  mov: 'MOV, PCM',
  ogg: 'Ogg Opus',
  mix: 'WAV',
  'mix-m4a': 'M4A',
  'mix-ogg': 'Ogg Opus',
  fcpxml: 'FCPXML',
  otio: 'OTIO',
  edl: 'Marker EDL',
  fcp7: 'FCP 7 XML',
  csv: 'CSV',
  audacity: 'Audacity',
  rpp: 'REAPER',
};

/** The name of a format for a line of many. */
export function shortName(format: WrittenFormat | ProjectFormat): string {
  return SHORT_NAMES[format];
}
