import { createHash } from 'node:crypto';
import { AppError } from '../../shared/model/errors.ts';
import type { VerifyReport } from '../../shared/model/verify-report.ts';
import type { ByteSource } from '../media/byte-source.ts';
import { eventLoopTurn } from '../io/direct-io.ts';
import { withFileSource } from '../io/file-source.ts';
import { PayloadReader } from '../io/payload-reader.ts';
import { MIX_CONTENT } from '../media/mp4/metadata.ts';
import { itemValue } from '../media/mp4/read-metadata.ts';
import { type Movie, readMovie } from '../media/mp4/reader.ts';
import type { ExpectedPackets } from '../media/mp4/verify-payload.ts';
import { TAILSLATE } from '../media/mp4/verify-timecode.ts';
import { verifyMovie } from '../media/mp4/verify.ts';
import type { PacketTable } from '../media/packet-table.ts';
import { place } from '../media/timeline/place.ts';
import { IndexChecks, StaleIndexError } from './session/index-checks.ts';
import { openSession } from './session/open-session.ts';
import type { LoadMode, Session } from './session/session.ts';

/** What the checks of one file gave, and which file it was. */
export interface FileVerification extends VerifyReport {
  readonly path: string;
  /** The session it was compared with, if any. */
  readonly session: string | null;
  /** A mix-down: its packets were encoded anew, so there is nothing in a session to compare them with. */
  readonly encoded: boolean;
}

interface Options {
  readonly signal: AbortSignal;
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
}

/**
 * Verifies one exported file; with a session folder also every packet against the log, where they were recorded.
 * @throws AppError when the file or the session cannot be read, or do not belong together.
 */
export async function verifyFile(
  path: string,
  sessionFolder: string | undefined,
  options: Options,
): Promise<FileVerification> {
  return withFileSource(path, async (source) => {
    const movie = await readMovie(source);
    const encoded = itemValue(movie.metadata, TAILSLATE, 'CONTENT') === MIX_CONTENT;
    const alone = async (): Promise<FileVerification> => ({
      ...(await verifyMovie(source, options)),
      path,
      session: null,
      encoded,
    });
    if (sessionFolder === undefined) return alone();
    const session = await openSession(sessionFolder);
    const playerIds = playersOf(path, movie, session);
    if (encoded) return alone();
    const compared = (mode: LoadMode): Promise<VerifyReport> =>
      compareWith(session, playerIds, mode, source, path, options);
    // As exporting does: what the log's indexes prove is there, also where a scan would no longer find it.
    const report = await compared('indexed').catch((error: unknown) => {
      if (error instanceof StaleIndexError) return compared('scan');
      throw error;
    });
    return { ...report, path, session: session.folder, encoded };
  });
}

/** Compares a file with its players' packets, track by track. @throws StaleIndexError when those are not what the indexes promise. */
async function compareWith(
  session: Session,
  playerIds: readonly string[],
  mode: LoadMode,
  source: ByteSource,
  path: string,
  options: Options,
): Promise<VerifyReport> {
  const loaded = await session.load(playerIds, { mode, signal: options.signal });
  const readers: PayloadReader[] = [];
  try {
    const expected: ExpectedPackets[] = [];
    for (const playerId of playerIds) {
      const track = loaded.find(({ player }) => player.id === playerId);
      if (track === undefined) {
        throw new AppError(
          'not-found',
          `${path} is of player ${playerId}, whom ${session.folder} does not have.`,
          {
            next: 'Name the session folder it was exported from.',
          },
        );
      }
      const { packets } = place(track.packets, { repeats: track.repeats });
      if (track.checks.length > 0 && packets !== track.packets)
        throw new StaleIndexError('packets out of order');
      const reader = new PayloadReader(session.folder, track.parts);
      readers.push(reader);
      const sha256 = await digest(reader, packets, new IndexChecks(track.checks), options.signal);
      expected.push({ ...packets, sha256, readPacket: (row: number) => reader.packet(packets, row) });
    }
    return await verifyMovie(source, { ...options, expected });
  } finally {
    for (const reader of readers) reader.close();
  }
}

/** Whose tracks these are, in their order. @throws AppError when the file is not of this session. */
function playersOf(path: string, movie: Movie, session: Session): readonly string[] {
  const items = [movie, ...movie.tracks].flatMap(({ metadata }) => metadata);
  const sessionId = itemValue(items, TAILSLATE, 'SESSION_ID');
  if (sessionId === undefined) {
    throw new AppError(
      'unsupported',
      `${path} does not say which session it was made from: it is not a Tailslate export.`,
      {
        next: 'Verify it without --session.',
      },
    );
  }
  if (sessionId !== session.id) {
    throw new AppError(
      'verify-failed',
      `${path} was made from session ${sessionId}, not from ${session.id} in ${session.folder}.`,
      {
        next: 'Name the session folder it was exported from.',
      },
    );
  }
  // A file of one player says so for the whole movie, one of several for each track.
  return movie.tracks
    .filter(({ opus }) => opus !== undefined)
    .map(
      ({ metadata }) =>
        itemValue(metadata, TAILSLATE, 'PLAYER_ID') ??
        itemValue(movie.metadata, TAILSLATE, 'PLAYER_ID') ??
        '',
    );
}

/** What is copied and hashed stays in the processor's cache. */
const DIGEST_BYTES = 256 << 10;

/** SHA-256 over the payload of all packets in order, in hex. @throws StaleIndexError when a check fails. */
async function digest(
  reader: PayloadReader,
  packets: PacketTable,
  checks: IndexChecks,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(DIGEST_BYTES);
  for (let row = 0; row < packets.count;) {
    signal.throwIfAborted();
    await eventLoopTurn();
    const next = reader.copy(packets, row, Math.min(packets.count, checks.boundaryAfter(row)), buffer, 0);
    const copied = buffer.subarray(0, reader.copiedBytes);
    checks.compare(row, next, copied);
    hash.update(copied);
    row = next;
  }
  return hash.digest('hex');
}
