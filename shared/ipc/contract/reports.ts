import * as v from 'valibot';
import { FINDING_KINDS } from '../../model/finding.ts';
import { bytes, playerId, playerName, samples, sessionId, title, unixMicros, whole } from './values.ts';

/** Names and sentences as logs, folders and checks have them, however long. */
export const said = v.string();

/** Samples from T0 as logs state them: damage and odd clocks may put them anywhere. */
export const position = v.number();

/** Something in recorded data that is not as it should be; see the model's Finding. */
export const finding = v.object({
  kind: v.picklist(FINDING_KINDS),
  file: said,
  startByte: whole,
  endByte: whole,
  reason: said,
  track: v.exactOptional(said),
});

/** What an export did with a player's packets; see the model's GapReport. */
export const gapReport = v.object({
  packets: whole,
  runs: whole,
  gaps: v.object({
    count: whole,
    samples: position,
    list: v.array(v.object({ startSamples: position, durationSamples: position })),
  }),
  silencePackets: whole,
  silenceSamples: position,
  largestErrorSamples: v.number(),
  meanErrorSamples: v.number(),
  largestStampDeviationMs: v.nullable(v.number()),
  duplicates: whole,
  overlaps: v.object({ count: whole, samples: position }),
  dropped: v.array(
    v.object({
      reason: v.picklist(['duplicate', 'overlap']),
      part: whole,
      offsetBytes: whole,
      sizeBytes: whole,
    }),
  ),
  reordered: whole,
  unstamped: whole,
  outliers: whole,
  driftSteps: whole,
  fastestLeadSamples: position,
  damage: v.object({
    count: whole,
    bytes,
    list: v.array(
      v.object({ kind: v.picklist(FINDING_KINDS), file: said, startByte: whole, endByte: whole }),
    ),
  }),
});

/** What the checks of a file gave; see the model's VerifyReport. */
export const verifyReport = v.object({
  ok: v.boolean(),
  tailslate: v.boolean(),
  sizeBytes: bytes,
  fragmented: v.boolean(),
  checks: v.array(v.object({ name: said, ok: v.boolean(), detail: said, trackId: v.exactOptional(whole) })),
  tracks: v.array(
    v.object({
      trackId: whole,
      name: said,
      packets: whole,
      silencePackets: whole,
      payloadBytes: bytes,
      durationSamples: position,
      sha256: v.nullable(said),
    }),
  ),
  timecode: v.nullable(
    v.object({
      label: said,
      rateNumerator: v.number(),
      rateDenominator: v.number(),
      dropFrame: v.boolean(),
      startFrame: v.number(),
    }),
  ),
  findings: v.array(v.object({ kind: said, startByte: v.number(), endByte: v.number(), reason: said })),
  firstDifference: v.nullable(
    v.object({
      trackId: whole,
      packet: whole,
      timeSamples: position,
      what: v.picklist(['count', 'size', 'duration', 'payload']),
      byte: v.exactOptional(whole),
      expected: v.number(),
      actual: v.number(),
    }),
  ),
});

/** What recovery found of one track. */
const recoveredTrack = v.object({
  playerId,
  name: playerName,
  keptPackets: whole,
  keptSamples: samples,
  tornBytes: bytes,
  damagedRanges: whole,
  damagedBytes: bytes,
  /** End of the last packet that was found; null without any. */
  lastGoodSamples: v.nullable(samples),
});

export const recoveryReport = v.object({
  sessionId,
  title,
  /** When the scan was made. */
  scannedUnixMicros: unixMicros,
  durationSamples: samples,
  tracks: v.array(recoveredTrack),
  /** The first 1000, those of a player after those of the whole log. */
  findings: v.array(finding),
});
