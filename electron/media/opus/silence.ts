import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { packetChannels, packetUnits } from './toc.ts';

/** Frame lengths silence is laid in, in units of 120 samples, longest first: 20, 10, 5 and 2.5 ms. */
const SILENCE_UNITS = [8, 4, 2, 1] as const;

/** A frame length of silence: 20, 10, 5 or 2.5 ms in units of 120 samples. */
export type SilenceUnits = (typeof SILENCE_UNITS)[number];

/** An Opus encoder at 48 kHz; whoever has one hands it in, and closes it. */
export interface OpusPacketEncoder {
  readonly channels: 1 | 2;
  /**
   * Encodes one frame.
   * @param pcm `frameSamples * channels` values, channels interleaved.
   * @param frameSamples 120, 240, 480 or 960.
   */
  encode(pcm: Int16Array, frameSamples: number): Uint8Array;
  /** Frees its memory; it is not used afterwards. */
  close(): void;
}

/** So many packets of one length, one after the other. */
export interface SilenceFrames {
  readonly units: SilenceUnits;
  readonly count: number;
}

/**
 * One packet of encoded silence for each frame length, for mono or stereo; make one per channel count and keep it.
 *
 * The packets are what an encoder that has heard nothing makes of zeros: three bytes each, a CELT frame whose
 * silence flag is set (RFC 6716 section 4.3.3). libopus gives the same packet for the first frame of zeros and for
 * every later one, so there is no steady state to wait for, and a packet may be repeated without end.
 */
export class SilenceSet {
  readonly channels: 1 | 2;
  readonly #packets: ReadonlyMap<SilenceUnits, Uint8Array>;

  /**
   * @param encoder a fresh one, so that the packets do not depend on what it heard before; it is closed.
   * @throws RangeError when a packet has another length or channel count than it was asked for.
   */
  constructor(encoder: OpusPacketEncoder) {
    this.channels = encoder.channels;
    try {
      this.#packets = new Map(SILENCE_UNITS.map((units) => [units, encodeSilence(encoder, units)]));
    } finally {
      encoder.close();
    }
  }

  /** The packet of silence that lasts `units`; not to be written into. @throws RangeError for another length. */
  packet(units: SilenceUnits): Uint8Array {
    const packet = this.#packets.get(units);
    if (packet === undefined) throw new RangeError(`expected 8, 4, 2 or 1 units of silence, got ${units}`);
    return packet;
  }
}

/**
 * How a silence is laid: as many 20 ms packets as fit, then at most one each of 10, 5 and 2.5 ms.
 * @param units whole units of 120 samples; none gives an empty list.
 * @throws RangeError when it is not a whole number of units.
 */
export function silenceFrames(units: number): readonly SilenceFrames[] {
  if (!Number.isSafeInteger(units) || units < 0) {
    throw new RangeError(`expected a whole number of units of silence, got ${units}`);
  }
  const frames: SilenceFrames[] = [];
  let left = units;
  for (const each of SILENCE_UNITS) {
    const count = Math.floor(left / each);
    if (count > 0) frames.push({ units: each, count });
    left -= count * each;
  }
  return frames;
}

function encodeSilence(encoder: OpusPacketEncoder, units: SilenceUnits): Uint8Array {
  const frameSamples = units * FRAME_UNIT_SAMPLES;
  const packet = encoder.encode(new Int16Array(frameSamples * encoder.channels), frameSamples);
  const lasts = packetUnits(packet, 0, packet.length);
  const channels = packetChannels(packet[0] ?? 0);
  if (lasts !== units || channels !== encoder.channels) {
    throw new RangeError(
      `expected ${units} units of silence in ${encoder.channels} channels, got ${lasts} in ${channels}`,
    );
  }
  return packet;
}
