import type { MixPlace } from '../../../shared/model/loudness.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { eventLoopTurn } from '../../io/direct-io.ts';
import type { StereoBlock } from '../../media/mix/master.ts';
import { addPanned, channelGains } from '../../media/mix/pan.ts';
import type { SourceTrack } from './source-track.ts';
import { TrackPcm } from './track-pcm.ts';

/** What is decoded and mixed at a time: a second. */
export const MIX_BLOCK_FRAMES = SAMPLE_RATE;

/** A player's packets and where they stand. */
export interface MixedTrack {
  readonly source: SourceTrack;
  readonly place: MixPlace;
}

/** A second of everybody. */
export interface MixBlock {
  readonly frames: number;
  /** Frames up to the end of this block. */
  readonly doneFrames: number;
  /** Each player's channels as decoded, of at least `frames` samples. */
  readonly players: readonly (readonly Float32Array[])[];
  /** The sum; may be overwritten. */
  readonly mix: StereoBlock;
}

/**
 * Decodes all players in step and adds them up, a second at a time.
 * @param visit given every block in order, its memory being the next one's too; may throw to stop.
 * @returns packets that could not be decoded, which became silence.
 */
export async function mixBlocks(
  tracks: readonly MixedTrack[],
  frames: number,
  visit: (block: MixBlock) => void,
): Promise<number> {
  const open: TrackPcm[] = [];
  try {
    for (const { source } of tracks) open.push(await TrackPcm.open(source));
    const players = open.map(({ channels }) =>
      Array.from({ length: channels }, () => new Float32Array(MIX_BLOCK_FRAMES)),
    );
    const gains = tracks.map(({ source, place }) => channelGains(place, source.track.channels));
    const mix = [new Float32Array(MIX_BLOCK_FRAMES), new Float32Array(MIX_BLOCK_FRAMES)] as const;
    for (let done = 0; done < frames; done += MIX_BLOCK_FRAMES) {
      await eventLoopTurn();
      const count = Math.min(MIX_BLOCK_FRAMES, frames - done);
      for (const side of mix) side.fill(0);
      for (const [index, track] of open.entries()) {
        const [channels, gain] = [players[index], gains[index]];
        if (channels === undefined || gain === undefined) continue;
        if (track.read(channels, count)) addPanned(mix, channels, count, gain);
      }
      visit({ frames: count, doneFrames: done + count, players, mix });
    }
    return open.reduce((sum, track) => sum + track.undecodable, 0);
  } finally {
    for (const track of open) track.close();
  }
}
