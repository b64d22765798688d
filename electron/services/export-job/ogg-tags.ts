import { MIX_CONTENT, type SessionMetadata } from '../../media/mp4/metadata.ts';
import type { OpusTags } from '../../media/ogg/tags.ts';
import { rescale, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { Session } from '../session/session.ts';
import type { ExportItem } from './item.ts';
import { fileMarkers } from './file-markers.ts';
import type { MediaJob } from './media-job.ts';
import { mixMetadata, sessionMetadata } from './session-metadata.ts';
import type { SourceTrack } from './source-track.ts';

/** Stands for a digest until it is known, as long as one. */
export const NO_DIGEST = '0'.repeat(64);

type Field = readonly [name: string, value: string | number];

/**
 * What an Ogg Opus file says about itself: the same facts as an m4a's metadata, chapters as `CHAPTERnnn` (Xiph, Chapter
 * Extension). Empty values are left out.
 * @param sha256 of the recorded packets, in hex.
 */
export function oggTags(session: Session, item: ExportItem, source: SourceTrack, sha256: string): OpusTags {
  return tags(item, sessionMetadata(session, item, source), { who: source.player.name, sha256 });
}

/** The same of a mix-down. @param sha256 of its packets, in hex. */
export function mixTags(job: MediaJob, kbps: number, sha256: string): OpusTags {
  const content: readonly Field[] = [
    ['CONTENT', MIX_CONTENT],
    ['ENCODED_KBPS', kbps],
  ];
  return tags(job.item, mixMetadata(job), { who: 'mix', sha256, content });
}

function tags(
  item: ExportItem,
  facts: SessionMetadata,
  { who, sha256, content = [] }: { who: string; sha256: string; content?: readonly Field[] },
): OpusTags {
  const fields: readonly Field[] = [
    ['TITLE', [facts.title, who].filter((text) => text !== '').join(' - ')],
    ['ARTIST', facts.player],
    ['ALBUM', facts.title],
    ['DATE', facts.sessionStartIso],
    ['TRACKNUMBER', facts.index],
    ['TRACKTOTAL', facts.of],
    ['SESSION_ID', facts.sessionId],
    ['SESSION_START', facts.sessionStartIso],
    ['TIMECODE_START', facts.timecodeStart],
    ['TIMECODE_RATE', facts.timecodeRate],
    ...content,
    ['PLAYER', facts.player],
    ['PLAYER_ID', facts.playerId],
    ['ORIGIN_SAMPLES', item.originSamples],
    ['DURATION_SAMPLES', facts.durationSamples],
    ['SOURCE_FORMAT', facts.sourceFormat],
    ['PACKETS', facts.packets],
    ['SILENCE_PACKETS', facts.silencePackets],
    ['PACKETS_SHA256', sha256],
    ['GAPS', facts.gaps],
    ['DAMAGE', facts.damage],
    ...fileMarkers(item, facts.durationSamples).flatMap(({ name, atSamples }, index): readonly Field[] => {
      const key = `CHAPTER${String(index + 1).padStart(3, '0')}`;
      return [
        [key, clock(atSamples)],
        [`${key}NAME`, name],
      ];
    }),
  ];
  return {
    vendor: facts.tool,
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
