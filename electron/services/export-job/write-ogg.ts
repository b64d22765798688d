import { crc32 } from 'node:zlib';
import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import type { PacketRun } from '../../media/ogg/find-difference.ts';
import { verifyOgg } from '../../media/ogg/verify.ts';
import { OggWriter } from '../../media/ogg/writer.ts';
import type { OpusHead } from '../../media/opus/head.ts';
import { BlockWriter } from './block-writer.ts';
import { feedPackets } from './feed-packets.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { NO_DIGEST, oggTags } from './ogg-tags.ts';
import type { SourceTrack } from './source-track.ts';
import { packetStretches } from './track-packets.ts';

/**
 * Writes an Ogg Opus file (RFC 7845): the packets as they are, the pre-skip taking what the m4a's edit list trims, the
 * last page's position what it ends before. It holds the same samples as the m4a of the same player.
 */
export async function writeOgg({
  session,
  item,
  sources,
  output,
  signal,
  onWrite,
}: MediaJob): Promise<WrittenMedia> {
  const [source] = sources;
  if (source === undefined) throw new RangeError('an export has at least one track');
  const { track, filled } = source;
  const head: OpusHead = {
    channels: track.channels,
    preSkipSamples: filled.editStartSamples,
    inputRate: track.player.inputRate,
    outputGain: 0,
  };
  const writer = new OggWriter({
    head,
    serial: crc32(`${session.id}/${track.player.id}`),
    endGranule: filled.mediaSamples,
  });
  const payloadBytes = filled.placement.packets.sizesBytes.reduce((sum, size) => sum + size, 0);
  const block = new BlockWriter(output, 0, (positionBytes) => {
    signal.throwIfAborted();
    onWrite(positionBytes, Math.max(positionBytes, payloadBytes));
  });
  const append = (page: Uint8Array | undefined): void => {
    if (page !== undefined) block.append(page);
  };
  writer.headers(oggTags(session, item, source, NO_DIGEST)).forEach(append);
  const sha256 = await feedPackets(source, {
    recorded: (packet, units) => {
      append(writer.add(packet, units * FRAME_UNIT_SAMPLES));
    },
    filler: (packet, units, count) => {
      for (let i = 0; i < count; i++) append(writer.add(packet, units * FRAME_UNIT_SAMPLES));
    },
  });
  append(writer.finish());
  const sizeBytes = block.finish();
  // The digest is as long as the zeros that stood for it.
  const headers = Buffer.concat(writer.headers(oggTags(session, item, source, sha256)));
  output.write(headers, 0);
  return {
    sizeBytes,
    digests: [sha256],
    verify: (onRead) =>
      verifyOgg(
        output.source(sizeBytes),
        {
          name: source.player.name,
          head,
          durationSamples: filled.editDurationSamples,
          sha256,
          runs: packetRuns(source),
          readPacket: (row) => source.reader.packet(filled.placement.packets, row),
        },
        { signal, onProgress: onRead },
      ),
  };
}

/** What a track's packets are, in order and in runs; may be asked more than once. */
export function packetRuns(source: SourceTrack): Iterable<PacketRun> {
  return {
    *[Symbol.iterator]() {
      for (const stretch of packetStretches(source)) {
        if (stretch.kind === 'recorded') yield { count: stretch.end - stretch.first };
        else yield { count: stretch.count, silence: stretch.packet };
      }
    },
  };
}
