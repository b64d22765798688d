import { AppError } from '../../../shared/model/errors.ts';
import { withoutStamps } from '../../media/packet-table.ts';
import { type FilledTrack, fill } from '../../media/timeline/fill.ts';
import { place } from '../../media/timeline/place.ts';
import { StaleIndexError } from '../session/index-checks.ts';
import type { LoadMode, LoadedTrack, Session } from '../session/session.ts';
import type { ExportItem } from './item.ts';

/** One player's packets in their places, the gaps between them filled, and where all of it was found. */
export interface FilledPlayer {
  readonly track: LoadedTrack;
  readonly filled: FilledTrack;
}

/**
 * Reads a player's packets out of the logs, places them and fills the gaps. The tables come back without stamps.
 * @throws AppError when the session has no such player or cannot be read; StaleIndexError when an index cannot be
 *   used and the log is to be read in mode `scan`.
 */
export async function loadFilled(
  session: Session,
  item: ExportItem,
  mode: LoadMode,
  signal: AbortSignal,
): Promise<FilledPlayer> {
  const [track] = await session.load([item.playerId], { mode, signal });
  if (track === undefined) {
    throw new AppError('not-found', `${item.sessionFolder} has no player ${item.playerId}.`, {
      next: 'Run "tailslate inspect" to see its players.',
    });
  }
  const placement = place(track.packets, { repeats: track.repeats });
  // Packets moved or left out cannot be compared with checksums over the packets as logged.
  if (track.checks.length > 0 && placement.packets !== track.packets)
    throw new StaleIndexError('packets out of order');
  const packets = withoutStamps(placement.packets);
  const filled = fill(
    { ...placement, packets },
    {
      originSamples: item.originSamples,
      // The plan looked at less of the log than was read now; nothing that was recorded is cut off for that.
      endSamples: Math.max(item.endSamples, placement.endSamples),
      preSkipSamples: track.player.preSkipSamples,
    },
  );
  return { track: { ...track, packets }, filled };
}
