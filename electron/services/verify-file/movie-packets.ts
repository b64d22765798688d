import { createHash } from 'node:crypto';
import type { VerifyReport } from '../../../shared/model/verify-report.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { eventLoopTurn } from '../../io/direct-io.ts';
import { PayloadReader } from '../../io/payload-reader.ts';
import { MIX_CONTENT } from '../../media/mp4/metadata.ts';
import { itemValue } from '../../media/mp4/read-metadata.ts';
import type { Movie } from '../../media/mp4/reader.ts';
import type { ExpectedPackets } from '../../media/mp4/verify-payload.ts';
import { TAILSLATE } from '../../media/mp4/verify-timecode.ts';
import { verifyMovie } from '../../media/mp4/verify.ts';
import type { PacketTable } from '../../media/packet-table.ts';
import { place } from '../../media/timeline/place.ts';
import { IndexChecks, StaleIndexError } from '../session/index-checks.ts';
import type { LoadMode, Session } from '../session/session.ts';
import { ENCODED, type Verified, type VerifyFileOptions } from './file-verification.ts';
import { isSilentPacket } from '../export-job/silent-packet.ts';
import { requirePlayers, sessionOf } from './source-session.ts';

/** Verifies an m4a, progressive or in fragments; with a session folder also every packet against the log. */
export async function verifyPackets(
  path: string,
  source: ByteSource,
  movie: Movie,
  sessionFolder: string | undefined,
  options: VerifyFileOptions,
): Promise<Verified> {
  const encoded = itemValue(movie.metadata, TAILSLATE, 'CONTENT') === MIX_CONTENT;
  const verified = { format: encoded ? 'mix-m4a' : 'm4a', encoded, notCompared: [] } as const;
  if (sessionFolder === undefined) {
    return {
      ...verified,
      session: null,
      report: await verifyMovie(source, { ...options, isSilent: isSilentPacket }),
    };
  }
  const items = [movie, ...movie.tracks].flatMap(({ metadata }) => metadata);
  const session = await sessionOf(path, itemValue(items, TAILSLATE, 'SESSION_ID'), sessionFolder);
  if (encoded) {
    const report = await verifyMovie(source, { ...options, isSilent: isSilentPacket });
    return { ...verified, notCompared: [ENCODED], session: null, report };
  }
  const playerIds = playersOf(movie);
  requirePlayers(path, session, playerIds);
  const compared = (mode: LoadMode): Promise<VerifyReport> =>
    compareWith(session, playerIds, mode, source, options);
  // As exporting does: what the log's indexes prove is there, also where a scan would no longer find it.
  const report = await compared('indexed').catch((error: unknown) => {
    if (error instanceof StaleIndexError) return compared('scan');
    throw error;
  });
  return { ...verified, session: session.folder, report };
}

/** Compares a file with its players' packets, track by track. @throws StaleIndexError when those are not what the indexes promise. */
async function compareWith(
  session: Session,
  playerIds: readonly string[],
  mode: LoadMode,
  source: ByteSource,
  options: VerifyFileOptions,
): Promise<VerifyReport> {
  const loaded = await session.load(playerIds, { mode, signal: options.signal });
  const readers: PayloadReader[] = [];
  try {
    const expected: ExpectedPackets[] = [];
    for (const playerId of playerIds) {
      const track = loaded.find(({ player }) => player.id === playerId);
      if (track === undefined) throw new RangeError(`player ${playerId} was not loaded`);
      const { packets } = place(track.packets, { repeats: track.repeats });
      if (track.checks.length > 0 && packets !== track.packets)
        throw new StaleIndexError('packets out of order');
      const reader = new PayloadReader(session.folder, track.parts);
      readers.push(reader);
      const sha256 = await digest(reader, packets, new IndexChecks(track.checks), options.signal);
      expected.push({ ...packets, sha256, readPacket: (row: number) => reader.packet(packets, row) });
    }
    return await verifyMovie(source, { ...options, expected, isSilent: isSilentPacket });
  } finally {
    for (const reader of readers) reader.close();
  }
}

/** Whose tracks these are, in their order: a file of one player says so for the whole movie, one of several for each track. */
function playersOf(movie: Movie): readonly string[] {
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
