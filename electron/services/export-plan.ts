import { AppError } from '../../shared/model/errors.ts';
import { DEFAULT_NAME_TEMPLATE, fileStem, nameKey, numberedNames } from '../../shared/model/file-name.ts';
import { place } from '../media/timeline/place.ts';
import { localDateTime } from '../../shared/time/local-date-time.ts';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { startTimecode } from '../../shared/time/start-timecode.ts';
import {
  type TimecodeLabel,
  type TimecodeRate,
  formatLabel,
  framesToLabel,
  framesToSamples,
  wrapFrames,
} from '../../shared/time/timecode.ts';
import type { Existing } from '../io/output-file.ts';
import { namesIn } from '../io/folder.ts';
import type { ExportItem } from './export-job/item.ts';
import { openSession } from './session/open-session.ts';
import { type LoadOptions, type Player, type Session, UNKNOWN_START } from './session/session.ts';

/** Everything a person can choose about an export. */
export interface ExportChoices {
  readonly outFolder: string;
  readonly rate: TimecodeRate;
  /** `local`, `utc` or an IANA zone; by default the session's own. */
  readonly zone?: string | undefined;
  /** Label of T0 in place of the time of day. */
  readonly fixedStart?: TimecodeLabel;
  readonly offsetFrames: number;
  readonly align: 'session' | 'trim';
  readonly nameTemplate?: string;
  readonly existing: Existing;
  readonly verify: boolean;
}

/** A session to export, whole or some of its players, and what people call them now. */
export interface SessionSelection {
  readonly folder: string;
  /** Names or ids; all players when empty. */
  readonly players: readonly string[];
  /** Exactly these, in place of `players`: someone's name may be another's id. */
  readonly playerIds?: readonly string[] | undefined;
  /** In place of the recorded title. */
  readonly title?: string | undefined;
  /** By player id, in place of the recorded names. */
  readonly playerNames?: ReadonlyMap<string, string> | undefined;
}

/** Every file of an export, and what cannot be exported. */
export interface ExportPlan {
  readonly files: readonly PlannedFile[];
  readonly problems: readonly ExportProblem[];
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
  readonly sessionId: string;
  readonly sessionTitle: string;
  readonly player: string;
  readonly fileName: string;
  /** About what the file comes to: the player's share of the logs, and the tables for its length. */
  readonly estimatedBytes: number;
  /** What the name of a file that is there already leads to. */
  readonly collision: 'none' | 'numbered' | 'skipped' | 'overwritten';
  /** Set when nothing will be written: the file is there already and `skip` was chosen. */
  readonly skipReason?: string;
}

/**
 * Decides every file of an export before the first is written: who, from when to when, which timecode and which
 * name. Names never collide, within the export or with files that are there, unless overwriting was asked for.
 * A session or player that cannot be exported is a problem of the plan and stops nobody else.
 * @throws the signal's reason when it is aborted.
 */
export async function planExport(
  selection: readonly SessionSelection[],
  choices: ExportChoices,
  signal: AbortSignal,
): Promise<ExportPlan> {
  const taken = new Set((await namesIn(choices.outFolder)).map(nameKey));
  const files: PlannedFile[] = [];
  const problems: ExportProblem[] = [];
  for (const wanted of selection) {
    const { folder } = wanted;
    const trouble = (player: Player | undefined, error: unknown): void => {
      signal.throwIfAborted();
      problems.push({ folder, player: player?.name, playerId: player?.id, error });
    };
    try {
      const session = await openSession(folder);
      const players = chosenPlayers(session, wanted);
      const end = sessionEnd(session, players, signal);
      for (const player of players) {
        try {
          const stretch = await stretchOf(session, player, end, choices, signal);
          requireSaneLength(session, player, stretch);
          files.push(named(session, player, stretch, choices, wanted, taken));
        } catch (error) {
          trouble(player, error);
        }
      }
    } catch (error) {
      trouble(undefined, error);
    }
  }
  return { files, problems };
}

