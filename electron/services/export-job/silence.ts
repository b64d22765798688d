import { opusCodec } from '../../io/opus-codec.ts';
import { SilenceSet } from '../../media/opus/silence.ts';

const sets = new Map<1 | 2, SilenceSet>();

/** The packets of silence for a channel count, encoded once in a process. */
export function silenceFor(channels: 1 | 2): SilenceSet {
  let set = sets.get(channels);
  if (set === undefined) {
    set = new SilenceSet(opusCodec().createEncoder(channels));
    sets.set(channels, set);
  }
  return set;
}
