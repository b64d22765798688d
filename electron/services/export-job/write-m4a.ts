import { AppError } from '../../../shared/model/errors.ts';
import { release } from '../../media/bytes/release.ts';
import type { ChunkOrder } from '../../media/mp4/chunk-plan.ts';
import type { FragmentLayout } from '../../media/mp4/fragment-layout.ts';
import type { FileLayout } from '../../media/mp4/layout.ts';
import { Muxer } from '../../media/mp4/muxer.ts';
import { verifyMovie } from '../../media/mp4/verify.ts';
import { fileChapters } from './file-markers.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { movieSpec } from './movie-spec.ts';
import { PayloadWriter } from './payload-writer.ts';
import { isSilentPacket } from './silent-packet.ts';
import type { SourceTrack } from './source-track.ts';
import { type PacketStretch, packetStretches } from './track-packets.ts';

/**
 * Writes an `.m4a` whose `moov` comes first: sizes are known before the payload is read. Several players are tracks of
 * one file, second by second or fragment by fragment, with one timecode track.
 */
export async function writeM4a(job: MediaJob, fragmented: boolean): Promise<WrittenMedia> {
  const { sources, output, signal, onWrite } = job;
  const { headBytes, totalBytes, digestOffsets, writePayload } = fragmented
    ? await writeFragmentedHead(job)
    : await writeHead(job);
  const writer = new PayloadWriter(output, headBytes, {
    checks: sources.map(({ track }) => track.checks),
    onWrite: (positionBytes) => {
      signal.throwIfAborted();
      onWrite(positionBytes, totalBytes);
    },
  });
  await writePayload(writer);
  const { endByte, digests } = await writer.finish();
  if (endByte !== totalBytes) {
    throw new AppError(
      'internal',
      `${output.partPath} came out ${endByte} bytes long instead of ${totalBytes}.`,
    );
  }
  for (const [track, sha256] of digests.entries()) {
    const offset = digestOffsets[track];
    if (offset !== undefined) await output.put(Buffer.from(sha256, 'latin1'), offset);
  }
  return {
    sizeBytes: totalBytes,
    digests,
    verify: (onRead) =>
      verifyMovie(output.source(totalBytes), {
        expected: sources.map(({ filled: { placement }, reader }, track) => ({
          ...placement.packets,
          sha256: digests[track] ?? '',
          readPacket: (row: number) => reader.packet(placement.packets, row),
        })),
        chapters: fileChapters(job.item, sources[0]?.filled.editDurationSamples ?? 0),
        isSilent: isSilentPacket,
        signal,
        onProgress: onRead,
      }),
  };
}

/** A file of which the payload is still to be written. */
interface WrittenHead {
  readonly headBytes: number;
  readonly totalBytes: number;
  /** Where each track's digest goes. */
  readonly digestOffsets: readonly (number | undefined)[];
  /** Writes everything behind the head. */
  readonly writePayload: (writer: PayloadWriter) => Promise<void>;
}

/** Lays the file out and writes what comes before the payload, 4 bytes a packet that nobody keeps. */
async function writeHead(job: MediaJob): Promise<WrittenHead> {
  const { head, totalBytes, chunks, ...digests } = filledMuxer(job).finish();
  const headBytes = head.length;
  await job.output.put(head, 0);
  release(head);
  return {
    headBytes,
    totalBytes,
    digestOffsets: digestOffsets(job, digests),
    writePayload: (writer) => writeChunks(writer, job.sources, chunks),
  };
}

/** The same for a file in fragments, each of which is laid out when it is written. */
async function writeFragmentedHead(job: MediaJob): Promise<WrittenHead> {
  const layout = filledMuxer(job).finishFragmented();
  await job.output.put(layout.head, 0);
  return {
    headBytes: layout.head.length,
    totalBytes: layout.totalBytes,
    digestOffsets: digestOffsets(job, layout),
    writePayload: (writer) => writeFragments(writer, job.sources, layout),
  };
}

/** The movie's metadata speaks of the only player there is. */
function digestOffsets(
  { sources }: MediaJob,
  { digestOffset, trackDigestOffsets }: Pick<FileLayout, 'digestOffset' | 'trackDigestOffsets'>,
): readonly (number | undefined)[] {
  return sources.length === 1 ? [digestOffset] : trackDigestOffsets;
}

function filledMuxer({ session, item, sources }: MediaJob): Muxer {
  const muxer = new Muxer(movieSpec(session, item, sources));
  for (const [track, source] of sources.entries()) addAll(muxer, track, source);
  return muxer;
}

/** Tells the muxer every sample's size and length, in order. */
function addAll(muxer: Muxer, track: number, source: SourceTrack): void {
  const { packets } = source.filled.placement;
  for (const stretch of packetStretches(source)) {
    if (stretch.kind === 'filler')
      muxer.addFiller(track, stretch.packet.length, stretch.units, stretch.count);
    else {
      const { first, end } = stretch;
      muxer.addSamples(track, packets.sizesBytes, packets.durationUnits, first, end - first);
    }
  }
}

/** Writes every sample's payload: of one track in one go, of several chunk by chunk. */
async function writeChunks(
  writer: PayloadWriter,
  sources: readonly SourceTrack[],
  { count, tracks, sampleCounts }: ChunkOrder,
): Promise<void> {
  const cursors = sources.map((source) => new TrackCursor(source));
  if (cursors.length === 1) {
    await cursors[0]?.write(writer, Infinity);
    return;
  }
  for (let chunk = 0; chunk < count; chunk++) {
    const track = tracks[chunk] ?? 0;
    writer.select(track);
    await cursors[track]?.write(writer, sampleCounts[chunk] ?? 0);
  }
}

/** Writes fragment after fragment, then where they are. */
async function writeFragments(
  writer: PayloadWriter,
  sources: readonly SourceTrack[],
  layout: FragmentLayout,
): Promise<void> {
  const cursors = sources.map((source) => new TrackCursor(source));
  for (const { head, sampleCounts } of layout.fragments()) {
    await writer.boxes(head);
    for (const [track, count] of sampleCounts.entries()) {
      writer.select(track);
      await cursors[track]?.write(writer, count);
    }
  }
  await writer.boxes(layout.tail);
}

/** Where the writing of a track has come to. */
class TrackCursor {
  readonly #source: SourceTrack;
  readonly #stretches: Iterator<PacketStretch, void>;
  #stretch: PacketStretch | undefined;
  /** Packets of the stretch that are written. */
  #done = 0;

  constructor(source: SourceTrack) {
    this.#source = source;
    this.#stretches = packetStretches(source);
  }

  /** Writes the next `samples` packets, or all there are. */
  async write(writer: PayloadWriter, samples: number): Promise<void> {
    const { reader, filled } = this.#source;
    for (let left = samples; left > 0;) {
      if (this.#stretch === undefined) {
        const next = this.#stretches.next();
        if (next.done === true) return;
        this.#stretch = next.value;
        this.#done = 0;
      }
      const stretch = this.#stretch;
      const length = stretch.kind === 'filler' ? stretch.count : stretch.end - stretch.first;
      const count = Math.min(left, length - this.#done);
      if (stretch.kind === 'filler') await writer.filler(stretch.packet, count);
      else {
        const first = stretch.first + this.#done;
        await writer.packets(reader, filled.placement.packets, first, first + count);
      }
      this.#done += count;
      left -= count;
      if (this.#done === length) this.#stretch = undefined;
    }
  }
}
