import { type AppError, assertNever } from '../../shared/model/errors.ts';
import { DEFAULT_NAME_TEMPLATE, filePath, takeOf } from '../../shared/model/file-name.ts';
import {
  DEFAULT_MIX_KBPS,
  isMix,
  type Layout,
  mediaFormat,
  type MixKbps,
  type PcmFormat,
  type WrittenFormat,
} from '../../shared/model/media-formats.ts';
import type { MixPlace } from '../../shared/model/loudness.ts';
import type { ProjectFormat } from '../../shared/model/project-formats.ts';
import { localDateTime } from '../../shared/time/local-date-time.ts';
import type { Existing } from '../io/output-file.ts';
import type { ExportItem, ItemFormat } from './export-job/item.ts';
import { estimatedBytes } from './export-plan/estimate.ts';
import { FreeNames, type ListNames } from './export-plan/free-names.ts';
import { unanswered } from './waiting/folder-questions.ts';
import { chosenPlayers, groupsOf, type PlayerSelection } from './export-plan/players.ts';
import { planProjects, type PlannedProject } from './export-plan/projects.ts';
import {
  type Stretch,
  type StretchChoices,
  requireSaneLength,
  sessionEnd,
  stretchOf,
  zoneOf,
} from './export-plan/stretch.ts';
import { openSession } from './session/open-session.ts';
import type { Marker, Player, Session } from './session/session.ts';

/** Everything a person can choose about an export. */
export interface ExportChoices extends Omit<StretchChoices, 'live'> {
  readonly outFolder: string;
  /** A file of each, for every player or for all of them. */
  readonly formats: readonly WrittenFormat[];
  readonly layout: Layout;
  /** m4a that can be read while it grows. */
  readonly fragmented: boolean;
  /** How samples are written where a format holds any; 24 bits when left out. */
  readonly pcm?: PcmFormat;
  /** What a mix-down is encoded with; 128 when left out. */
  readonly mixKbps?: MixKbps | undefined;
  /** Project files beside the media of each session. */
  readonly projects: readonly ProjectFormat[];
  /** Words in braces are filled in; a `/` begins a subfolder. */
  readonly nameTemplate?: string;
  /** What the preset is called whose choices these are, for the names of files. */
  readonly presetTitle?: string | undefined;
  readonly existing: Existing;
  readonly verify: boolean;
}

/** A session to export, whole or some of its players, and what people call them now. */
export interface SessionSelection extends PlayerSelection {
  readonly folder: string;
  /** In place of the recorded title. */
  readonly title?: string | undefined;
  /** By player id, in place of the recorded names. */
  readonly playerNames?: ReadonlyMap<string, string> | undefined;
  /** In place of the recorded ones. */
  readonly markers?: readonly Marker[] | undefined;
  /** Whether somebody records into it, asked before this: all its files end where it ends when this is planned. */
  readonly live?: boolean | undefined;
}

/** Every file of an export, and what cannot be exported. */
export interface ExportPlan {
  readonly files: readonly PlannedFile[];
  /** Written after the media, to which they refer. */
  readonly projects: readonly PlannedProject[];
  readonly problems: readonly ExportProblem[];
  /** Why it is not known which names are taken; undefined where it is. */
  readonly unchecked: AppError | undefined;
}

/** A session, or one player of it, of which no file can be made; the others are exported all the same. */
export interface ExportProblem {
  readonly folder: string;
  /** Name of the player; undefined where it concerns the whole session. */
  readonly player: string | undefined;
  readonly playerId: string | undefined;
  readonly error: unknown;
}

/** One file of a plan. */
export interface PlannedFile {
  readonly item: ExportItem;
  readonly kind: WrittenFormat;
  readonly sessionId: string;
  readonly sessionTitle: string;
  /** Whose file it is; null where it holds all players. */
  readonly playerId: string | null;
  /** What that player is called, or `all players`, or `mix`. */
  readonly player: string;
  /** Below the export's folder, with forward slashes. */
  readonly fileName: string;
  /** About what the file comes to. */
  readonly estimatedBytes: number;
  /** What the name of a file that is there already leads to. */
  readonly collision: 'none' | 'numbered' | 'skipped' | 'overwritten';
  /** Set when nothing will be written: the file is there already and `skip` was chosen. */
  readonly skipReason?: string;
}

/**
 * Decides every file of an export before the first is written: who, from when to when, which timecode and which
 * name. All formats of an export share one start and one length. Names never collide, within the export or with files
 * that are there, unless overwriting was asked for; where the folder does not answer, files that are there are seen when
 * they are in the way.
 * A session or player that cannot be exported is a problem of the plan and stops nobody else.
 * @param listNames of the export's folder and those below it.
 * @throws the signal's reason when it is aborted.
 */
