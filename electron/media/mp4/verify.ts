import type {
  FirstDifference,
  VerifiedTrack,
  VerifyCheck,
  VerifyReport,
} from '../../../shared/model/verify-report.ts';
import type { ByteSource } from '../byte-source.ts';
import { readBlocks, type ReadProgress } from '../read-blocks.ts';
import type { Chapter } from './boxes-chapters.ts';
import type { MetadataItem } from './read-metadata.ts';
import type { SampleTable } from './read-samples.ts';
import type { Track } from './read-track.ts';
import { type Movie, readMovie } from './reader.ts';
import { type ExpectedPackets, PayloadScan } from './verify-payload.ts';
import { checkFragments } from './verify-fragments.ts';
import { checkChapters } from './verify-chapters.ts';
import { findDifference, packetTimeSamples } from './verify-session.ts';
import { checkStructure } from './verify-structure.ts';
import { checkTimecode, checkTimecodeItems, readStart, TAILSLATE } from './verify-timecode.ts';
import {
  checkEditList,
  checkItems,
  checkPackets,
  checkRoll,
  checkSilence,
  type IsSilent,
  presentedSamples,
} from './verify-track.ts';

export interface VerifyOptions extends ReadProgress {
  /** What the session holds, one entry per Opus track in the order of the tracks. */
  readonly expected?: readonly ExpectedPackets[];
  /** Whose packets those are; the session's when left out. */
  readonly of?: string;
  /** The chapters that were written; where left out, those that are there are only looked at. */
  readonly chapters?: readonly Chapter[];
  /** Asked about one laid packet of each duration; where left out, they are only compared with each other. */
  readonly isSilent?: IsSilent;
}

/**
 * Proves a file from its bytes alone: structure, tables, timecode, and every packet, whose payload is read once
 * and hashed. With `expected` the packets are compared with those of the session too. A file that is not as it
 * should be gives failed checks, never an error.
 * @throws AppError `unreadable` when it is no MP4 or MOV file; the signal's reason when it is aborted.
 */
export async function verifyMovie(source: ByteSource, options: VerifyOptions = {}): Promise<VerifyReport> {
  const movie = await readMovie(source);
  const checks: VerifyCheck[] = [...checkStructure(movie), ...checkFragments(movie), checkTimecode(movie)];
  const opus = movie.tracks.filter((track) => track.opus !== undefined);
  const tailslate = [movie, ...movie.tracks].some(({ metadata }) => hasItems(metadata));
  checks.push({
    name: 'metadata',
    ok: tailslate,
    detail: tailslate ? 'Tailslate metadata' : 'no Tailslate metadata',
  });
  if (tailslate) checks.push(checkTimecodeItems(movie));
  checks.push(...(await checkChapters(source, movie, options.chapters)));

  const { expected } = options;
  const scans = opus.map((track, index) => new PayloadScan(track, expected?.[index]));
  const readable = opus.map(({ samples }) => isAscending(samples));
  await scanPayload(source, opus, scans, readable, options);

  const tracks: VerifiedTrack[] = [];
  let firstDifference: FirstDifference | null = null;
  for (const [index, track] of opus.entries()) {
    const scan = scans[index];
    if (scan === undefined) continue;
    const wasRead = readable[index] === true;
    const verified: VerifiedTrack = {
      trackId: track.id,
      name: track.name,
      packets: scan.packets,
      silencePackets: scan.silencePackets,
      payloadBytes: scan.payloadBytes,
      durationSamples: presentedSamples(movie, track),
      sha256: wasRead && scan.done ? scan.digest() : null,
    };
    tracks.push(verified);
    checks.push(checkPackets(track, scan, wasRead), checkSilence(track, scan, options.isSilent));
    checks.push(checkEditList(movie, track), checkRoll(track));
    if (tailslate) checks.push(...checkItems(itemsOf(movie, track, opus), track, verified));
    if (expected === undefined) continue;
    const comparison = await compare(source, track, scan, verified, expected[index], options);
    checks.push(...comparison.checks);
    firstDifference ??= comparison.difference;
  }
  if (expected !== undefined && expected.length > opus.length) {
    const detail = `the session has ${expected.length} tracks for this file, it holds ${opus.length}`;
    checks.push({ name: 'session-count', ok: false, detail });
  }
  return {
    ok: checks.every(({ ok }) => ok),
    tailslate,
    sizeBytes: movie.sizeBytes,
    fragmented: movie.fragmented,
    checks,
    tracks,
    timecode: readStart(movie),
    findings: movie.findings,
    firstDifference,
  };
}

