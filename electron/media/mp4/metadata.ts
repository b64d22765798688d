import type { MetadataItem } from './boxes-metadata.ts';

/** What an exported file tells about itself. Empty texts are left out of the file. */
export interface SessionMetadata {
  readonly title: string;
  /** The player whose track this is; empty where the file holds several. */
  readonly player: string;
  readonly playerId: string;
  readonly sessionId: string;
  /** T0 as ISO 8601 with zone, for instance `2026-11-20T10:00:00.000+01:00`. */
  readonly sessionStartIso: string;
  /** Place among the files of the export, from 1. */
  readonly index: number;
  readonly of: number;
  /** Label of the first sample, for instance `10:00:00;00`. */
  readonly timecodeStart: string;
  /** For instance `29.97df`. */
  readonly timecodeRate: string;
  readonly durationSamples: number;
  readonly sourceFormat: string;
  /** Recorded packets in the file. */
  readonly packets: number;
  /** Packets of silence laid between and around them. */
  readonly silencePackets: number;
  /** Stretches in which nothing was recorded. */
  readonly gaps: number;
  /** Places in the logs at which recorded audio may be missing. */
  readonly damage: number;
  /** Program and version that wrote the file. */
  readonly tool: string;
}

/** All items of a file with one player, in the order in which they are written; FORMAT.md lists them. */
export function metadataItems(session: SessionMetadata): MetadataItem[] {
  return [...sessionItems(session), ...playerItems(session)];
}

/** All items of a mix-down, whose packets are none of those that were recorded. */
export function mixItems(session: SessionMetadata, kbps: number): MetadataItem[] {
  return [
    ...sessionItems(session, 'mix'),
    ownItem('CONTENT', MIX_CONTENT),
    ownItem('ENCODED_KBPS', kbps),
    ...playerItems(session),
  ];
}

/** The CONTENT of a mix-down; other files have none. */
export const MIX_CONTENT = 'mix';

/** What belongs to no single player: the movie's metadata in a file of several. @param who the title ends with. */
export function sessionItems(session: SessionMetadata, who = session.player): MetadataItem[] {
  const named = [session.title, who].filter((text) => text !== '').join(' - ');
  return withoutEmpty([
    { kind: 'text', code: '©nam', value: named },
    { kind: 'text', code: '©ART', value: session.player },
    { kind: 'text', code: '©alb', value: session.title },
    { kind: 'text', code: '©day', value: session.sessionStartIso },
    { kind: 'text', code: '©cmt', value: summary(session) },
    { kind: 'text', code: '©too', value: session.tool },
    { kind: 'number-of', code: 'trkn', index: session.index, of: session.of },
    ownItem('SESSION_ID', session.sessionId),
    ownItem('SESSION_START', session.sessionStartIso),
    ownItem('TIMECODE_START', session.timecodeStart),
    ownItem('TIMECODE_RATE', session.timecodeRate),
  ]);
}

/** What belongs to one player: the track's metadata in a file of several. */
export function playerItems(session: SessionMetadata): MetadataItem[] {
  return withoutEmpty([
    ownItem('PLAYER', session.player),
    ownItem('PLAYER_ID', session.playerId),
    ownItem('DURATION_SAMPLES', session.durationSamples),
    ownItem('SOURCE_FORMAT', session.sourceFormat),
    ownItem('PACKETS', session.packets),
    ownItem('SILENCE_PACKETS', session.silencePackets),
    { kind: 'digest', name: 'PACKETS_SHA256' },
    ownItem('GAPS', session.gaps),
    ownItem('DAMAGE', session.damage),
  ]);
}

function withoutEmpty(items: readonly MetadataItem[]): MetadataItem[] {
  return items.filter((item) => !('value' in item) || item.value !== '');
}

/** A field of ours. */
export function ownItem(name: string, value: string | number): MetadataItem {
  return { kind: 'own', name, value: String(value) };
}

/** One line for people whose player shows no more than a comment. */
function summary(session: SessionMetadata): string {
  const { timecodeStart, timecodeRate, gaps, damage } = session;
  return `Starts at ${timecodeStart} (${timecodeRate}). Gaps filled with silence: ${gaps}. Damaged places: ${damage}.`;
}
