/** Something in a media file that is not as its format has it; the reader used everything around it. */
export interface MovieFinding {
  readonly kind: MovieFindingKind;
  /** First byte of the file concerned. */
  readonly startByte: number;
  /** One past the last byte concerned. */
  readonly endByte: number;
  /** One sentence for a person: what was found. */
  readonly reason: string;
}

/**
 * - `torn-tail`: the file stops inside a box or fragment, as when writing was cut short.
 * - `bad-box`: a box whose size or fields cannot be right.
 * - `bad-table`: a sample table that is too short, contradicts another or claims more than the file can hold.
 * - `outside-file`: samples said to lie where the file has no bytes.
 */
export type MovieFindingKind = 'torn-tail' | 'bad-box' | 'bad-table' | 'outside-file';

/** One question that was asked of the file and its answer. */
export interface VerifyCheck {
  readonly name: VerifyCheckName;
  readonly ok: boolean;
  /** One sentence with the figures: what was found and, where it failed, what was expected. */
  readonly detail: string;
  /** The track it was asked of; absent when it concerns the file. */
  readonly trackId?: number;
}

/**
 * - `readable`: the reader had no findings.
 * - `brands`, `moov-first`, `opus-track`, `timecode-track`: the structure.
 * - `chunks`: all inside `mdat`, none overlapping, and nothing in `mdat` that belongs to no track.
 * - `fragments`: they follow each other without a hole, are all there, and where the file's index says.
 * - `packets`: every sample is an Opus packet that lasts as long as the table says; only the last is shortened.
 * - `silence`: laid silence of one duration is the same packet everywhere, and decodes to silence.
 * - `edit-list`, `roll`, `timecode`: the edit lies within the media; 80 ms of pre-roll everywhere; a valid label.
 * - `metadata`: the file carries Tailslate's own items; the `item-` checks compare them with the content.
 * - `audio-format`, `pcm-digest`: a file of samples holds what was handed to the system.
 * - `chapters`: the session's markers, where it has any.
 * - `loudness`: what a mix-down states of its loudness is what was, or is now, measured.
 * - `decoded`: how many packets became silence because they cannot be decoded.
 * - `session-`: the packets, or the samples they decode to, against those of the session they were exported from.
 */
export const VERIFY_CHECK_NAMES = [
  'readable',
  'brands',
  'moov-first',
  'opus-track',
  'timecode-track',
  'chunks',
  'fragments',
  'packets',
  'silence',
  'edit-list',
  'roll',
  'timecode',
  'metadata',
  'item-timecode',
  'item-duration',
  'item-packets',
  'item-silence',
  'item-digest',
  'session-count',
  'session-packets',
  'session-digest',
  'session-samples',
  'audio-format',
  'chapters',
  'pcm-digest',
  'loudness',
  'decoded',
] as const;

export type VerifyCheckName = (typeof VERIFY_CHECK_NAMES)[number];

/** What a track of Opus packets holds. */
export interface VerifiedTrack {
  readonly trackId: number;
  readonly name: string;
  /** Packets that were recorded. */
  readonly packets: number;
  /** Packets of silence laid by the exporter. */
  readonly silencePackets: number;
  /** Payload of the recorded packets. */
  readonly payloadBytes: number;
  /** Presented length at 48 kHz, edits applied. */
  readonly durationSamples: number;
  /** SHA-256 over the payload of the recorded packets in order, in hex; null when it could not be read. */
  readonly sha256: string | null;
}

/** The start label of a file, as a timecode track has it. */
export interface VerifiedTimecode {
  readonly label: string;
  /** Frames a second as a fraction of integers. */
  readonly rateNumerator: number;
  readonly rateDenominator: number;
  readonly dropFrame: boolean;
  readonly startFrame: number;
}

/** The first packet that is not the one the session holds. */
export interface FirstDifference {
  readonly trackId: number;
  /** Index among the recorded packets; silence is not counted. */
  readonly packet: number;
  /** Where it lies in the track's media, in samples at 48 kHz from the first packet on. */
  readonly timeSamples: number;
  readonly what: 'count' | 'size' | 'duration' | 'payload';
  /** For `payload`: the first byte of the packet that differs. */
  readonly byte?: number;
  /** Packets, bytes, units of 2.5 ms or the byte's value, by `what`. */
  readonly expected: number;
  readonly actual: number;
}

/** What `verify` says about a file; plain data, ready for JSON. */
export interface VerifyReport {
  /** Every check passed. */
  readonly ok: boolean;
  /** The file carries Tailslate's metadata; without it nothing can be proven about its packets. */
  readonly tailslate: boolean;
  readonly sizeBytes: number;
  readonly fragmented: boolean;
  readonly checks: readonly VerifyCheck[];
  readonly tracks: readonly VerifiedTrack[];
  readonly timecode: VerifiedTimecode | null;
  readonly findings: readonly MovieFinding[];
  readonly firstDifference: FirstDifference | null;
}
