import type { MixPlace, MixReport } from '../../../shared/model/loudness.ts';
import type { StereoBlock } from '../../media/mix/master.ts';
import type { MediaJob } from './media-job.ts';
import type { MixedTrack } from './mix-blocks.ts';
import { levelled, mastered, type MixGain, mixLevel } from './mix-level.ts';

/** Measuring is so much of the work, making the rest. */
const MEASURING_SHARE = 0.7;

/** How a mix-down came about, without what became of its file. */
interface MixedDown {
  readonly report: Omit<MixReport, 'mix'>;
  /** Packets that could not be decoded, which became silence. */
  readonly undecodable: number;
}

/** Frames of the mix-down: those of everything else of the session. */
export function mixFrames({ sources }: MediaJob): number {
  return sources[0]?.filled.editDurationSamples ?? 0;
}

/**
 * All players as one stereo programme at a set loudness. Packets are decoded again for every pass, so that memory does
 * not grow with length.
 */
export class MixDown {
  /** Whether there is anything for the limiter to do. */
  readonly isLimited: boolean;
  readonly #tracks: readonly MixedTrack[];
  readonly #frames: number;
  readonly #players: MixReport['players'];
  #gain: MixGain;

  private constructor(
    tracks: readonly MixedTrack[],
    frames: number,
    players: MixReport['players'],
    { gainDb, limitDb, isLimited }: MixGain & { readonly isLimited: boolean },
  ) {
    this.#tracks = tracks;
    this.#frames = frames;
    this.#players = players;
    this.#gain = { gainDb, limitDb };
    this.isLimited = isLimited;
  }

  /**
   * Measures everybody, and finds the gain.
   * @param places where each of the item's players stands, in their order.
   * @param onShare told how much of measuring and making it once is done, 0 to 1; may throw to stop.
   */
  static async measure(
    job: MediaJob,
    places: readonly MixPlace[],
    onShare: (share: number) => void,
  ): Promise<MixDown> {
    const { item, sources } = job;
    const frames = mixFrames(job);
    const tracks = sources.map((source): MixedTrack => {
      const place = places[item.players.findIndex(({ id }) => id === source.player.id)];
      return { source, place: place ?? { panPercent: 0, gainDb: 0 } };
    });
    const level = await mixLevel(tracks, frames, (share) => {
      onShare(MEASURING_SHARE * share);
    });
    const players = item.players.map(({ id, name }, index) => ({
      playerId: id,
      player: name,
      place: places[index] ?? { panPercent: 0, gainDb: 0 },
      loudness: level.players[tracks.findIndex(({ source }) => source.player.id === id)] ?? null,
    }));
    return new MixDown(tracks, frames, players, level);
  }

  /**
   * Makes it.
   * @param visit given every block that is done, in order.
   * @param onShare told how much of measuring and making it is done; may throw to stop.
   */
  async make(visit: (block: StereoBlock) => void, onShare: (share: number) => void): Promise<MixedDown> {
    const { undecodable, limitedDb } = await mastered(
      this.#tracks,
      this.#frames,
      this.#gain,
      (block, doneFrames) => {
        visit(block);
        onShare(MEASURING_SHARE + ((1 - MEASURING_SHARE) * doneFrames) / this.#frames);
      },
    );
    return { undecodable, report: { raisedDb: this.#gain.gainDb, limitedDb, players: this.#players } };
  }

  /**
   * Holds peaks lower by so many dB from now on, at the same loudness.
   * @param onShare told how much of measuring and making it is done; may throw to stop.
   */
  async lowerLimit(byDb: number, onShare: (share: number) => void): Promise<void> {
    const { gainDb, limitDb } = this.#gain;
    this.#gain = await levelled(this.#tracks, this.#frames, { gainDb, limitDb: limitDb - byDb }, (share) => {
      onShare(MEASURING_SHARE * share);
    });
  }
}
