import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fsError, isFsError } from './fs-error.ts';

const SUFFIX = '.jsonl';

/**
 * Documents that grow by a line at a time, one file each in a folder. Every call has reached stable storage when it
 * returns, which takes as long as the disk does; lines are short and few.
 */
export class JournalFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Gives a document these lines, in one step, whether or not it is there. @throws AppError */
  replace(name: string, lines: readonly string[]): void {
    const path = this.#path(name);
    this.#write(path, () => {
      this.#make();
      written(`${path}.part`, 'w', lines, fsyncSync);
      renameSync(`${path}.part`, path);
      syncFolder(this.#folder);
    });
  }

  /** Adds a line to a document that is there. @throws AppError */
  append(name: string, line: string): void {
    const path = this.#path(name);
    // Whatever a crash left of the line before ends here.
    this.#write(path, () => written(path, 'a', ['', line], fdatasyncSync));
  }

  /** @throws AppError */
  remove(name: string): void {
    const path = this.#path(name);
    this.#write(path, () => rmSync(path, { force: true }));
  }

  /** The lines of every document, in order of their names; broken ones are for the caller to pass over. @throws AppError */
  readAll(): readonly (readonly string[])[] {
    try {
      const names = readdirSync(this.#folder).filter((name) => name.endsWith(SUFFIX));
      return names.sort().map((name) => readFileSync(join(this.#folder, name), 'utf8').split('\n'));
    } catch (error) {
      if (isFsError(error) && error.code === 'ENOENT') return [];
      throw fsError(error, 'read-folder', this.#folder);
    }
  }

  /** The lines of a document; none when it is not there. @throws AppError */
  read(name: string): readonly string[] {
    const path = this.#path(name);
    try {
      return readFileSync(path, 'utf8').split('\n');
    } catch (error) {
      if (isFsError(error) && error.code === 'ENOENT') return [];
      throw fsError(error, 'read', path);
    }
  }

  #path(name: string): string {
    return join(this.#folder, `${name}${SUFFIX}`);
  }

  #write(path: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw fsError(error, 'write', path);
    }
  }

  /** The folder alone: what it lies in may be on a disk that was taken away, and is not made on another one. */
  #make(): void {
    if (existsSync(this.#folder)) return;
    mkdirSync(this.#folder);
    syncFolder(dirname(this.#folder));
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function written(
  path: string,
  flags: 'w' | 'a',
  lines: readonly string[],
  sync: (descriptor: number) => void,
): void {
  const descriptor = openSync(path, flags);
  try {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    sync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
