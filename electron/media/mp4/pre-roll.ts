import type { RunList } from './run-list.ts';

/** An Opus decoder that starts in the middle needs this much before it sounds right: 80 ms (Opus in ISOBMFF 4.3.6.2). */
const PRE_ROLL_SAMPLES = 3840;
/** Packets that span the pre-roll when all have the shortest duration, 2.5 ms, with room for one more; a power of two. */
const RING = 64;

/**
 * How many packets a reader that seeks must decode first so that they last at least 80 ms, wherever it lands:
 * the largest need of any place in the track, or all packets where the track is shorter than that.
 * @param durations runs of packet durations in samples.
 */
export function preRollPackets(durations: RunList): number {
  const recent = new Uint16Array(RING);
  let oldest = 0;
  let next = 0;
  let spanSamples = 0;
  let most = 0;
  for (let run = 0; run < durations.length; run++) {
    const duration = durations.valueAt(run);
    // Once the window lies wholly inside a run it stops changing: half a ring of packets is enough.
    const steps = Math.min(durations.countAt(run), RING / 2);
    for (let step = 0; step < steps; step++) {
      recent[next++ % RING] = duration;
      spanSamples += duration;
      let first = recent[oldest % RING] ?? 0;
      while (spanSamples - first >= PRE_ROLL_SAMPLES) {
        spanSamples -= first;
        first = recent[++oldest % RING] ?? 0;
      }
      most = Math.max(most, next - oldest);
    }
  }
  return most;
}
