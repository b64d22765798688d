import { timecodeRate } from '../../../shared/time/timecode.ts';
import type { MixKbps, PcmFormat } from '../../../shared/model/media-formats.ts';
import type { FileSpec } from '../../media/mp4/layout.ts';
import { metadataItems, mixItems, ownItem, playerItems, sessionItems } from '../../media/mp4/metadata.ts';
import type { MovSpec } from '../../media/mp4/mov.ts';
import type { AudioTrackSpec, MuxerSpec } from '../../media/mp4/muxer.ts';
import { encodedTrim } from '../../media/opus/packet-encoder.ts';
import type { Session } from '../session/session.ts';
import { fileChapters } from './file-markers.ts';
import { MIX_HEAD } from './encode-mix.ts';
import type { ExportItem } from './item.ts';
import type { MediaJob } from './media-job.ts';
import { mixMetadata, sessionMetadata, together } from './session-metadata.ts';
import type { SourceTrack } from './source-track.ts';

/**
 * What the muxer is told about a file. Where it holds several players, what belongs to one of them stands in the
 * metadata of the track. Times come from the session, never from the clock, so that the same session gives the same
 * bytes.
 */
export function movieSpec(session: Session, item: ExportItem, sources: readonly SourceTrack[]): MuxerSpec {
  const [first, ...others] = sources;
  if (first === undefined) throw new RangeError('an export has at least one track');
  const file = fileSpec(session, item, first);
  const metadata = sessionMetadata(session, item, first);
  if (others.length === 0) return { ...file, tracks: [trackSpec(first)], metadata: metadataItems(metadata) };
  return {
    ...file,
    tracks: sources.map((source) => ({
      ...trackSpec(source),
      metadata: playerItems(sessionMetadata(session, item, source)),
    })),
    metadata: sessionItems({ ...metadata, ...together(sources) }),
  };
}

/**
 * The same for a QuickTime movie of samples. Its metadata has nothing about packets: there are none in it.
 */
export function movSpec(
  session: Session,
  item: ExportItem,
  sources: readonly SourceTrack[],
  format: PcmFormat,
): MovSpec {
  const [first, ...others] = sources;
  if (first === undefined) throw new RangeError('an export has at least one track');
  const metadata = sessionMetadata(session, item, first);
  return {
    ...fileSpec(session, item, first),
    format,
    frames: first.filled.editDurationSamples,
    tracks: sources.map(({ player: { id, name }, track: { channels } }) => ({
      name,
      channels,
      metadata: [ownItem('PLAYER_ID', id)],
    })),
    metadata: [
      ...sessionItems(others.length === 0 ? metadata : { ...metadata, ...together(sources) }),
      ownItem('ORIGIN_SAMPLES', item.originSamples),
      ownItem('DURATION_SAMPLES', first.filled.editDurationSamples),
    ],
  };
}

/** The same for the mix-down, which is one track of packets that were made and not recorded. */
export function mixSpec(job: MediaJob, kbps: MixKbps): MuxerSpec {
  const { session, item, sources } = job;
  const [first] = sources;
  if (first === undefined) throw new RangeError('an export has at least one track');
  const { filled } = first;
  return {
    ...fileSpec(session, item, first),
    tracks: [
      {
        name: 'Mix',
        ...MIX_HEAD,
        editStartSamples: MIX_HEAD.preSkipSamples,
        editDurationSamples: filled.editDurationSamples,
        lastTrimSamples: encodedTrim(filled.editDurationSamples),
      },
    ],
    metadata: mixItems(mixMetadata(job), kbps),
  };
}

function fileSpec(session: Session, item: ExportItem, first: SourceTrack): Omit<FileSpec, 'metadata'> {
  return {
    creationUnixSeconds: Math.floor(session.t0UnixMicros / 1e6),
    timecode: { ...timecodeRate(item.timecode.rate), startFrame: item.timecode.startFrame },
    chapters: fileChapters(item, first.filled.editDurationSamples),
  };
}

function trackSpec({ player: { name }, track: { channels, player }, filled }: SourceTrack): AudioTrackSpec {
  return {
    name,
    channels,
    preSkipSamples: player.preSkipSamples,
    inputRate: player.inputRate,
    editStartSamples: filled.editStartSamples,
    editDurationSamples: filled.editDurationSamples,
    lastTrimSamples: filled.lastTrimSamples,
  };
}
