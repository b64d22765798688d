import { isDamage, type Finding } from '../../shared/model/finding.ts';
import type { GapReport } from '../../shared/model/gap-report.ts';
import { FRAME_UNIT_SAMPLES } from '../../shared/time/samples.ts';
import { startTimecode } from '../../shared/time/start-timecode.ts';
import type { TimecodeRate } from '../../shared/time/timecode.ts';
import { fill } from '../media/timeline/fill.ts';
import { gapReport } from '../media/timeline/gap-report.ts';
import { place } from '../media/timeline/place.ts';
import { openSession } from './session/open-session.ts';
import {
  type LoadedTrack,
  type LoadOptions,
  type LogFormat,
  type Marker,
  type Session,
  UNKNOWN_START,
} from './session/session.ts';

/** One player as an inspection found them. */
export interface PlayerInspection {
  readonly id: string;
  readonly name: string;
  readonly channels: 1 | 2;
  readonly packets: number;
  readonly payloadBytes: number;
  /** How much audio the packets hold. */
  readonly keptSamples: number;
  /** Start of the first packet and end of the last, samples from T0; null for a player without packets. */
  readonly firstSamples: number | null;
  readonly endSamples: number | null;
  readonly report: GapReport;
  readonly findings: readonly Finding[];
}

/** Everything a session folder holds, every byte of its logs having been read. */
export interface Inspection {
  readonly folder: string;
  readonly format: LogFormat;
  readonly id: string;
  readonly title: string;
  /** T0 in UTC, ISO 8601; null when nothing tells it. */
  readonly start: string | null;
  readonly timecode: { readonly rate: string; readonly label: string };
  /** Whether the session was closed in order. */
  readonly complete: boolean;
  readonly durationSamples: number;
  readonly logBytes: number;
  readonly players: readonly PlayerInspection[];
  readonly markers: readonly Marker[];
  /** What concerns the session as a whole. */
  readonly findings: readonly Finding[];
  /** Whether recorded audio may be missing anywhere. */
  readonly damaged: boolean;
}

/**
 * Reads a whole session and says what it holds. Nothing is written.
 * @throws AppError when the folder is no session or cannot be read.
 */
export async function inspectSession(
  folder: string,
  choices: { readonly rate: TimecodeRate; readonly zone?: string | undefined },
  options: {
    readonly signal: AbortSignal;
    readonly onProgress: (doneBytes: number, totalBytes: number) => void;
  },
): Promise<Inspection> {
  const session = await openSession(folder);
  let doneBytes = 0;
  const { players, durationSamples, damaged } = await inspectPlayers(session, {
    mode: 'scan',
    signal: options.signal,
    onBytes: (bytes) => {
      doneBytes += bytes;
      options.onProgress(doneBytes, session.logBytes);
    },
  });
  const start = startTimecode({
    rate: choices.rate,
    zone: choices.zone ?? session.zone ?? 'local',
    ...(!session.t0Known && { fixedStart: UNKNOWN_START }),
    t0UnixMicros: session.t0UnixMicros,
    offsetFrames: 0,
  });
  return {
    folder: session.folder,
    format: session.format,
    id: session.id,
    title: session.title,
    start: session.t0Known ? isoTime(session) : null,
    timecode: { rate: choices.rate.id, label: start.label },
    // Damage that the session as a whole has is where the log stops short of its end.
    complete: session.declaredEndSamples !== null && !session.findings.some(isDamage),
    durationSamples,
    logBytes: session.logBytes,
    players,
    markers: session.markers,
    findings: session.findings,
    damaged,
  };
}

/** What a session's logs hold of its players, and where the session ends. @throws AppError when a log cannot be read. */
export async function inspectPlayers(
  session: Session,
  options: LoadOptions,
): Promise<Pick<Inspection, 'players' | 'durationSamples' | 'damaged'>> {
  const tracks = await session.load(
    session.players.map(({ id }) => id),
    options,
  );
  const placed = tracks.map((track) => ({
    track,
    placement: place(track.packets, { repeats: track.repeats }),
  }));
  const durationSamples = Math.max(
    session.declaredEndSamples ?? 0,
    ...placed.map(({ placement }) => placement.endSamples),
  );
  options.signal?.throwIfAborted();
  const players = placed.map(({ track, placement }): PlayerInspection => {
    const filled = fill(placement, {
      originSamples: 0,
      endSamples: durationSamples,
      preSkipSamples: track.player.preSkipSamples,
    });
    const empty = placement.packets.count === 0;
    return {
      id: track.player.id,
      name: track.player.name,
      channels: track.channels,
      packets: placement.packets.count,
      payloadBytes: payloadBytes(placement.packets),
      keptSamples: keptSamples(placement.packets),
      firstSamples: empty ? null : (placement.runs.startSamples[0] ?? 0),
      endSamples: empty ? null : placement.endSamples,
      report: gapReport(filled, track.findings, track.damageTotals),
      findings: track.findings,
    };
  });
  const damaged =
    session.findings.some(isDamage) || tracks.some(({ damageTotals }) => damageTotals.count > 0);
  return { players, durationSamples, damaged };
}

function isoTime(session: Session): string {
  return new Date(Math.floor(session.t0UnixMicros / 1000)).toISOString();
}

function payloadBytes({ sizesBytes }: LoadedTrack['packets']): number {
  let sum = 0;
  for (const size of sizesBytes) sum += size;
  return sum;
}

function keptSamples({ durationUnits }: LoadedTrack['packets']): number {
  let sum = 0;
  for (const units of durationUnits) sum += units;
  return sum * FRAME_UNIT_SAMPLES;
}
