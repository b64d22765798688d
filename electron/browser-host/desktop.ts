import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Contract } from '../../shared/ipc/contract.ts';
import type { Implementations } from '../../shared/ipc/declare.ts';
import { AppError } from '../../shared/model/errors.ts';
import { isWritable } from '../io/folder.ts';
import { fsError } from '../io/fs-error.ts';
import { NO_DESKTOP } from '../services/no-desktop.ts';
import { contains, realRoots, within } from './reach.ts';

type Desktop = Implementations<Contract>['desktop'];
type Listing = Awaited<ReturnType<Desktop['calls']['listFolder']>>;
type Entry = Listing['folders'][number];

/** Files that may hold a recording: logs, Ogg, Matroska, and archives of them. */
const RECORDINGS: ReadonlySet<string> = new Set([
  '.log',
  '.ogg',
  '.opus',
  '.oga',
  '.mka',
  '.mkv',
  '.webm',
  '.zip',
]);
/** Enough for a person to look through; a folder with more is shortened. */
const MOST_ENTRIES = 2000;
const LONGEST_NAME = 300;

/**
 * What a page can have of the desktop: folders to choose from, within the roots and nowhere else, whatever links lead
 * out of them.
 * @param roots folders; those that are not there are left out.
 */
export function browserDesktop(roots: readonly string[]): Desktop {
  return {
    calls: {
      ...NO_DESKTOP.calls,
      listFolder: async ({ path }) =>
        path === null ? listRoots(roots) : listFolder(path, await realRoots(roots)),
      makeFolder: async ({ parent, name }) => ({
        path: await makeFolder(parent, name, await realRoots(roots)),
      }),
    },
    values: {},
  };
}

async function listRoots(roots: readonly string[]): Promise<Listing> {
  const folders = (await realRoots(roots)).map((path) => ({ name: shown(basename(path) || path), path }));
  return { path: null, parent: null, writable: false, folders, files: [] };
}

async function listFolder(path: string, roots: readonly string[]): Promise<Listing> {
  const folder = await within(path, roots);
  const parent = dirname(folder);
  try {
    const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort(byName);
    const folders: Entry[] = [];
    const files: Entry[] = [];
    for (const name of names) {
      if (folders.length + files.length >= MOST_ENTRIES) break;
      const entry = await entryOf(join(folder, name), roots);
      if (entry === 'folder') folders.push({ name: shown(name), path: join(folder, name) });
      else if (entry === 'file' && RECORDINGS.has(extname(name).toLowerCase())) {
        files.push({ name: shown(name), path: join(folder, name) });
      }
    }
    const inside = parent !== folder && roots.some((root) => contains(root, parent));
    return {
      path: folder,
      parent: inside ? parent : null,
      writable: await isWritable(folder),
      folders,
      files,
    };
  } catch (error) {
    throw fsError(error, 'list', folder);
  }
}

async function makeFolder(parent: string, name: string, roots: readonly string[]): Promise<string> {
  const folder = await within(parent, roots);
  if (name.trim() === '' || name.startsWith('.') || /[/\\:\p{Cc}]/u.test(name)) {
    throw new AppError('usage', `A folder cannot be named "${name}".`, {
      next: 'Leave out slashes, colons and a dot in front.',
    });
  }
  const path = join(folder, name);
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    throw fsError(error, 'make-folder', path);
  }
}

/** What stands at a path once links are followed; nothing where they lead out of the roots. */
async function entryOf(path: string, roots: readonly string[]): Promise<'folder' | 'file' | undefined> {
  try {
    const resolved = await realpath(path);
    if (!roots.some((root) => contains(root, resolved))) return undefined;
    return (await stat(resolved)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

const byName = (one: string, other: string): number => one.localeCompare(other);
const shown = (name: string): string => name.slice(0, LONGEST_NAME);
