import { audacityFileList, audacityLabels } from './audacity.ts';
import { filesCsv, markersCsv } from './csv.ts';
import { fcp7 } from './fcp7.ts';
import { fcpxml } from './fcpxml.ts';
import { otio } from './otio.ts';
import type { Project } from './project.ts';
import { reaperProject } from './reaper.ts';
import { resolveEdl } from './resolve-edl.ts';

/** Kinds of project files, by the program or format they are for. */
export type ProjectFormat = 'fcpxml' | 'otio' | 'edl' | 'fcp7' | 'csv' | 'audacity' | 'rpp';

/** One file that a project format consists of. */
export interface ProjectFileKind {
  /** Follows the project's name, so that files of one format with the same extension differ. */
  readonly suffix: string;
  readonly extension: string;
  /** The file's text, UTF-8. */
  readonly text: (project: Project) => string;
}

/** Every file of every project format. */
export const PROJECT_FILES: Readonly<Record<ProjectFormat, readonly ProjectFileKind[]>> = {
  fcpxml: [{ suffix: '', extension: 'fcpxml', text: fcpxml }],
  otio: [{ suffix: '', extension: 'otio', text: otio }],
  edl: [{ suffix: '_markers', extension: 'edl', text: resolveEdl }],
  fcp7: [{ suffix: '', extension: 'xml', text: fcp7 }],
  csv: [
    { suffix: '_markers', extension: 'csv', text: markersCsv },
    { suffix: '_files', extension: 'csv', text: filesCsv },
  ],
  audacity: [
    { suffix: '_labels', extension: 'txt', text: audacityLabels },
    { suffix: '', extension: 'lof', text: audacityFileList },
  ],
  rpp: [{ suffix: '', extension: 'rpp', text: reaperProject }],
};
