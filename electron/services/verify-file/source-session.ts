import { AppError } from '../../../shared/model/errors.ts';
import { StaleIndexError } from '../session/index-checks.ts';
import { openSession } from '../session/open-session.ts';
import type { LoadMode, Session } from '../session/session.ts';
import { loadSources, type SourceTrack } from '../export-job/source-track.ts';

/** What a file says of where it comes from. */
interface Origin {
  /** Of its tracks, in their order. */
  readonly playerIds: readonly string[];
  /** The file's first sample, counted from T0. */
  readonly originSamples: number;
  readonly durationSamples: number;
}

/**
 * The session that a file was made from.
 * @throws AppError when the folder holds no session or another one.
 */
export async function sessionOf(
  path: string,
  sessionId: string | undefined,
  folder: string,
): Promise<Session> {
  const session = await openSession(folder);
  if (sessionId === undefined) {
    throw new AppError(
      'unsupported',
      `${path} does not say which session it was made from: it is not a Tailslate export.`,
      {
        next: 'Verify it without --session.',
      },
    );
  }
  if (sessionId === session.id) return session;
  throw new AppError(
    'verify-failed',
    `${path} was made from session ${sessionId}, not from ${session.id} in ${session.folder}.`,
    {
      next: 'Name the session folder it was exported from.',
    },
  );
}

/** @throws AppError when a player is not in the session. */
export function requirePlayers(path: string, session: Session, playerIds: readonly string[]): void {
  for (const playerId of playerIds) {
    if (session.players.some(({ id }) => id === playerId)) continue;
    throw new AppError(
      'not-found',
      `${path} is of player ${playerId}, whom ${session.folder} does not have.`,
      {
        next: 'Name the session folder it was exported from.',
      },
    );
  }
}

/**
 * Places and fills the players' packets as the export did, and hands them to `work`; once more from a scan where the
 * log's indexes do not hold.
 * @throws AppError when a player is not in the session.
 */
export async function withSources<T>(
  path: string,
  session: Session,
  { playerIds, originSamples, durationSamples }: Origin,
  signal: AbortSignal,
  work: (sources: readonly SourceTrack[]) => Promise<T>,
): Promise<T> {
  requirePlayers(path, session, playerIds);
  const item = {
    sessionFolder: session.folder,
    players: playerIds.map((id, index) => ({ id, name: id, index: index + 1 })),
    originSamples,
    endSamples: originSamples + durationSamples,
  };
  const attempt = async (mode: LoadMode): Promise<T> => {
    const sources = await loadSources(session, item, mode, signal);
    try {
      return await work(sources);
    } finally {
      for (const { reader } of sources) reader.close();
    }
  };
  return attempt('indexed').catch((error: unknown) => {
    if (error instanceof StaleIndexError) return attempt('scan');
    throw error;
  });
}
