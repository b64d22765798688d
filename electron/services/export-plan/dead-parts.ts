import { join } from 'node:path';
import { removeDeadPartsIn } from '../../io/part-owner.ts';
import type { ExportItem } from '../export-job/item.ts';

/** Removes what exports at the terminal that were killed have left in the folders of these files. */
export async function removeDeadParts(
  files: readonly { readonly item: Pick<ExportItem, 'output'> }[],
): Promise<void> {
  const folders = files.map(({ item: { output } }) => join(output.folder, output.subfolder));
  for (const folder of new Set(folders)) await removeDeadPartsIn(folder);
}
