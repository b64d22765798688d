import { AppError } from '../../../shared/model/errors.ts';
import type { GapReport } from '../../../shared/model/gap-report.ts';
import { PayloadReader } from '../../io/payload-reader.ts';
import { damageAmong, sumOfDamage } from '../../media/findings/damage-totals.ts';
import type { SilenceSet } from '../../media/opus/silence.ts';
import { rowsBeyond, withoutStamps } from '../../media/packet-table.ts';
import { type FilledTrack, fill } from '../../media/timeline/fill.ts';
import { gapReport } from '../../media/timeline/gap-report.ts';
import { place } from '../../media/timeline/place.ts';
import { withoutRows } from '../../media/timeline/rows.ts';
import { StaleIndexError } from '../session/index-checks.ts';
import type { LoadMode, LoadedTrack, Session } from '../session/session.ts';
import type { ExportItem, ItemPlayer } from './item.ts';
import { silenceFor } from './silence.ts';

/** One player's packets in their places, the gaps between them filled, and where all of it was found. */
export interface SourceTrack {
  readonly player: ItemPlayer;
  /** Without stamps: the packets have their places. */
  readonly track: LoadedTrack;
  readonly filled: FilledTrack;
  /** What is laid into the gaps. */
  readonly silence: SilenceSet;
  readonly report: GapReport;
  /** Of the payload; whoever loaded the tracks closes it. */
  readonly reader: PayloadReader;
}

/**
 * Reads the packets of an item's players out of the logs in one pass, places them and fills the gaps; all tracks
 * begin and end together. The readers are to be closed.
 * @throws AppError when the session lacks a player or cannot be read; StaleIndexError when an index cannot be
 *   used and the log is to be read in mode `scan`.
 */
export async function loadSources(
  session: Session,
  item: Pick<ExportItem, 'sessionFolder' | 'players' | 'originSamples' | 'endSamples' | 'live'>,
  mode: LoadMode,
  signal: AbortSignal,
): Promise<readonly SourceTrack[]> {
  const tracks = await session.load(
    item.players.map(({ id }) => id),
    { mode, signal },
  );
  const placed = item.players.map((player) => {
    const loaded = tracks.find(({ player: { id } }) => id === player.id);
    if (loaded === undefined) {
      throw new AppError('not-found', `${item.sessionFolder} has no player ${player.id}.`, {
        next: 'Run "tailslate inspect" to see its players.',
      });
    }
    const track = item.live === true ? endedAt(loaded, item.endSamples) : loaded;
    const placement = place(track.packets, { repeats: track.repeats });
    // Packets moved or left out cannot be compared with checksums over the packets as logged.
    if (track.checks.length > 0 && placement.packets !== track.packets)
      throw new StaleIndexError('packets out of order');
    const packets = withoutStamps(placement.packets);
    return { player, track: { ...track, packets }, placement: { ...placement, packets } };
  });
  // Where the plan could look at less of the log than was read now, nothing that was recorded is cut off for that.
  const endSamples = placed.reduce(
    (end, { placement }) => Math.max(end, placement.endSamples),
    item.endSamples,
  );
  return placed.map(({ player, track, placement }) => {
    const { originSamples } = item;
    const { preSkipSamples } = track.player;
    const filled = fill(placement, { originSamples, endSamples, preSkipSamples });
    const damage = sumOfDamage([damageAmong(session.findings), track.damageTotals]);
    return {
      player,
      track,
      filled,
      silence: silenceFor(track.channels),
      report: gapReport(filled, [...session.findings, ...track.findings], damage),
      reader: new PayloadReader(session.folder, track.parts),
    };
  });
}

/**
 * A track of a session that is being recorded, without what ends behind `endSamples`.
 * @throws StaleIndexError where that leaves a part of a segment, whose index then proves nothing.
 */
function endedAt(track: LoadedTrack, endSamples: number): LoadedTrack {
  const beyond = rowsBeyond(track.packets, endSamples);
  const [firstBeyond] = beyond;
  if (firstBeyond === undefined) return track;
  const isTail = beyond.length === track.packets.count - firstBeyond;
  const checks = track.checks.filter(({ endRow }) => endRow <= firstBeyond);
  const others = track.checks.slice(checks.length);
  if (others.some(({ firstRow }) => !isTail || firstRow < firstBeyond))
    throw new StaleIndexError('a segment reaches beyond the end');
  return { ...track, packets: withoutRows(track.packets, beyond), checks };
}
