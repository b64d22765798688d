import { timecodeRate } from '../../../shared/time/timecode.ts';
import { APP_TOOL } from '../../io/app-version.ts';
import { metadataItems } from '../../media/mp4/metadata.ts';
import type { MuxerSpec } from '../../media/mp4/muxer.ts';
import type { Session } from '../session/session.ts';
import type { ExportItem } from './item.ts';
import type { SourceTrack } from './source-track.ts';

/**
 * What the muxer is told about one player's file. Times come from the session, never from the clock, so that the
 * same session gives the same bytes.
 */
export function movieSpec(
  session: Session,
  item: ExportItem,
  { player: { name, index }, track, filled, report }: SourceTrack,
): MuxerSpec {
  const { player } = track;
  const rate = timecodeRate(item.timecode.rate);
  return {
    creationUnixSeconds: Math.floor(session.t0UnixMicros / 1e6),
    tracks: [
      {
        name,
        channels: track.channels,
        preSkipSamples: player.preSkipSamples,
        inputRate: player.inputRate,
        editStartSamples: filled.editStartSamples,
        editDurationSamples: filled.editDurationSamples,
        lastTrimSamples: filled.lastTrimSamples,
      },
    ],
    timecode: { ...rate, startFrame: item.timecode.startFrame },
    metadata: metadataItems({
      title: item.sessionTitle,
      player: name,
      playerId: player.id,
      sessionId: session.id,
      sessionStartIso: session.t0Known ? new Date(session.t0UnixMicros / 1000).toISOString() : '',
      index,
      of: item.of,
      timecodeStart: item.timecode.label,
      timecodeRate: item.timecode.rate,
      durationSamples: filled.editDurationSamples,
      sourceFormat: session.format,
      packets: report.packets,
      silencePackets: report.silencePackets,
      gaps: report.gaps.count,
      damage: report.damage.count,
      tool: APP_TOOL,
    }),
  };
}
