import { APP_TOOL } from '../../io/app-version.ts';
import type { OpusTags } from '../../media/ogg/tags.ts';
import { rescale, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { Session } from '../session/session.ts';
import type { ExportItem } from './item.ts';
import { fileMarkers } from './file-markers.ts';
import type { SourceTrack } from './source-track.ts';

/**
 * What an Ogg Opus file says about itself: the same facts as an m4a's metadata, chapters as `CHAPTERnnn` (Xiph, Chapter
 * Extension). Empty values are left out.
 * @param sha256 of the recorded packets, in hex.
 */
export function oggTags(
  session: Session,
  item: ExportItem,
  { player, track, filled, report }: SourceTrack,
  sha256: string,
): OpusTags {
  const start = session.t0Known ? new Date(session.t0UnixMicros / 1000).toISOString() : '';
  const fields: readonly (readonly [string, string | number])[] = [
    ['TITLE', [item.sessionTitle, player.name].filter((text) => text !== '').join(' - ')],
    ['ARTIST', player.name],
    ['ALBUM', item.sessionTitle],
    ['DATE', start],
    ['TRACKNUMBER', player.index],
    ['TRACKTOTAL', item.of],
    ['SESSION_ID', session.id],
    ['SESSION_START', start],
    ['TIMECODE_START', item.timecode.label],
    ['TIMECODE_RATE', item.timecode.rate],
    ['PLAYER', player.name],
    ['PLAYER_ID', track.player.id],
    ['DURATION_SAMPLES', filled.editDurationSamples],
    ['SOURCE_FORMAT', session.format],
    ['PACKETS', report.packets],
    ['SILENCE_PACKETS', report.silencePackets],
    ['PACKETS_SHA256', sha256],
    ['GAPS', report.gaps.count],
    ['DAMAGE', report.damage.count],
    ...fileMarkers(item, filled.editDurationSamples).flatMap(({ name, atSamples }, index) => {
      const key = `CHAPTER${String(index + 1).padStart(3, '0')}`;
      return [[key, clock(atSamples)] as const, [`${key}NAME`, name] as const];
    }),
  ];
  return {
    vendor: APP_TOOL,
    comments: fields.filter(([, value]) => value !== '').map(([name, value]) => `${name}=${value}`),
  };
}

/** `HH:MM:SS.mmm`, rounded down. */
function clock(samples: number): string {
  const millis = rescale(samples, 1000, SAMPLE_RATE, 'floor');
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(millis / 1000);
  const hours = Math.floor(seconds / 3600);
  return `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(millis % 1000).padStart(3, '0')}`;
}
