import type { Loudness } from '../../../shared/model/loudness.ts';
import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { framesToSamples, reducedRate, timecodeRate } from '../../../shared/time/timecode.ts';
import { APP_TOOL } from '../../io/app-version.ts';
import { MIX_CONTENT } from '../../media/mp4/metadata.ts';
import { pcmBytes } from '../../media/pcm/pcm-format.ts';
import type { BwfSpec } from '../../media/wav/bwf.ts';
import { fileMarkers } from './file-markers.ts';
import type { ItemPlayer } from './item.ts';
import type { MediaJob } from './media-job.ts';

/** What a file of samples holds. */
interface BwfContent {
  /** Of each channel. */
  readonly channelNames: readonly string[];
  /** Whose file it is, where it belongs to one player. */
  readonly player?: ItemPlayer | undefined;
  /** What the file is, where it is no player's. */
  readonly title?: string;
  /** Where it was measured. */
  readonly loudness?: Loudness;
}

/** What the writer of Broadcast Wave is told: its texts, its start and its length come from the session alone. */
export function bwfSpec(
  { session, item, sources }: MediaJob,
  format: PcmFormat,
  { channelNames, player, title = '', loudness }: BwfContent,
): BwfSpec {
  const rate = timecodeRate(item.timecode.rate);
  const frames = sources[0]?.filled.editDurationSamples ?? 0;
  const timeReferenceSamples = framesToSamples(item.timecode.startFrame, rate, 'nearest');
  const bitDepth = 8 * pcmBytes(format);
  const history = [
    'A=PCM',
    `F=${SAMPLE_RATE}`,
    `W=${bitDepth}`,
    ...(channelNames.length > 2 ? [] : [`M=${channelNames.length === 1 ? 'mono' : 'stereo'}`]),
    `T=${APP_TOOL}`,
  ];
  return {
    format,
    sampleRate: SAMPLE_RATE,
    channels: channelNames.length,
    frames,
    bext: {
      description: [item.sessionTitle, player?.name ?? title].filter((text) => text !== '').join(' / '),
      originator: APP_TOOL,
      originatorReference: session.id,
      date: item.localStart?.date ?? '',
      time: item.localStart?.time.replaceAll('-', ':') ?? '',
      timeReferenceSamples,
      codingHistory: `${history.join(',')}\r\n`,
      ...(loudness !== undefined && { loudness }),
    },
    ixml: {
      project: item.sessionTitle,
      note: `Starts at ${item.timecode.label} (${item.timecode.rate}).`,
      familyId: session.id,
      fileSetIndex: player === undefined ? '' : String(player.index),
      timecodeRate: reducedRate(rate).join('/'),
      dropFrame: rate.dropFrame,
      bitDepth,
      sampleRate: SAMPLE_RATE,
      timeReferenceSamples,
      channelNames,
      user: [
        `SESSION_ID=${session.id}`,
        ...sources.map(({ player: { id } }) => `PLAYER_ID=${id}`),
        `TIMECODE_START=${item.timecode.label}`,
        `TIMECODE_RATE=${item.timecode.rate}`,
        `ORIGIN_SAMPLES=${item.originSamples}`,
        `DURATION_SAMPLES=${frames}`,
        ...(item.format.kind === 'mix' ? [`CONTENT=${MIX_CONTENT}`] : []),
      ].join('\n'),
    },
    cues: fileMarkers(item, frames).filter(({ atSamples }) => atSamples < 2 ** 32),
  };
}
