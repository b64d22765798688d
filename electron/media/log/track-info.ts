import { viewOf, type ByteSink } from './byte-sink.ts';
import { NO_TRACK } from './record.ts';

/** What an exporter must know about a track besides its packets. */
export interface TrackInfo {
  /** 0 to 65534, unique within the session; a player keeps it across renames and lost devices. */
  readonly id: number;
  /** The player's name as shown. */
  readonly name: string;
  readonly channels: 1 | 2;
  /** The encoder's lookahead (RFC 7845 section 4.2), at 48 kHz. */
  readonly preSkipSamples: number;
  /** Rate of the signal before encoding, in Hz. */
  readonly inputRate: number;
}

/** Longest player name in UTF-8: far beyond what a list can show. */
const MAX_NAME_BYTES = 512;

const FIXED_BYTES = 12;

/**
 * Appends one track: u16 id, u8 channels, u8 0, u16 pre-skip, u16 name bytes, u32 input rate, name.
 * @throws RangeError for a value that does not fit; a name is never cut here.
 */
export function serialiseTrackInfo(sink: ByteSink, info: TrackInfo): void {
  const name = new TextEncoder().encode(info.name);
  const { id, preSkipSamples, inputRate } = info;
  if (!fits(id, NO_TRACK - 1)) throw new RangeError(`a track id is 0 to ${NO_TRACK - 1}, got ${id}`);
  if (name.length > MAX_NAME_BYTES)
    throw new RangeError(`a name takes at most ${MAX_NAME_BYTES} bytes, got ${name.length}`);
  if (!fits(preSkipSamples, 0xffff))
    throw new RangeError(`a pre-skip is 0 to 65535 samples, got ${preSkipSamples}`);
  if (!fits(inputRate, 0xffff_ffff))
    throw new RangeError(`an input rate is 0 to 2^32 - 1 Hz, got ${inputRate}`);
  sink.u16(id);
  sink.u8(info.channels);
  sink.u8(0);
  sink.u16(preSkipSamples);
  sink.u16(name.length);
  sink.u32(inputRate);
  sink.append(name);
}

/** The track at `at` and where it ends, or undefined when it does not fit before `end` or makes no sense. */
export function parseTrackInfo(
  bytes: Uint8Array,
  at: number,
  end: number,
): { info: TrackInfo; endByte: number } | undefined {
  const nameAt = at + FIXED_BYTES;
  if (nameAt > end) return undefined;
  const view = viewOf(bytes);
  const id = view.getUint16(at, true);
  const channels = bytes[at + 2];
  const endByte = nameAt + view.getUint16(at + 6, true);
  if (endByte > end || id === NO_TRACK || (channels !== 1 && channels !== 2)) return undefined;
  const name = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(nameAt, endByte));
  const preSkipSamples = view.getUint16(at + 4, true);
  const inputRate = view.getUint32(at + 8, true);
  return { info: { id, name, channels, preSkipSamples, inputRate }, endByte };
}

function fits(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
