import type { MixPlace, MixReport } from '../../../shared/model/loudness.ts';
import type { StereoBlock } from '../../media/mix/master.ts';
import type { MediaJob } from './media-job.ts';
import type { MixedTrack } from './mix-blocks.ts';
import { mastered, mixLevel } from './mix-level.ts';

/** Measuring is so much of the work, making the rest. */
const MEASURING_SHARE = 0.7;

/** How a mix-down came about, without what became of its file. */
export interface MixedDown {
  readonly report: Omit<MixReport, 'mix'>;
  /** Packets that could not be decoded, which became silence. */
  readonly undecodable: number;
}

/** Frames of the mix-down: those of everything else of the session. */
export function mixFrames({ sources }: MediaJob): number {
  return sources[0]?.filled.editDurationSamples ?? 0;
}

/**
 * Makes all players one stereo programme at a set loudness. Packets are decoded again for every pass, so that memory
 * does not grow with length.
 * @param places where each of the item's players stands, in their order.
 * @param visit given every block that is done, in order.
 * @param onShare told how much of the work is done, 0 to 1; may throw to stop.
 */
export async function mixDown(
  job: MediaJob,
  places: readonly MixPlace[],
  visit: (block: StereoBlock) => void,
  onShare: (share: number) => void,
): Promise<MixedDown> {
  const { item, sources } = job;
  const frames = mixFrames(job);
  const tracks = sources.map((source): MixedTrack => {
    const place = places[item.players.findIndex(({ id }) => id === source.player.id)];
    return { source, place: place ?? { panPercent: 0, gainDb: 0 } };
  });
  const { gainDb, players } = await mixLevel(tracks, frames, (share) => {
    onShare(MEASURING_SHARE * share);
  });
  const { undecodable, limitedDb } = await mastered(tracks, frames, gainDb, (block, doneFrames) => {
    visit(block);
    onShare(MEASURING_SHARE + ((1 - MEASURING_SHARE) * doneFrames) / frames);
  });
  return {
    undecodable,
    report: {
      raisedDb: gainDb,
      limitedDb,
      players: item.players.map(({ id, name }, index) => ({
        playerId: id,
        player: name,
        place: places[index] ?? { panPercent: 0, gainDb: 0 },
        loudness: players[tracks.findIndex(({ source }) => source.player.id === id)] ?? null,
      })),
    },
  };
}
