import type { ProjectFormat } from '../../../shared/model/project-formats.ts';
import { audacityFileList, audacityLabels } from './audacity.ts';
import { filesCsv, markersCsv } from './csv.ts';
import { fcp7 } from './fcp7.ts';
import { fcpxml } from './fcpxml.ts';
import { otio } from './otio.ts';
import type { Project } from './project.ts';
import { reaperProject } from './reaper.ts';
import { resolveEdl } from './resolve-edl.ts';

/** The text of every file of every project format, in the order of the format's `files`. */
export const PROJECT_TEXTS: Readonly<Record<ProjectFormat, readonly ((project: Project) => string)[]>> = {
  fcpxml: [fcpxml],
  otio: [otio],
  edl: [resolveEdl],
  fcp7: [fcp7],
  csv: [markersCsv, filesCsv],
  audacity: [audacityLabels, audacityFileList],
  rpp: [reaperProject],
};
