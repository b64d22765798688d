import { join } from 'node:path';
import { MANIFEST_FILE, type Manifest, serialiseManifest } from '../../media/log/manifest.ts';
import type { LogFiles } from './files.ts';
import { writeAll } from './write-all.ts';

/** Where the next manifest is written before it gets its name; what a crash left there is written over. */
export const MANIFEST_PART = `${MANIFEST_FILE}.part`;

/**
 * Gives a session its manifest in one step: at any instant, power cuts included, the old or the new one is there.
 * Rejects with what the system says; the old manifest is then still whole.
 */
export async function replaceManifest(files: LogFiles, folder: string, manifest: Manifest): Promise<void> {
  const part = join(folder, MANIFEST_PART);
  const handle = await files.replace(part);
  try {
    await writeAll(handle, new TextEncoder().encode(serialiseManifest(manifest)), 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await files.rename(part, join(folder, MANIFEST_FILE));
  await files.syncFolder(folder);
}
