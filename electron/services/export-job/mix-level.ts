import { type Loudness, MIX_TARGET_LUFS } from '../../../shared/model/loudness.ts';
import { LoudnessMeter } from '../../media/loudness/meter.ts';
import { LIMIT_DB, Master, type StereoBlock } from '../../media/mix/master.ts';
import { mixBlocks, type MixedTrack } from './mix-blocks.ts';

/** More would make a programme of a room's noise. */
const MOST_RAISED_DB = 30;
/** The limiter takes loudness away, which nobody can foresee: so often is its outcome measured and the gain put right. */
const TRIALS = 2;
/** Near enough, in LU. */
const TOLERANCE_LU = 0.05;

/** How a mix is raised, and what its peaks are held to. */
export interface MixGain {
  readonly gainDb: number;
  readonly limitDb: number;
}

/** The gain for a mix, and what it was derived from. */
interface MixLevel extends MixGain {
  /** Of each player, as decoded. */
  readonly players: readonly Loudness[];
  /** Whether there is anything for the limiter to do. */
  readonly isLimited: boolean;
}

/**
 * Finds the gain that brings a mix to its target by measuring everybody once, and what the limiter makes of it where
 * there is something to limit.
 * @param onShare told how much of the work is done, 0 to 1; may throw to stop.
 */
export async function mixLevel(
  tracks: readonly MixedTrack[],
  frames: number,
  onShare: (share: number) => void,
): Promise<MixLevel> {
  const meters = tracks.map(({ source }) => new LoudnessMeter(source.track.channels));
  const sum = new LoudnessMeter(2);
  const passes = 1 + TRIALS;
  await mixBlocks(tracks, frames, ({ players, mix, frames: count, doneFrames }) => {
    for (const [index, meter] of meters.entries()) meter.add(players[index] ?? [], count);
    sum.add(mix, count);
    onShare(doneFrames / frames / passes);
  });
  const players = meters.map((meter) => meter.finish());
  const { integratedLufs, truePeakDbtp } = sum.finish();
  const limitDb = LIMIT_DB;
  if (integratedLufs === null) return { gainDb: 0, limitDb, players, isLimited: false };
  const gainDb = Math.min(MOST_RAISED_DB, MIX_TARGET_LUFS - integratedLufs);
  const isLimited = (truePeakDbtp ?? 0) + gainDb > limitDb;
  if (!isLimited) return { gainDb, limitDb, players, isLimited };
  const gain = await levelled(tracks, frames, { gainDb, limitDb }, (share) => {
    onShare((1 + TRIALS * share) / passes);
  });
  return { ...gain, players, isLimited };
}

/**
 * Puts a gain right for what the limiter takes away.
 * @param onShare told how much of the work is done, 0 to 1; may throw to stop.
 */
export async function levelled(
  tracks: readonly MixedTrack[],
  frames: number,
  { gainDb: firstDb, limitDb }: MixGain,
  onShare: (share: number) => void,
): Promise<MixGain> {
  let gainDb = firstDb;
  for (let trial = 0; trial < TRIALS; trial++) {
    const limited = await measuredMaster(tracks, frames, { gainDb, limitDb }, (share) => {
      onShare((trial + share) / TRIALS);
    });
    const missing = MIX_TARGET_LUFS - (limited.integratedLufs ?? MIX_TARGET_LUFS);
    if (Math.abs(missing) <= TOLERANCE_LU) break;
    gainDb = Math.min(MOST_RAISED_DB, gainDb + missing);
  }
  return { gainDb, limitDb };
}

async function measuredMaster(
  tracks: readonly MixedTrack[],
  frames: number,
  gain: MixGain,
  onShare: (share: number) => void,
): Promise<Loudness> {
  const meter = new LoudnessMeter(2);
  await mastered(tracks, frames, gain, (block, doneFrames) => {
    meter.add(block, block[0].length);
    onShare(doneFrames / frames);
  });
  return meter.finish();
}

/**
 * Mixes, raises and limits.
 * @param visit given every block that is done in order; may throw to stop.
 */
export async function mastered(
  tracks: readonly MixedTrack[],
  frames: number,
  { gainDb, limitDb }: MixGain,
  visit: (block: StereoBlock, doneFrames: number) => void,
): Promise<{ readonly undecodable: number; readonly limitedDb: number }> {
  const master = new Master(gainDb, limitDb);
  const undecodable = await mixBlocks(tracks, frames, ({ mix, frames: count, doneFrames }) => {
    visit(master.process(mix, count), doneFrames);
  });
  visit(master.finish(), frames);
  return { undecodable, limitedDb: master.limitedDb };
}
