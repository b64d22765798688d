import { detailedError } from '../../../shared/model/detailed-error.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { startTimecode } from '../../../shared/time/start-timecode.ts';
import {
  type TimecodeLabel,
  type TimecodeRate,
  formatLabel,
  framesToLabel,
  framesToSamples,
  wrapFrames,
} from '../../../shared/time/timecode.ts';
import { rowsBeyond } from '../../media/packet-table.ts';
import { place } from '../../media/timeline/place.ts';
import { withoutRows } from '../../media/timeline/rows.ts';
import { type LoadOptions, type Player, type Session, UNKNOWN_START } from '../session/session.ts';

/** What decides when files begin and end. */
export interface StretchChoices {
  readonly rate: TimecodeRate;
  /** `local`, `utc` or an IANA zone; by default the session's own. */
  readonly zone?: string | undefined;
  /** Label of T0 in place of the time of day. */
  readonly fixedStart?: TimecodeLabel;
  readonly offsetFrames: number;
  readonly align: 'session' | 'trim';
  /** Whether somebody records into the session: no file is to end behind the end that it has now. */
  readonly live?: boolean | undefined;
}

/** From when to when a file reaches, and the timecode of its first sample. */
export interface Stretch {
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
export function requireSaneLength(
  session: Session,
  players: readonly Player[],
  { originSamples, endSamples }: Stretch,
): void {
  const hours = (endSamples - originSamples) / SAMPLE_RATE / 3600;
  if (hours <= MAX_EXPORT_HOURS) return;
  throw detailedError({
    kind: 'too-long',
    players: players.map(({ name }) => `"${name}"`).join(', '),
    path: session.folder,
    hours: Math.round(hours),
    mostHours: MAX_EXPORT_HOURS,
  });
}

/** The session's end, for which all its logs may have to be read: asked for when needed, and once. */
export function sessionEnd(
  session: Session,
  players: readonly Player[],
  signal: AbortSignal,
): () => Promise<number> {
  const ids = players.map(({ id }) => id);
  let end: Promise<number> | undefined;
  return () => (end ??= session.endSamples(ids, { mode: 'indexed', signal }));
}

/** @param players who is in the file; with `trim` it begins with the first packet of any and ends with the last. */
export async function stretchOf(
  session: Session,
  players: readonly Player[],
  end: () => Promise<number>,
  choices: StretchChoices,
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
  const lastSamples = choices.live === true ? await end() : undefined;
  const { firstSamples, endSamples } = await packetsReach(session, players, lastSamples, {
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
export function zoneOf(session: Session, chosen: string | undefined): string {
  return chosen ?? session.zone ?? 'local';
}

/**
 * Where the players' own packets begin and end, for files that are trimmed to them.
 * @param lastSamples packets that end behind it are none; undefined for all that are there.
 */
async function packetsReach(
  session: Session,
  players: readonly Player[],
  lastSamples: number | undefined,
  options: LoadOptions,
): Promise<{ firstSamples: number; endSamples: number }> {
  const tracks = await session.load(
    players.map(({ id }) => id),
    options,
  );
  const placed = tracks
    .map(({ packets, repeats }) =>
      place(lastSamples === undefined ? packets : withoutRows(packets, rowsBeyond(packets, lastSamples)), {
        repeats,
      }),
    )
    .filter(({ runs }) => runs.count > 0);
  if (placed.length === 0) return { firstSamples: 0, endSamples: 0 };
  return {
    firstSamples: Math.min(...placed.map(({ runs }) => runs.startSamples[0] ?? 0)),
    endSamples: Math.max(...placed.map(({ endSamples }) => endSamples)),
  };
}
