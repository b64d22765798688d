/**
 * Something in recorded data that is not as it should be. A finding is a result, never an exception:
 * the bytes it names stay untouched, and everything around them is used.
 */
export interface Finding {
  readonly kind: FindingKind;
  /** Path of the file, relative to the session folder. */
  readonly file: string;
  /** First byte concerned. */
  readonly startByte: number;
  /** One past the last byte concerned. */
  readonly endByte: number;
  /** One sentence for a person: what was found. */
  readonly reason: string;
  /** The track it belongs to, where that is known: its id in our log, the player's name in a nano-wal log. */
  readonly track?: string;
}

/**
 * - `torn-tail`: the file stops inside a record, as after a crash.
 * - `bad-checksum`: a record whose checksum does not match its bytes.
 * - `hole`: bytes that hold no record, most often zeros left by a file system.
 * - `foreign-bytes`: bytes between records that are not ours.
 * - `bad-header`: a file or record header that cannot be read.
 * - `not-opus`: a record whose content is not an Opus packet (RFC 6716 section 3).
 * - `no-timestamp`: a record that carries no time; it is taken to follow the one before it.
 * - `bad-position`: a record whose time cannot be right.
 * - `bad-manifest`: session.json is missing, unreadable or contradicts the logs.
 * - `unread-file`: a file among the logs whose name is no log's; nothing of it is used.
 */
export const FINDING_KINDS = [
  'torn-tail',
  'bad-checksum',
  'hole',
  'foreign-bytes',
  'bad-header',
  'not-opus',
  'no-timestamp',
  'bad-position',
  'bad-manifest',
  'unread-file',
] as const;

export type FindingKind = (typeof FINDING_KINDS)[number];

const HARMLESS: ReadonlySet<FindingKind> = new Set(['no-timestamp', 'bad-manifest', 'unread-file']);

/** Kinds that mean recorded audio may be missing; the others lose nothing. */
export function isDamage(finding: Finding): boolean {
  return !HARMLESS.has(finding.kind);
}

/** One finding in a line: where and what. */
export function findingLine(finding: Finding): string {
  if (finding.reason.startsWith(finding.file)) return finding.reason;
  const range =
    finding.endByte > finding.startByte ? ` bytes ${finding.startByte} to ${finding.endByte}` : '';
  return `${finding.file}${range}: ${finding.reason}`;
}

/** Every finding of a session once: those of the whole log come with each player. */
export function sessionFindings({
  findings,
  players,
}: {
  readonly findings: readonly Finding[];
  readonly players: readonly { readonly findings: readonly Finding[] }[];
}): readonly Finding[] {
  const all = [...findings, ...players.flatMap((player) => player.findings)];
  return [...new Map(all.map((finding) => [findingLine(finding), finding])).values()];
}
