import type { FirstDifference } from '../../../shared/model/verify-report.ts';
import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { type ByteSource, ReadWindow } from '../byte-source.ts';
import { packetUnits } from '../opus/toc.ts';
import { PacketAssembler } from './packets.ts';
import { MOST_PAGE_BYTES, oggPageAt } from './page.ts';

/** So many packets that were recorded; where silence was laid, so many times the same packet of it. */
export interface PacketRun {
  readonly count: number;
  readonly silence?: Uint8Array;
}

const WINDOW_BYTES = 1 << 20;
/** Our files hold one stream. */
const TRACK_ID = 1;

/**
 * The first recorded packet of an Ogg Opus file that is not the expected one, read packet by packet: asked only once the
 * digests differ. Checksums of pages are not looked at, since what they complain of is what is looked for.
 * @param runs what the packets are, in order.
 * @param readPacket payload of a recorded packet, by its index among them.
 * @returns undefined when all packets up to the end, or up to what is no page any more, are equal.
 */
export async function findDifference(
  source: ByteSource,
  runs: Iterable<PacketRun>,
  readPacket: (index: number) => Uint8Array,
  signal: AbortSignal | undefined,
): Promise<FirstDifference | undefined> {
  const window = new ReadWindow(source, WINDOW_BYTES);
  const expected = expectedPackets(runs);
  let [packet, timeSamples] = [0, 0];
  let headers = 0;
  for (let at = 0; at < source.sizeBytes;) {
    signal?.throwIfAborted();
    const bytes = await window.read(at, Math.min(MOST_PAGE_BYTES, source.sizeBytes - at));
    const page = oggPageAt(bytes);
    if (page === undefined) return undefined;
    at += page.endByte;
    // The head has a page of its own, the tags as many as they need (RFC 7845 section 3).
    if (headers < 2) {
      if (page.lacing.at(-1) !== 255) headers++;
      continue;
    }
    for (const { bytes: found } of new PacketAssembler(bytes).add(page, true)) {
      const where = { trackId: TRACK_ID, packet, timeSamples };
      const next = expected.next();
      if (next.done === true) return { ...where, what: 'count', expected: packet, actual: packet + 1 };
      timeSamples += packetUnits(found, 0, found.length) * FRAME_UNIT_SAMPLES;
      if (next.value === 'silence') continue;
      const difference = differenceOf(readPacket(packet), found);
      if (difference !== undefined) return { ...where, ...difference };
      packet++;
    }
  }
  let missing = 0;
  for (const kind of expected) if (kind === 'recorded') missing++;
  if (missing === 0) return undefined;
  return {
    trackId: TRACK_ID,
    packet,
    timeSamples,
    what: 'count',
    expected: packet + missing,
    actual: packet,
  };
}

function* expectedPackets(runs: Iterable<PacketRun>): Generator<'recorded' | 'silence', void> {
  for (const { count, silence } of runs) {
    for (let index = 0; index < count; index++) yield silence === undefined ? 'recorded' : 'silence';
  }
}

function differenceOf(
  wanted: Uint8Array,
  found: Uint8Array,
): Pick<FirstDifference, 'what' | 'byte' | 'expected' | 'actual'> | undefined {
  const length = Math.min(wanted.length, found.length);
  let byte = 0;
  while (byte < length && wanted[byte] === found[byte]) byte++;
  if (byte < length) return { what: 'payload', byte, expected: wanted[byte] ?? 0, actual: found[byte] ?? 0 };
  if (wanted.length === found.length) return undefined;
  return { what: 'size', expected: wanted.length, actual: found.length };
}
