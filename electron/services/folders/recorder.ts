import { isHeld } from '../../io/folder-lock.ts';

/** Who records into a session folder at this moment; null where nobody does, and where that cannot be asked. */
export async function recorderOf(folder: string): Promise<string | null> {
  return (await isHeld(folder).catch(() => undefined)) ?? null;
}
