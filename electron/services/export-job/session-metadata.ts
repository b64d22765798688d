import { APP_TOOL } from '../../io/app-version.ts';
import type { SessionMetadata } from '../../media/mp4/metadata.ts';
import { encodedPackets } from '../../media/opus/packet-encoder.ts';
import { sumOfReports } from '../../media/timeline/gap-report.ts';
import type { Session } from '../session/session.ts';
import type { ExportItem } from './item.ts';
import type { MediaJob } from './media-job.ts';
import type { SourceTrack } from './source-track.ts';

/** What a player's file says about itself, in whatever form it says it. */
export function sessionMetadata(
  session: Session,
  item: ExportItem,
  { player, filled, report }: SourceTrack,
): SessionMetadata {
  return {
    title: item.sessionTitle,
    player: player.name,
    playerId: player.id,
    sessionId: session.id,
    sessionStartIso: session.t0Known ? new Date(session.t0UnixMicros / 1000).toISOString() : '',
    index: player.index,
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
  };
}

/** What a file of several players says of them together. */
export function together(
  sources: readonly SourceTrack[],
): Pick<SessionMetadata, 'player' | 'index' | 'of' | 'gaps' | 'damage'> {
  const report = sumOfReports(sources.map((source) => source.report));
  return { player: '', index: 1, of: 1, gaps: report.gaps.count, damage: report.damage.count };
}

/** What a mix-down says: its packets are those that were made for it. */
export function mixMetadata({ session, item, sources }: MediaJob): SessionMetadata {
  const [first] = sources;
  if (first === undefined) throw new RangeError('an export has at least one track');
  return {
    ...sessionMetadata(session, item, first),
    ...together(sources),
    playerId: '',
    packets: encodedPackets(first.filled.editDurationSamples),
    silencePackets: 0,
  };
}
