import type { FirstDifference } from '../../../shared/model/verify-report.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { type ByteSource, ReadWindow } from '../byte-source.ts';
import type { Track } from './read-track.ts';
import { type ExpectedPackets, GroupCursor } from './verify-payload.ts';

const WINDOW_BYTES = 1 << 20;

/**
 * The first recorded packet of a track whose payload is not the expected one, read packet by packet: asked
 * only once the digests differ. Undefined when all packets that both have are equal.
 */
export async function findDifference(
  source: ByteSource,
  track: Track,
  expected: ExpectedPackets,
  signal: AbortSignal | undefined,
): Promise<FirstDifference | undefined> {
  const { readPacket } = expected;
  if (readPacket === undefined) return undefined;
  const window = new ReadWindow(source, WINDOW_BYTES);
  const silence = new GroupCursor(track.groups.find(({ type }) => type === 'fill'));
  const cursor = track.samples.cursor();
  let packet = 0;
  while (packet < expected.count && cursor.next()) {
    if (silence.next() !== 0) continue;
    signal?.throwIfAborted();
    const wanted = readPacket(packet);
    const found = await window.read(cursor.offsetBytes, cursor.sizeBytes);
    const length = Math.min(wanted.length, found.length);
    let byte = 0;
    while (byte < length && wanted[byte] === found[byte]) byte++;
    const timeSamples = Math.floor((cursor.timeTicks * SAMPLE_RATE) / Math.max(1, track.timescale));
    const at = { trackId: track.id, packet, timeSamples };
    if (byte < length) {
      return { ...at, what: 'payload', byte, expected: wanted[byte] ?? 0, actual: found[byte] ?? 0 };
    }
    if (wanted.length !== found.length) {
      return { ...at, what: 'size', expected: wanted.length, actual: found.length };
    }
    packet++;
  }
  return undefined;
}

/** When a recorded packet plays, in samples at 48 kHz; the end of the media for one after the last. */
export function packetTimeSamples(track: Track, packet: number): number {
  const silence = new GroupCursor(track.groups.find(({ type }) => type === 'fill'));
  const cursor = track.samples.cursor();
  let timeTicks = track.samples.durationTicks();
  for (let at = -1; at < packet && cursor.next();) {
    if (silence.next() === 0) at++;
    if (at === packet) timeTicks = cursor.timeTicks;
  }
  return Math.floor((timeTicks * SAMPLE_RATE) / Math.max(1, track.timescale));
}
