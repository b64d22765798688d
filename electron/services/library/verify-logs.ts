import type { Infer } from '../../../shared/ipc/declare.ts';
import type { library } from '../../../shared/ipc/contract/library.ts';
import { sessionFindings } from '../../../shared/model/finding.ts';
import { timecodeRate } from '../../../shared/time/timecode.ts';
import { inspectSession } from '../inspect.ts';
import type { LibraryPorts } from './ports.ts';
import { factsOf } from './session-entry.ts';
import { withInspection } from './session-facts.ts';
import type { Shelf } from './shelf.ts';

/**
 * Reads every byte of a session's logs, and keeps what is found with the session.
 * @param onProgress bytes read so far, of how many, and the session's title
 * @throws AppError('not-found') when the library does not have the session, and whatever keeps its logs from being read.
 */
export async function verifyLogs(
  shelf: Shelf,
  ports: LibraryPorts,
  sessionId: string,
  signal: AbortSignal,
  onProgress: (doneBytes: number, totalBytes: number, title: string) => void,
): Promise<Infer<(typeof library)['calls']['verifyLogs']['output']>> {
  const known = shelf.require(sessionId);
  const at = { place: known.row.place, folder: known.folder };
  // Under its facts of now, the figures hold until a file changes.
  await shelf.takeIn(at, signal);
  const session = shelf.require(sessionId);
  const choices = { rate: timecodeRate(ports.timecodeDefaults().rate), zone: 'utc' };
  const inspection = await inspectSession(shelf.folderOf(session), choices, {
    signal,
    onProgress: (doneBytes, totalBytes) => {
      onProgress(doneBytes, totalBytes, session.row.title);
    },
  });
  if (!session.flags.recording) {
    const document = await shelf.annotations.read(at);
    shelf.update(session, { facts: withInspection(factsOf(session), inspection), document });
  }
  return {
    damaged: inspection.damaged,
    packets: inspection.players.reduce((sum, { packets }) => sum + packets, 0),
    findings: sessionFindings(inspection),
  };
}