export async function planExport(
  selection: readonly SessionSelection[],
  choices: ExportChoices,
  signal: AbortSignal,
  listNames?: ListNames,
): Promise<ExportPlan> {
  const names = new FreeNames(choices.outFolder, choices.existing, listNames);
  const files: PlannedFile[] = [];
  const projects: PlannedProject[] = [];
  const problems: ExportProblem[] = [];
  for (const wanted of selection) {
    const { folder, live } = wanted;
    const trouble = (player: Player | undefined, error: unknown): void => {
      signal.throwIfAborted();
      problems.push({ folder, player: player?.name, playerId: player?.id, error });
    };
    try {
      const session = await openSession(folder);
      const players = chosenPlayers(session, wanted);
      const end = sessionEnd(session, players, signal);
      const before = files.length;
      for (const { group, formats } of groupsOf(players, choices)) {
        try {
          const stretch = await stretchOf(session, group, end, { ...choices, live }, signal);
          requireSaneLength(session, group, stretch);
          for (const format of formats) {
            files.push(await plannedFile(session, group, stretch, format, choices, wanted, names));
          }
        } catch (error) {
          trouble(group.length === 1 ? group[0] : undefined, error);
        }
      }
      if (choices.projects.length === 0) continue;
      const whole = await stretchOf(session, players, end, { ...choices, align: 'session' }, signal);
      const media = files.slice(before);
      projects.push(
        ...(await planProjects(session, media, whole, choices, names, (error) => {
          trouble(undefined, error);
        })),
      );
    } catch (error) {
      trouble(undefined, error);
    }
  }
  const unchecked = names.isUnanswered ? unanswered(choices.outFolder) : undefined;
  return { files, projects, problems, unchecked };
}

async function plannedFile(
  session: Session,
  players: readonly Player[],
  stretch: Stretch,
  format: WrittenFormat,
  choices: ExportChoices,
  { title, playerNames, mixPlaces, markers = session.markers, live }: SessionSelection,
  freeNames: FreeNames,
): Promise<PlannedFile> {
  const { extension } = mediaFormat(format);
  const sessionTitle = title ?? session.title;
  const called = players.map((player) => ({
    id: player.id,
    name: playerNames?.get(player.id) ?? player.name,
    index: session.players.indexOf(player) + 1,
  }));
  const [first] = called;
  const only = choices.layout === 'per-player' && !isMix(format) ? first : undefined;
  const who = only?.name ?? (isMix(format) ? MIX : ALL_PLAYERS);
  const local = session.t0Known ? localDateTime(session.t0UnixMicros, zoneOf(session, choices.zone)) : null;
  const wanted = filePath(choices.nameTemplate ?? DEFAULT_NAME_TEMPLATE, {
    session: sessionTitle === '' ? session.id : sessionTitle,
    player: who,
    index: String(only?.index ?? 0),
    date: local?.date ?? 'unknown',
    time: local?.time ?? 'unknown',
    timecode: stretch.label.replace(/[:;]/g, '-'),
    preset: choices.presetTitle ?? NO_PRESET,
    format,
    take: takeOf(markers),
  });
  const { subfolder, stem, relativePath, collision } = await freeNames.give(wanted, extension);
  const item: ExportItem = {
    sessionFolder: session.folder,
    sessionTitle,
    format: itemFormat(
      format,
      choices,
      players.map(({ id, name }) => mixPlaces?.get(id) ?? mixPlaces?.get(name) ?? MIDDLE),
    ),
    players: called,
    of: session.players.length,
    markers,
    originSamples: stretch.originSamples,
    endSamples: stretch.endSamples,
    ...(live === true && { live }),
    timecode: { rate: choices.rate.id, startFrame: stretch.startFrame, label: stretch.label },
    localStart: local,
    output: { folder: choices.outFolder, subfolder, stem, extension, existing: choices.existing },
    verify: choices.verify,
  };
  return {
    item,
    kind: format,
    sessionId: session.id,
    sessionTitle,
    playerId: only?.id ?? null,
    player: who,
    fileName: relativePath,
    estimatedBytes: estimatedBytes(item.format, {
      payloadBytes: called.map(({ id }) => session.playerBytes(id)),
      channels: called.map(({ id }) => session.likelyChannels(id)),
      lengthSamples: stretch.endSamples - stretch.originSamples,
    }),
    collision,
    ...(collision === 'skipped' && { skipReason: `${relativePath} is there already.` }),
  };
}

/** What files and lists call everybody together. */
const ALL_PLAYERS = 'all players';

/** What they call the mix-down. */
const MIX = 'mix';

/** What names say where no preset was chosen. */
const NO_PRESET = 'custom';

/** Where a player stands in the mix unless somebody chose. */
const MIDDLE: MixPlace = { panPercent: 0, gainDb: 0 };

/** A format with those of the choices that concern it. */
function itemFormat(
  format: WrittenFormat,
  { fragmented, pcm, mixKbps }: ExportChoices,
  places: readonly MixPlace[],
): ItemFormat {
  switch (format) {
    case 'm4a':
      return { kind: 'm4a', fragmented };
    case 'bwf':
    case 'mov':
      return { kind: format, samples: pcm ?? 's24' };
    case 'ogg':
      return { kind: 'ogg' };
    case 'mix':
      return { kind: 'mix', samples: pcm ?? 's24', places };
    case 'mix-m4a':
    case 'mix-ogg':
      return { kind: format, kbps: mixKbps ?? DEFAULT_MIX_KBPS, places };
    default:
      return assertNever(format);
  }
}
