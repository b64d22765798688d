import type { ErrorDetail } from '../../../shared/model/error-detail.ts';
import type { ProjectFormat } from '../../../shared/model/project-formats.ts';
import type { TimecodeRateId } from '../../../shared/time/timecode.ts';
import type { DiskWatch } from '../../io/disk-watch.ts';
import type { OutputCalls } from '../../io/output-file.ts';
import type { ProjectMedia } from '../../media/project/project.ts';
import type { Marker } from '../session/session.ts';
import type { ExportItem, MadeTrack } from './item.ts';

/**
 * One project file to write beside the media of an export: everything that decides it but the media themselves, whose
 * names are known only when they have them. Plain data, so that it can be stored.
 */
export interface ProjectItem {
  readonly project: ProjectFormat;
  /** Which file of that format; see PROJECT_FORMATS. */
  readonly part: number;
  readonly sessionTitle: string;
  readonly media: readonly PlannedMedia[];
  readonly markers: readonly Marker[];
  /** The project's start counted from T0: the session's start instant, also where files are trimmed. */
  readonly originSamples: number;
  /** One past the session's end, counted from T0. */
  readonly endSamples: number;
  readonly timecode: {
    readonly rate: TimecodeRateId;
    /** Frames since midnight at the project's start. */
    readonly startFrame: number;
    readonly label: string;
  };
  readonly output: ExportItem['output'];
}

/** A media file of the same export, as it was planned. */
export interface PlannedMedia {
  /** Below the export's folder, with forward slashes; the file may get a number when it is named. */
  readonly fileName: string;
  /** Who is to be in it, in the order of its tracks or channels. */
  readonly players: readonly PlannedPlayer[];
  readonly format: ProjectMedia['format'];
  readonly originSamples: number;
  readonly endSamples: number;
  readonly startFrame: number;
}

/** Who is to be in a media file. */
export interface PlannedPlayer {
  readonly playerId: string;
  readonly name: string;
  readonly colourIndex: number;
  /** As its log says. */
  readonly channels: 1 | 2;
}

/** A media file that is there. */
export interface MadeMedia {
  readonly path: string;
  readonly durationSamples: number;
  /** Those without packets are not in it. */
  readonly tracks: readonly MadeTrack[];
}

/** What became of a project file. */
export type ProjectOutcome =
  | {
      readonly status: 'done';
      readonly path: string;
      /** Why the folder could not be synced behind the file's name; absent where it was. */
      readonly unsynced?: string;
      readonly sizeBytes: number;
      readonly durationSamples: number;
      readonly timecode: string;
      /** Of the file, hexadecimal. */
      readonly sha256: string;
      /** Players who are not in it because their media could not be made. */
      readonly missing: readonly string[];
    }
  | { readonly status: 'skipped'; readonly reason: string; readonly detail?: ErrorDetail };

/** Writes one project file, on the thread that asks for it: it is a small text. */
export type WriteProject = (item: ProjectItem, options: WriteProjectOptions) => Promise<ProjectOutcome>;

export interface WriteProjectOptions {
  readonly signal: AbortSignal;
  /** What a planned file has become; undefined where it was not made. */
  readonly made: (media: PlannedMedia) => MadeMedia | undefined;
  /** Told the path of the file that is being written. */
  readonly onPart?: (partPath: string) => void;
  /** The disk that the file goes to; the system's when left out. */
  readonly disk?: OutputCalls;
  /** Stands in the name of the part file, so that what is left of it is known as this item's. */
  readonly owner?: string;
  /** Counts the calls to it. */
  readonly watch?: DiskWatch;
}

/** What a media file is called before it has its name; the same for nobody else in the export. */
export function plannedName({ subfolder, stem, extension }: ExportItem['output']): string {
  return `${subfolder === '' ? '' : `${subfolder}/`}${stem}.${extension}`;
}

/** A file that was there already and was left alone, taken for what would have been written in its place. */
export function mediaLeftAlone(media: PlannedMedia, path: string): MadeMedia {
  return {
    path,
    durationSamples: media.endSamples - media.originSamples,
    tracks: media.players.map(({ playerId, channels }) => ({ playerId, channels })),
  };
}

/** Says whom a project file lacks. */
export function missingLine(players: readonly string[]): string {
  const names = players.map((player) => `"${player}"`).join(', ');
  return `${names} ${players.length === 1 ? 'is' : 'are'} not in it, having no media file.`;
}
