import { rescale, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ClockAnchor } from './entry.ts';
import type { SegmentClock } from './writer.ts';

/** Devices deliver their first sample within seconds; an anchor that says otherwise does not belong to these clocks. */
const MOST_CORRECTION_MICROS = 600_000_000;

/**
 * T0 by the first anchor: the wall clock at a moment when the monotonic clock is known too, less the way from T0 to
 * there. An anchor's clock is that of the moment at which its position was heard. The header's T0 is when the recording was asked for; devices take a while until they deliver position 0.
 * @param statedUnixMicros T0 as the headers give it.
 * @param clock both clocks when any segment began.
 * @returns microseconds since 1970 UTC; undefined when the anchor cannot be right.
 */
export function anchoredT0UnixMicros(
  statedUnixMicros: number,
  clock: SegmentClock,
  anchor: ClockAnchor,
): number | undefined {
  const atAnchor = clock.wallUnixMicros + (anchor.monotonicMicros - clock.monotonicMicros);
  const t0 = atAnchor - rescale(anchor.positionSamples, 1_000_000, SAMPLE_RATE, 'nearest');
  const isPossible = t0 >= 0 && Math.abs(t0 - statedUnixMicros) <= MOST_CORRECTION_MICROS;
  return isPossible ? t0 : undefined;
}