/** From when to when a file reaches, and the timecode of its first sample. */
interface Stretch {
  readonly originSamples: number;
  readonly endSamples: number;
  readonly startFrame: number;
  readonly label: string;
}

/**
 * A longer export is a stamp or a declared end gone wrong, not a session. A week of silence already takes 600 MB of
 * memory and a file of 200 MB.
 */
const MAX_EXPORT_HOURS = 7 * 24;

/** @throws AppError('unsupported') when a file would be longer than any session is. */
function requireSaneLength(session: Session, player: Player, { originSamples, endSamples }: Stretch): void {
  const hours = (endSamples - originSamples) / SAMPLE_RATE / 3600;
  if (hours <= MAX_EXPORT_HOURS) return;
  throw new AppError(
    'unsupported',
    `The file of "${player.name}" from ${session.folder} would be ${Math.round(hours)} hours long; ${MAX_EXPORT_HOURS} hours are the most.`,
    {
      next: 'Run "tailslate inspect" to see whose packets lie that far out, then export the other players with --player and --align trim.',
    },
  );
}

/** The session's end, for which all its logs may have to be read: asked for when needed, and once. */
function sessionEnd(
  session: Session,
  players: readonly Player[],
  signal: AbortSignal,
): () => Promise<number> {
  const ids = players.map(({ id }) => id);
  let end: Promise<number> | undefined;
  return () => (end ??= session.endSamples(ids, { mode: 'indexed', signal }));
}

async function stretchOf(
  session: Session,
  player: Player,
  end: () => Promise<number>,
  choices: ExportChoices,
  signal: AbortSignal,
): Promise<Stretch> {
  const { rate } = choices;
  const fixedStart = choices.fixedStart ?? (session.t0Known ? undefined : UNKNOWN_START);
  const start = startTimecode({
    t0UnixMicros: session.t0UnixMicros,
    zone: zoneOf(session, choices.zone),
    rate,
    offsetFrames: choices.offsetFrames,
    ...(fixedStart !== undefined && { fixedStart }),
  });
  if (choices.align === 'session') {
    const endSamples = await end();
    return {
      originSamples: -start.leadSamples,
      endSamples,
      startFrame: start.frameCount,
      label: start.label,
    };
  }
  // Counted in whole frames from the session's own start, so that trimmed files still line up by timecode.
  const { firstSamples, endSamples } = await packetsReach(session, player, {
    mode: 'indexed',
    signal,
  });
  const stepSamples = framesToSamples(rate.wholeFrames, rate, 'nearest');
  const steps = Math.floor((firstSamples + start.leadSamples) / stepSamples);
  const counted = wrapFrames(start.frameCount + steps * rate.wholeFrames, rate);
  // A drop frame day is no multiple of `wholeFrames`: past midnight the count moves down to one, as the start does.
  const movedFrames = counted % rate.wholeFrames;
  const startFrame = counted - movedFrames;
  return {
    originSamples: steps * stepSamples - start.leadSamples - framesToSamples(movedFrames, rate, 'nearest'),
    endSamples,
    startFrame,
    label: formatLabel(framesToLabel(startFrame, rate), rate),
  };
}

/** The zone whose clock the timecode shows. */
function zoneOf(session: Session, chosen: string | undefined): string {
  return chosen ?? session.zone ?? 'local';
}

/** Where a player's own packets begin and end, for files that are trimmed to them. */
async function packetsReach(
  session: Session,
  player: Player,
  options: LoadOptions,
): Promise<{ firstSamples: number; endSamples: number }> {
  const [track] = await session.load([player.id], options);
  if (track === undefined) return { firstSamples: 0, endSamples: 0 };
  const placement = place(track.packets, { repeats: track.repeats });
  return { firstSamples: placement.runs.startSamples[0] ?? 0, endSamples: placement.endSamples };
}

