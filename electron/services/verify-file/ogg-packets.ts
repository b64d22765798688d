import { AppError } from '../../../shared/model/errors.ts';
import type { VerifyCheck, VerifyReport } from '../../../shared/model/verify-report.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { MIX_CONTENT } from '../../media/mp4/metadata.ts';
import { readOggStart } from '../../media/ogg/read-start.ts';
import { type ExpectedOgg, verifyOgg } from '../../media/ogg/verify.ts';
import type { OpusHead } from '../../media/opus/head.ts';
import { packetUnits } from '../../media/opus/toc.ts';
import { feedPackets } from '../export-job/feed-packets.ts';
import { silenceFor } from '../export-job/silence.ts';
import type { SourceTrack } from '../export-job/source-track.ts';
import { packetRuns } from '../export-job/write-ogg.ts';
import { ENCODED, type Verified, type VerifyFileOptions } from './file-verification.ts';
import { sessionOf, withSources } from './source-session.ts';
import { statedStart, type StatedStart } from './stated-start.ts';

const AMBIGUOUS =
  'the digest: recorded packets are like the silence that was laid, so that only --session can tell them apart';

/** Verifies an Ogg Opus file: pages, positions and packets; with a session each packet and each silence between them. */
export async function verifyOggFile(
  path: string,
  source: ByteSource,
  sessionFolder: string | undefined,
  options: VerifyFileOptions,
): Promise<Verified> {
  const { head, tags } = await readOggStart(source);
  if (head === undefined) {
    throw new AppError('unreadable', `${path} is an Ogg file without Opus, or its beginning is damaged.`, {
      next: 'Export or copy it again.',
    });
  }
  const tag = (name: string): string | undefined =>
    tags?.comments.find((comment) => comment.startsWith(`${name}=`))?.slice(name.length + 1);
  const number = (name: string): number => Number(tag(name) ?? NaN);
  const start = statedStart(tag('TIMECODE_START'), tag('TIMECODE_RATE'));
  const stated = {
    name: tag('PLAYER') ?? '',
    head,
    durationSamples: number('DURATION_SAMPLES'),
    sha256: tag('PACKETS_SHA256') ?? '',
  };
  const encoded = tag('CONTENT') === MIX_CONTENT;
  const format = encoded ? 'mix-ogg' : 'ogg';
  const session =
    sessionFolder === undefined ? undefined : await sessionOf(path, tag('SESSION_ID'), sessionFolder);
  if (session === undefined || encoded) {
    const runs = {
      packets: number('PACKETS'),
      silencePackets: number('SILENCE_PACKETS'),
      // A mix-down has silence only as its encoder made it.
      isSilence: encoded ? () => false : laidAsSilence(head),
    };
    const report = withStart(await verifyOgg(source, { ...stated, runs }, options), start);
    const wasAsked = report.checks.some(({ name }) => name === 'item-digest');
    const notCompared = [...(wasAsked ? [] : [AMBIGUOUS]), ...(session === undefined ? [] : [ENCODED])];
    return { format, encoded, session: null, notCompared, report };
  }
  const origin = {
    playerIds: [tag('PLAYER_ID') ?? ''],
    originSamples: number('ORIGIN_SAMPLES'),
    durationSamples: stated.durationSamples,
  };
  if (!Number.isSafeInteger(origin.originSamples) || !Number.isSafeInteger(origin.durationSamples)) {
    throw new AppError('unsupported', `${path} does not say where in the session it begins.`, {
      next: 'Verify it without --session, or export it again.',
    });
  }
  const report = await withSources(path, session, origin, options.signal, async (sources) => {
    const expected = await expectedOf(sources, stated);
    return verifyOgg(source, expected, options);
  });
  return { format, encoded, session: session.folder, notCompared: [], report: withStart(report, start) };
}

/** What the session's packets make of a file, in place of what it says itself. */
async function expectedOf(
  sources: readonly SourceTrack[],
  stated: Omit<ExpectedOgg, 'runs'>,
): Promise<ExpectedOgg> {
  const [source] = sources;
  if (source === undefined) throw new RangeError('expected one track, got none');
  const { track, filled, reader } = source;
  const ignored = (): void => undefined;
  return {
    name: stated.name,
    head: {
      channels: track.channels,
      preSkipSamples: filled.editStartSamples,
      inputRate: track.player.inputRate,
      outputGain: 0,
    },
    durationSamples: filled.editDurationSamples,
    sha256: await feedPackets(source, { recorded: ignored, filler: ignored }),
    runs: packetRuns(source),
    readPacket: (row) => reader.packet(filled.placement.packets, row),
  };
}

function laidAsSilence({ channels }: OpusHead): (packet: Uint8Array) => boolean {
  const silence = silenceFor(channels);
  return (packet) => {
    const units = packetUnits(packet, 0, packet.length);
    if (units !== 8 && units !== 4 && units !== 2 && units !== 1) return false;
    return Buffer.compare(silence.packet(units), packet) === 0;
  };
}

function withStart(report: VerifyReport, start: StatedStart | undefined): VerifyReport {
  const check: VerifyCheck = {
    name: 'timecode',
    ok: start !== undefined,
    detail: start === undefined ? 'no start label that can be read' : `starts at ${start.timecode.label}`,
  };
  const checks = [...report.checks, check];
  return { ...report, ok: checks.every(({ ok }) => ok), checks, timecode: start?.timecode ?? null };
}
