import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { QueuedItem } from './batch.ts';

/** Where an item's file is begun, see OutputFile.create. */
export function partOf({ output }: QueuedItem['work']): string {
  return join(output.folder, output.subfolder, `${output.stem}.${output.extension}.part`);
}

/** Only what an export of the batch can have left: batches come with their library, which may be anybody's. */
export function isPartIn(outFolder: string, partPath: string): boolean {
  const way = relative(outFolder, partPath);
  return partPath.endsWith('.part') && !isAbsolute(way) && way.split(sep)[0] !== '..';
}

/** The path of a part file that is there after all, or whose disk is gone and may come back with it. */
export function partLeft(partPath: string | null, exists: (path: string) => boolean): string | null {
  if (partPath === null) return null;
  return exists(partPath) || !exists(dirname(partPath)) ? partPath : null;
}
