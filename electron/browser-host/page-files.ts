import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { AppError } from '../../shared/model/errors.ts';
import { fsError } from '../io/fs-error.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface PageFile {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/**
 * The built page, read once. A request's path is looked up among the names that were there and never becomes a path
 * of the disk, so that none leads out of the folder, however it is written.
 * @returns files by their path below the folder, with slashes.
 * @throws AppError('not-found') where nothing was built.
 */
export async function readPage(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = new Map<string, PageFile>();
    for (const entry of entries) {
      const type = TYPES[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(relative(folder, path).replaceAll(sep, '/'), { bytes: await readFile(path), type });
    }
    if (files.has('index.html')) return files;
  } catch (error) {
    throw fsError(error, 'read-page', folder);
  }
  throw new AppError('not-found', `There is no page in ${folder}.`, { next: 'Run "npm run build" first.' });
}
