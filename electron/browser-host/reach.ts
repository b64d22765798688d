import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { detailedError } from '../../shared/model/detailed-error.ts';
import { isFsError } from '../io/fs-error.ts';
import { homeFolder, userName } from '../io/person.ts';

/**
 * Where the folders of a page may lie: at home, in the library, on disks that were plugged in, and where else the
 * person who started the program said.
 */
export function reachableRoots(libraryFolder: string, allowed: readonly string[]): readonly string[] {
  const home = homeFolder();
  const user = userName();
  const own = user === undefined ? [] : [join('/media', user), join('/run/media', user)];
  return [...(home === undefined ? [] : [home]), libraryFolder, ...own, '/mnt', '/Volumes', ...allowed];
}

/** The roots that are there, without links. */
export async function realRoots(roots: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(roots.map((root) => realpath(root).catch(() => undefined)));
  return [...new Set(found.filter((root) => root !== undefined))];
}

/**
 * The path without links, of something that is there.
 * @param roots without links.
 * @throws AppError('not-found') when it lies outside the roots, whether or not it is there.
 */
export async function within(path: string, roots: readonly string[]): Promise<string> {
  const real = isAbsolute(path) ? await realpath(path).catch(() => undefined) : undefined;
  if (real !== undefined && roots.some((root) => contains(root, real))) return real;
  throw outside(path);
}

/** The same of something that may yet have to be made: what is there of its path has no links. */
export async function withinOrNew(path: string, roots: readonly string[]): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0')) throw outside(path);
  // What ".." means beyond a link would be somebody else's to say.
  let there = resolve(path);
  const missing: string[] = [];
  for (;;) {
    const real = await realpath(there).catch(() => undefined);
    if (real !== undefined) {
      if (roots.some((root) => contains(root, real))) return join(real, ...missing);
      throw outside(path);
    }
    // A link to nowhere may lead somewhere tomorrow.
    const isNothing = await lstat(there).then(
      () => false,
      (error: unknown) => isFsError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR'),
    );
    if (!isNothing || dirname(there) === there) throw outside(path);
    missing.unshift(basename(there));
    there = dirname(there);
  }
}

/** Both without links. */
export function contains(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function outside(path: string): Error {
  return detailedError({ kind: 'out-of-reach', path });
}
