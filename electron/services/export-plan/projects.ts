import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { safeStem } from '../../../shared/model/file-name.ts';
import type { WrittenFormat } from '../../../shared/model/media-formats.ts';
import { PROJECT_FORMATS, type ProjectFormat } from '../../../shared/model/project-formats.ts';
import type { Existing } from '../../io/output-file.ts';
import type { ExportItem } from '../export-job/item.ts';
import type { PlannedMedia, ProjectItem } from '../export-job/project-item.ts';
import type { Session } from '../session/session.ts';
import type { FreeName, FreeNames } from './free-names.ts';
import type { Stretch } from './stretch.ts';

/** A project file of a plan, to be written after the media that it refers to. */
export interface PlannedProject {
  readonly item: ProjectItem;
  readonly kind: ProjectFormat;
  readonly sessionFolder: string;
  readonly sessionId: string;
  readonly sessionTitle: string;
  /** Below the export's folder, with forward slashes. */
  readonly fileName: string;
  readonly estimatedBytes: number;
  readonly collision: FreeName['collision'];
  /** Set when nothing will be written: the file is there already and `skip` was chosen. */
  readonly skipReason?: string;
}

/** A media file of the same plan. */
interface SessionMedia {
  readonly item: ExportItem;
  readonly kind: WrittenFormat;
  readonly sessionTitle: string;
  readonly fileName: string;
}

/** Media that a project may refer to; a mix-down is none. */
type ReferredMedia = SessionMedia & { readonly kind: PlannedMedia['format'] };

/** Which media a project refers to where an export makes several of a player: editors read the first of these best. */
const PREFERRED: readonly PlannedMedia['format'][] = ['bwf', 'mov', 'm4a', 'ogg'];

/** What decides the project files of a session. */
export interface ProjectChoices {
  readonly projects: readonly ProjectFormat[];
  readonly outFolder: string;
  readonly existing: Existing;
}

/**
 * The project files of one session, beside its media: in the folder that holds them all.
 * @param media what the session's media come to.
 * @param start the session's own stretch, which the timeline covers also where files are trimmed.
 * @param onProblem is told of a format that cannot refer to such media; the others are planned all the same.
 * @throws AppError('unsupported') where there are no media but a mix-down.
 */
export async function planProjects(
  session: Session,
  media: readonly SessionMedia[],
  start: Stretch,
  choices: ProjectChoices,
  names: FreeNames,
  onProblem: (error: AppError) => void,
): Promise<readonly PlannedProject[]> {
  const referred = preferred(media);
  const [first] = referred;
  if (media.length === 0 || choices.projects.length === 0) return [];
  if (first === undefined) {
    throw detailedError({ kind: 'project-of-mix' });
  }
  const folders = commonFolders(referred.map(({ item }) => item.output.subfolder));
  const title = first.sessionTitle === '' ? session.id : first.sessionTitle;
  const { markers } = first.item;
  const stem = safeStem(`${title}_${start.label.replace(/[:;]/g, '-')}`);
  const wanted = PROJECT_FORMATS.filter(({ project }) => choices.projects.includes(project));
  const planned: PlannedProject[] = [];
  for (const { project, files } of wanted) {
    // REAPER's items choose among the channels of a file; nothing is known of one that chooses among tracks.
    if (project === 'rpp' && first.kind !== 'bwf' && referred.some(({ item }) => item.players.length > 1)) {
      onProblem(detailedError({ kind: 'project-of-combined' }));
      continue;
    }
    for (const [part, { suffix, extension }] of files.entries()) {
      const name = await names.give({ folders, stem: `${stem}${suffix}` }, extension);
      const { subfolder, relativePath, collision } = name;
      const item: ProjectItem = {
        project,
        part,
        sessionTitle: title,
        media: referred.map((file) => ({
          fileName: file.fileName,
          players: file.item.players.map(({ id, name, index }) => ({
            playerId: id,
            name,
            colourIndex: index - 1,
            channels: session.likelyChannels(id),
          })),
          format: file.kind,
          originSamples: file.item.originSamples,
          endSamples: file.item.endSamples,
          startFrame: file.item.timecode.startFrame,
        })),
        markers,
        originSamples: start.originSamples,
        endSamples: start.endSamples,
        timecode: { rate: first.item.timecode.rate, startFrame: start.startFrame, label: start.label },
        output: {
          folder: choices.outFolder,
          subfolder,
          stem: name.stem,
          extension,
          existing: choices.existing,
        },
      };
      planned.push({
        item,
        kind: project,
        sessionFolder: session.folder,
        sessionId: session.id,
        sessionTitle: first.sessionTitle,
        fileName: relativePath,
        estimatedBytes: 4096 + 4096 * referred.length + 512 * markers.length,
        collision,
        ...(collision === 'skipped' && { skipReason: `${relativePath} is there already.` }),
      });
    }
  }
  return planned;
}

function preferred(media: readonly SessionMedia[]): readonly ReferredMedia[] {
  const format = PREFERRED.find((wanted) => media.some(({ kind }) => kind === wanted));
  return media.flatMap((file) => (file.kind === format ? [{ ...file, kind: format }] : []));
}

/** The innermost folder that all of these lie in or below. */
function commonFolders(subfolders: readonly string[]): readonly string[] {
  const [first = [], ...others] = subfolders.map((subfolder) => subfolder.split('/').filter(Boolean));
  const differs = first.findIndex((name, depth) => others.some((other) => other[depth] !== name));
  return differs < 0 ? first : first.slice(0, differs);
}
