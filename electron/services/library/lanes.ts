import type { Infer } from '../../../shared/ipc/declare.ts';
import type { library } from '../../../shared/ipc/contract/library.ts';
import { isDamage } from '../../../shared/model/finding.ts';
import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import type { PacketTable } from '../../media/packet-table.ts';
import { fill } from '../../media/timeline/fill.ts';
import { place } from '../../media/timeline/place.ts';
import { type Placement, runEndSamples } from '../../media/timeline/placement.ts';
import { openSession } from '../session/open-session.ts';
import type { LoadedTrack, Session } from '../session/session.ts';

type Lane = Infer<(typeof library)['calls']['lanes']['output']>['lanes'][number];
type Stretch = Lane['gaps'][number];

/** Stretches told of each kind and lane; beyond that the longest. A window has some thousand pixels. */
const MOST_STRETCHES = 10_000;

/** Reads a session's logs for the timeline: where each player has no packets, and where some were lost. */
export async function readLanes(folder: string, signal: AbortSignal): Promise<Lane[]> {
  const session = await openSession(folder);
  const tracks = await session.load(
    session.players.map(({ id }) => id),
    { mode: 'indexed', signal },
  );
  return tracks.map((track) => laneOf(session, track));
}

function laneOf(session: Session, track: LoadedTrack): Lane {
  const placement = place(track.packets, { repeats: track.repeats });
  const { count } = placement.packets;
  const gaps = gapsOf(placement, track);
  return {
    playerId: track.player.id,
    firstSamples: count === 0 ? null : (placement.runs.startSamples[0] ?? 0),
    endSamples: count === 0 ? null : placement.endSamples,
    gaps: longest(gaps),
    damaged: longest(damagedOf(session, track, gaps)),
  };
}

function gapsOf(placement: Placement, { player }: LoadedTrack): Stretch[] {
  const { runs, endSamples } = placement;
  const filled = fill(placement, { originSamples: 0, endSamples, preSkipSamples: player.preSkipSamples });
  const gaps: Stretch[] = [];
  for (let run = 1; run < runs.count; run++) {
    if (filled.fillerUnitsBefore[run] === 0 || runs.driftStep[run] === 1) continue;
    const startSamples = runEndSamples(runs, run - 1);
    gaps.push({ startSamples, durationSamples: (runs.startSamples[run] ?? 0) - startSamples });
  }
  return gaps;
}

/**
 * The gaps in which packets were lost: those between the packets that lie before and after a damaged stretch of bytes.
 * Damage before the first packet or after the last has no known length in time.
 */
function damagedOf({ findings }: Session, track: LoadedTrack, gaps: readonly Stretch[]): Stretch[] {
  const places = new PlacesInLog(track);
  const found = new Set<Stretch>();
  for (const finding of [...track.findings, ...findings].filter(isDamage)) {
    const around = places.around(finding.file, finding.startByte, finding.endByte);
    if (around === undefined) continue;
    for (let at = firstAfter(gaps, around.fromSamples); at < gaps.length; at++) {
      const gap = gaps[at];
      if (gap === undefined || gap.startSamples >= around.toSamples) break;
      found.add(gap);
    }
  }
  return [...found].sort((a, b) => a.startSamples - b.startSamples);
}

/** The first gap that ends after a position. */
function firstAfter(gaps: readonly Stretch[], samples: number): number {
  let low = 0;
  let high = gaps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const gap = gaps[middle];
    if (gap !== undefined && gap.startSamples + gap.durationSamples <= samples) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Finds the packets of a track that lie around a stretch of a file; rows are in the order of the log. */
class PlacesInLog {
  readonly #packets: PacketTable;
  readonly #parts: LoadedTrack['parts'];

  constructor({ packets, parts }: LoadedTrack) {
    this.#packets = packets;
    this.#parts = parts;
  }

  /** From the end of the last packet before it to the start of the first one after; undefined without either. */
  around(
    file: string,
    startByte: number,
    endByte: number,
  ): { fromSamples: number; toSamples: number } | undefined {
    const after = this.#firstRowAt(file, endByte);
    const before = this.#firstRowAt(file, startByte) - 1;
    const { positionsSamples, durationUnits, count } = this.#packets;
    const last = positionsSamples[before];
    const next = positionsSamples[after];
    if (before < 0 || after >= count || last === undefined || next === undefined) return undefined;
    const fromSamples = last + (durationUnits[before] ?? 0) * FRAME_UNIT_SAMPLES;
    return fromSamples < next ? { fromSamples, toSamples: next } : undefined;
  }

  /** The first row at or after this byte of the file, in log order; files follow each other by their parts. */
  #firstRowAt(file: string, byte: number): number {
    const { count, parts, offsetsBytes } = this.#packets;
    const order = this.#orderOf(file);
    let low = 0;
    let high = count;
    while (low < high) {
      const row = (low + high) >> 1;
      const part = parts[row] ?? 0;
      const at = (this.#parts[part]?.baseByte ?? 0) + (offsetsBytes[row] ?? 0);
      const fileOrder = this.#orderOf(this.#parts[part]?.file ?? '');
      if (fileOrder < order || (fileOrder === order && at < byte)) low = row + 1;
      else high = row;
    }
    return low;
  }

  /** Where a file stands among those of the log; one without packets stands where its name says. */
  #orderOf(file: string): number {
    const at = this.#parts.findIndex((part) => part.file === file);
    if (at >= 0) return at;
    return this.#parts.findIndex((part) => part.file > file) - 0.5;
  }
}

function longest(stretches: readonly Stretch[]): Stretch[] {
  if (stretches.length <= MOST_STRETCHES) return [...stretches];
  return [...stretches]
    .sort((a, b) => b.durationSamples - a.durationSamples)
    .slice(0, MOST_STRETCHES)
    .sort((a, b) => a.startSamples - b.startSamples);
}
