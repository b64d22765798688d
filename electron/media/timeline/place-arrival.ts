import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import type { PacketTable } from '../packet-table.ts';
import { FutureMinimum } from './future-minimum.ts';
import { LagBand } from './lag-band.ts';
import { GAP_TOLERANCE_SAMPLES, StampWindow } from './stamp-window.ts';
import { Staircase } from './staircase.ts';

/** A new level that holds for this many packets (a third of a second of speech) is no jitter, however small the rise. */
const SETTLED_PACKETS = 16;

/**
 * Places packets stamped on arrival. The lag of a packet is its stamp less the audio logged before it: level inside
 * a run, higher by the gap's length after a gap, scattered by the network. The placement is a staircase that follows
 * the lag and never goes down, so no packet ever overlaps another; each stair is a run. TIMELINE.md has the rules.
 * @param packets in order of stamps; a stamp that is not finite is missing.
 */
export function placeArrival(packets: PacketTable): Staircase {
  const { count, positionsSamples: stamps, durationUnits } = packets;
  const stairs = new Staircase(packets);
  const window = new StampWindow();
  const future = new FutureMinimum(stamps, durationUnits, count);
  const band = new LagBand();
  let elapsed = 0;
  let runRow = 0;
  let runElapsed = 0;
  let isPlaced = false;
  let lastStamp = -Infinity;

  for (let row = 0; row < count; row++) {
    const stamp = stamps[row] ?? 0;
    const duration = (durationUnits[row] ?? 0) * FRAME_UNIT_SAMPLES;
    const lag = stamp - elapsed;
    if (Number.isFinite(lag)) {
      // Up to `future.row` the lowest lag to come is the one found last, and that was no rise.
      if (
        row > future.row &&
        lag > band.low + GAP_TOLERANCE_SAMPLES &&
        beginsRun(band, future, row, elapsed)
      ) {
        if (!isPlaced) stairs.riseTo(window.count > 0 ? window.place() : band.low, runRow, runElapsed);
        window.clear();
        band.restart(elapsed);
        runRow = row;
        runElapsed = elapsed;
        isPlaced = false;
      }
      // A packet that waited in a queue comes together with the next one; only the last of a queue is fresh.
      const nextStamp = row + 1 < count ? (stamps[row + 1] ?? 0) : Infinity;
      const isFresh = !(nextStamp - stamp < duration / 2);
      band.add(lag, elapsed, isFresh || stamp - lastStamp >= duration / 2);
      lastStamp = stamp;
      if (isFresh) {
        window.add(lag, row, elapsed);
        if (window.isFull) {
          const median = window.median();
          // Lags that fall again soon are a queue being worked off: the next window shows better where packets belong.
          const isQueue =
            (!isPlaced || stairs.isBehind(median)) &&
            future.at(row, elapsed) < window.low - GAP_TOLERANCE_SAMPLES;
          if (!isQueue) {
            if (isPlaced) stairs.follow(median, window.firstRow, window.firstElapsed, row);
            else stairs.riseTo(window.place(), runRow, runElapsed);
            isPlaced = true;
          }
          window.clear();
        }
      }
    }
    elapsed += duration;
  }
  if (count > 0 && !isPlaced) stairs.riseTo(window.count > 0 ? window.place() : band.low, runRow, runElapsed);
  return stairs;
}

/**
 * Whether the lag has risen at this packet for good: by more than jitter reaches, or by less but to the level that
 * also the packets after the next few have. A late packet or two just before a gap are neither.
 */
function beginsRun(band: LagBand, future: FutureMinimum, row: number, elapsed: number): boolean {
  const level = future.at(row, elapsed);
  if (level <= band.low + GAP_TOLERANCE_SAMPLES) return false;
  return level > band.low + band.reach || level > future.from(row + SETTLED_PACKETS) - GAP_TOLERANCE_SAMPLES;
}