/** One pass over the media for all tracks together; tracks whose chunks run backwards are left out. */
async function scanPayload(
  source: ByteSource,
  tracks: readonly Track[],
  scans: readonly PayloadScan[],
  readable: readonly boolean[],
  progress: ReadProgress,
): Promise<void> {
  let startByte = Infinity;
  let endByte = 0;
  for (const [index, { samples }] of tracks.entries()) {
    if (readable[index] !== true) continue;
    samples.forEachChunk((offsetBytes, sizeBytes) => {
      startByte = Math.min(startByte, offsetBytes);
      endByte = Math.max(endByte, offsetBytes + sizeBytes);
    });
  }
  const active = scans.filter((_scan, index) => readable[index] === true);
  await readBlocks(source, startByte, Math.min(endByte, source.sizeBytes), progress, (block, at) => {
    for (const scan of active) scan.take(block, at);
  });
}

/** A track can be hashed in one pass over the file when each chunk starts after the one before ends. */
function isAscending(samples: SampleTable): boolean {
  let end = 0;
  let ascending = true;
  samples.forEachChunk((offsetBytes, sizeBytes) => {
    if (offsetBytes < end) ascending = false;
    end = offsetBytes + sizeBytes;
  });
  return ascending;
}

/** The session against one track: how many packets, their sizes and durations, and the digest. */
async function compare(
  source: ByteSource,
  track: Track,
  scan: PayloadScan,
  { packets, sha256 }: VerifiedTrack,
  expected: ExpectedPackets | undefined,
  { of = 'the session', signal }: VerifyOptions,
): Promise<{ checks: readonly VerifyCheck[]; difference: FirstDifference | null }> {
  const trackId = track.id;
  if (expected === undefined) {
    const detail = `${of} has no packets for this track`;
    return { checks: [{ name: 'session-count', ok: false, detail, trackId }], difference: null };
  }
  const sameCount = packets === expected.count;
  const sameDigest = expected.sha256 === undefined ? undefined : expected.sha256 === sha256;
  let difference = scan.firstDifference ?? null;
  if (difference === null && sameDigest !== true) {
    difference = (await findDifference(source, track, expected, signal)) ?? null;
  }
  if (difference === null && !sameCount) {
    const packet = Math.min(packets, expected.count);
    difference = {
      trackId,
      packet,
      timeSamples: packetTimeSamples(track, packet),
      what: 'count',
      expected: expected.count,
      actual: packets,
    };
  }
  const where = difference === null ? '' : `, first at packet ${difference.packet} (${difference.what})`;
  const checks: VerifyCheck[] = [
    {
      name: 'session-count',
      ok: sameCount,
      detail: sameCount ? `${packets} packets` : `${packets} packets, ${of} has ${expected.count}`,
      trackId,
    },
    {
      name: 'session-packets',
      ok: difference === null,
      detail: difference === null ? `sizes and durations are those of ${of}` : `they differ${where}`,
      trackId,
    },
  ];
  if (sameDigest !== undefined) {
    const detail = sameDigest ? `the payload is that of ${of}` : `the payload differs${where}`;
    checks.push({ name: 'session-digest', ok: sameDigest, detail, trackId });
  }
  return { checks, difference };
}

/** A track's own items; those of the file speak of its only Opus track. */
function itemsOf(movie: Movie, track: Track, opus: readonly Track[]): readonly MetadataItem[] {
  return hasItems(track.metadata) || opus.length > 1 ? track.metadata : movie.metadata;
}

function hasItems(items: readonly MetadataItem[]): boolean {
  return items.some(({ mean }) => mean === TAILSLATE);
}
