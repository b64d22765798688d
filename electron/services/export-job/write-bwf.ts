import { framesToSamples, timecodeRate } from '../../../shared/time/timecode.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { APP_TOOL } from '../../io/app-version.ts';
import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import { pcmBytes } from '../../media/pcm/pcm-format.ts';
import { type BwfSpec, layOutBwf } from '../../media/wav/bwf.ts';
import { verifyWave } from '../../media/wav/verify.ts';
import { fileMarkers } from './file-markers.ts';
import type { MediaJob, WrittenMedia } from './media-job.ts';
import { withUndecodable } from './undecodable.ts';
import { writePcm } from './write-pcm.ts';

/**
 * Writes a Broadcast Wave file: the decoded packets, with the m4a's start and length; the channels of several players
 * side by side. Its length is known before the first packet is decoded, so its head is written once.
 */
export async function writeBwf(job: MediaJob, format: PcmFormat): Promise<WrittenMedia> {
  const { sources, output, signal, onWrite } = job;
  const spec = bwfSpec(job, format);
  const { head, dataBytes, tail, totalBytes } = layOutBwf(spec);
  output.write(head, 0);
  const place = { format, frames: spec.frames, order: 'interleaved', startByte: head.length } as const;
  const { sha256, undecodable } = await writePcm(output, sources, place, (positionBytes) => {
    signal.throwIfAborted();
    onWrite(positionBytes, totalBytes);
  });
  output.write(tail, head.length + dataBytes);
  return {
    sizeBytes: totalBytes,
    digests: [sha256],
    verify: async (onRead) => {
      const expected = {
        sampleRate: SAMPLE_RATE,
        channels: spec.channels,
        bitDepth: 8 * pcmBytes(format),
        frames: spec.frames,
        timeReferenceSamples: spec.bext.timeReferenceSamples,
        sha256,
        cues: spec.cues.length,
      };
      const report = await verifyWave(output.source(totalBytes), expected, { signal, onProgress: onRead });
      return withUndecodable(report, undecodable);
    },
  };
}

function bwfSpec({ session, item, sources }: MediaJob, format: PcmFormat): BwfSpec {
  const rate = timecodeRate(item.timecode.rate);
  const frames = sources[0]?.filled.editDurationSamples ?? 0;
  const channelNames = sources.flatMap(({ player, track }) =>
    track.channels === 1 ? [player.name] : [`${player.name} L`, `${player.name} R`],
  );
  const [only, ...others] = sources;
  const player = others.length === 0 ? only?.player : undefined;
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
      description: [item.sessionTitle, player?.name ?? ''].filter((text) => text !== '').join(' / '),
      originator: APP_TOOL,
      originatorReference: session.id,
      date: item.localStart?.date ?? '',
      time: item.localStart?.time.replaceAll('-', ':') ?? '',
      timeReferenceSamples,
      codingHistory: `${history.join(',')}\r\n`,
    },
    ixml: {
      project: item.sessionTitle,
      note: `Starts at ${item.timecode.label} (${item.timecode.rate}).`,
      familyId: session.id,
      fileSetIndex: player === undefined ? '' : String(player.index),
      timecodeRate: `${rate.timescale / gcd(rate.timescale, rate.frameDuration)}/${rate.frameDuration / gcd(rate.timescale, rate.frameDuration)}`,
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
        `DURATION_SAMPLES=${frames}`,
      ].join('\n'),
    },
    cues: fileMarkers(item, frames).filter(({ atSamples }) => atSamples < 2 ** 32),
  };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
