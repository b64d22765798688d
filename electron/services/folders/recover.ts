import { wallUnixMicros } from '../../io/clock.ts';
import { isHeld } from '../../io/folder-lock.ts';
import { type Recovery, recoverSession } from '../recovery/recover-session.ts';
import type { Work } from './ports.ts';

/** What a scan of every byte of a session folder finds; nobody may be recording into it. @throws AppError as `recoverSession`. */
export function recoverFolder(folder: string, work: Work): Promise<Recovery> {
  return recoverSession(folder, { ...work, isHeld, nowUnixMicros: wallUnixMicros });
}
