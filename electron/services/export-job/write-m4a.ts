import { AppError } from '../../../shared/model/errors.ts';
import { release } from '../../media/bytes/release.ts';
import type { ChunkOrder } from '../../media/mp4/chunk-plan.ts';
import type { FileLayout } from '../../media/mp4/layout.ts';
import { Muxer } from '../../media/mp4/muxer.ts';
import { verifyMovie } from '../../media/mp4/verify.ts';
import { fileChapters } from './file-markers.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { movieSpec } from './movie-spec.ts';
import { PayloadWriter } from './payload-writer.ts';
import type { SourceTrack } from './source-track.ts';
import { type PacketStretch, packetStretches } from './track-packets.ts';

/**
 * Writes an `.m4a` whose `moov` comes first: sizes are known before the payload is read. Several players are tracks of
 * one file, second by second, with one timecode track.
 */
export async function writeM4a(job: MediaJob): Promise<WrittenMedia> {
  const { sources, output, signal, onWrite } = job;
  const { headBytes, totalBytes, chunks, digestOffsets } = writeHead(job);
  const writer = new PayloadWriter(output, headBytes, {
    checks: sources.map(({ track }) => track.checks),
    onWrite: (positionBytes) => {
      signal.throwIfAborted();
      onWrite(positionBytes, totalBytes);
    },
  });
  await writeChunks(writer, sources, chunks);
  const { endByte, digests } = await writer.finish();
  if (endByte !== totalBytes) {
    throw new AppError(
      'internal',
      `${output.partPath} came out ${endByte} bytes long instead of ${totalBytes}.`,
    );
  }
  for (const [track, sha256] of digests.entries()) {
    const offset = digestOffsets[track];
    if (offset !== undefined) output.write(Buffer.from(sha256, 'latin1'), offset);
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
        signal,
        onProgress: onRead,
      }),
  };
}

interface WrittenHead extends Pick<FileLayout, 'totalBytes' | 'chunks'> {
  readonly headBytes: number;
  /** Where each track's digest goes. */
  readonly digestOffsets: readonly (number | undefined)[];
}

/** Lays the file out and writes what comes before the payload, 4 bytes a packet that nobody keeps. */
function writeHead({ session, item, sources, output }: MediaJob): WrittenHead {
  const muxer = new Muxer(movieSpec(session, item, sources));
  for (const [track, source] of sources.entries()) addAll(muxer, track, source);
  const { head, totalBytes, chunks, digestOffset, trackDigestOffsets } = muxer.finish();
  const headBytes = head.length;
  output.write(head, 0);
  release(head);
  // The movie's metadata speaks of the only player there is.
  const digestOffsets = sources.length === 1 ? [digestOffset] : trackDigestOffsets;
  return { headBytes, totalBytes, chunks, digestOffsets };
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