function chosenPlayers(
  session: Session,
  { players: wanted, playerIds }: SessionSelection,
): readonly Player[] {
  if (session.players.length === 0) {
    throw new AppError(
      'nothing-to-do',
      session.logBytes === 0
        ? `${session.folder} holds no players: there are no packet logs in it.`
        : `${session.folder} holds no players: nothing in its logs can be read.`,
      { next: 'Run "tailslate recover" on it to see what the folder holds.' },
    );
  }
  if (playerIds !== undefined) return session.players.filter(({ id }) => playerIds.includes(id));
  if (wanted.length === 0) return session.players;
  for (const name of wanted) {
    if (session.players.some((player) => player.name === name || player.id === name)) continue;
    const known = session.players.map((player) => `"${player.name}"`).join(', ');
    throw new AppError('usage', `There is no player "${name}" in ${session.folder}.`, {
      next: `Its players are ${known}.`,
    });
  }
  return session.players.filter(({ name, id }) => wanted.includes(name) || wanted.includes(id));
}

function named(
  session: Session,
  player: Player,
  stretch: Stretch,
  choices: ExportChoices,
  { title, playerNames }: SessionSelection,
  taken: Set<string>,
): PlannedFile {
  const names = { session: title ?? session.title, player: playerNames?.get(player.id) ?? player.name };
  const index = session.players.indexOf(player) + 1;
  const local = session.t0Known
    ? localDateTime(session.t0UnixMicros, zoneOf(session, choices.zone))
    : { date: 'unknown', time: 'unknown' };
  const wanted = fileStem(choices.nameTemplate ?? DEFAULT_NAME_TEMPLATE, {
    session: names.session === '' ? session.id : names.session,
    player: names.player,
    index: String(index),
    date: local.date,
    time: local.time,
    timecode: stretch.label.replace(/[:;]/g, '-'),
  });
  const { stem, collision } = freeStem(wanted, choices.existing, taken);
  return {
    item: {
      sessionFolder: session.folder,
      playerId: player.id,
      names,
      originSamples: stretch.originSamples,
      endSamples: stretch.endSamples,
      timecode: { rate: choices.rate.id, startFrame: stretch.startFrame, label: stretch.label },
      index,
      of: session.players.length,
      output: { folder: choices.outFolder, stem, existing: choices.existing },
      verify: choices.verify,
    },
    sessionId: session.id,
    sessionTitle: names.session,
    player: names.player,
    fileName: `${stem}.m4a`,
    estimatedBytes:
      session.playerBytes(player.id) + sampleTableBytes(stretch.endSamples - stretch.originSamples),
    collision,
    ...(collision === 'skipped' && { skipReason: `${stem}.m4a is there already.` }),
  };
}

/** Sample sizes and filler of 20 ms packets for this length, with room for the other boxes. */
function sampleTableBytes(samples: number): number {
  return 8 * Math.ceil(samples / 960) + 65_536;
}

/** The stem to write under: a free one, or the wanted one where files are to be replaced or left alone. */
function freeStem(
  wanted: string,
  existing: Existing,
  taken: Set<string>,
): Pick<PlannedFile, 'collision'> & { stem: string } {
  // Names given out in this export carry a mark, since even `overwrite` must not let two players share a file.
  for (const name of numberedNames(wanted, 'm4a')) {
    const key = nameKey(name);
    if (taken.has(PLANNED + key)) continue;
    const exists = taken.has(key);
    if (exists && existing === 'number') continue;
    taken.add(PLANNED + key);
    const stem = name.slice(0, -'.m4a'.length);
    if (exists) return { stem, collision: existing === 'skip' ? 'skipped' : 'overwritten' };
    return { stem, collision: stem === wanted ? 'none' : 'numbered' };
  }
  throw new AppError('exists', `No free name was found for ${wanted}.m4a.`, {
    next: 'Choose another folder with --out.',
  });
}

const PLANNED = 'planned:';
