import { dirname } from 'node:path';
import type { LogFiles, LogHandle } from '../../electron/io/log-file/files.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { Random } from './random.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** The calls that a fault can meet. */
export type FileCall =
  'create' | 'replace' | 'write' | 'datasync' | 'sync' | 'rename' | 'syncFolder' | 'makeFolder';

/** What goes wrong with one call. */
export interface Fault {
  /** The call takes this long. */
  readonly delayMillis?: number;
  /** A write takes only so many bytes. */
  readonly mostBytes?: number;
  /** The call fails with this system error. */
  readonly code?: string;
}

export interface FaultyFilesOptions {
  readonly clock: SimulatedClock;
  /** Asked before every call, which are counted from 0. */
  readonly fault?: (call: FileCall, path: string, count: number) => Fault | undefined;
  /** Room on the disk; more does not fit. */
  readonly roomBytes?: number;
}

/** A write that the kernel has and the disk may not. */
interface Dirty {
  readonly atByte: number;
  readonly bytes: Uint8Array;
}

interface Inode {
  kernel: Uint8Array;
  disk: Uint8Array;
  dirty: Dirty[];
  /** Has a name. */
  isNamed: boolean;
}

/** A change of names that the kernel knows and the disk may not. */
interface NameChange {
  readonly folder: string;
  readonly removed?: string;
  readonly added?: { readonly path: string; readonly inode: Inode | 'folder' };
}

/**
 * A disk in memory that fails as told and forgets at a power cut what was not synced: of unsynced writes any part may be
 * there, in any order, with zeros between; of unsynced names too. A sync that fails throws its bytes away, as Linux does.
 */
export class FaultyFiles implements LogFiles {
  readonly calls: { call: FileCall; path: string; atMicros: number; doneMicros: number }[] = [];
  readonly #options: FaultyFilesOptions;
  #names = new Map<string, Inode | 'folder'>([['/library', 'folder']]);
  #diskNames = new Map<string, Inode | 'folder'>([['/library', 'folder']]);
  #changes: NameChange[] = [];
  #usedBytes = 0;
  #count = 0;
  readonly #locked = new Set<string>();
  openHandles = 0;

  constructor(options: FaultyFilesOptions) {
    this.#options = options;
  }

  async makeFolder(folder: string): Promise<boolean> {
    const isNew = !this.#names.has(folder);
    await this.makeSubfolder(folder).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    await this.syncFolder(dirname(folder));
    return isNew;
  }

  makeSubfolder(folder: string): Promise<void> {
    return this.#call('makeFolder', folder, () => {
      if (this.#names.has(folder)) throw systemError('EEXIST', folder);
      this.#change({ folder: dirname(folder), added: { path: folder, inode: 'folder' } });
    });
  }

  namesIn(folder: string): Promise<readonly string[]> {
    const names = [...this.#names.keys()].filter((path) => dirname(path) === folder);
    return Promise.resolve(names.map((path) => path.slice(folder.length + 1)));
  }

  create(path: string): Promise<LogHandle> {
    return this.#call('create', path, () => {
      if (this.#names.has(path)) throw systemError('EEXIST', path);
      return this.#newFile(path);
    });
  }

  replace(path: string): Promise<LogHandle> {
    return this.#call('replace', path, () => this.#newFile(path));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#call('rename', from, () => {
      const inode = this.#names.get(from);
      if (inode === undefined) throw systemError('ENOENT', from);
      this.#change({ folder: dirname(to), removed: from, added: { path: to, inode } });
    });
  }

  syncFolder(folder: string): Promise<void> {
    return this.#call('syncFolder', folder, () => {
      for (const change of this.#changes) if (change.folder === folder) apply(this.#diskNames, change);
      this.#changes = this.#changes.filter((change) => change.folder !== folder);
    });
  }

  remove(path: string): Promise<void> {
    for (const name of [...this.#names.keys()]) {
      if (name !== path && !name.startsWith(`${path}/`)) continue;
      const inode = this.#names.get(name);
      if (inode !== undefined && inode !== 'folder') inode.isNamed = false;
      this.#change({ folder: dirname(name), removed: name });
    }
    return Promise.resolve();
  }

  lock(folder: string, holder: string): Promise<{ release(): Promise<void> }> {
    if (this.#locked.has(folder)) return Promise.reject(new AppError('locked', `in use by ${holder}`));
    this.#locked.add(folder);
    return Promise.resolve({
      release: () => {
        this.#locked.delete(folder);
        return Promise.resolve();
      },
    });
  }

  isLocked(folder: string): boolean {
    return this.#locked.has(folder);
  }

  /** What a program that reads sees now, by path. */
  get contents(): ReadonlyMap<string, Uint8Array> {
    return filesOf(this.#names, ({ kernel }) => kernel);
  }

  /** What one may find after the power was cut now; each call draws another case. */
  afterPowerCut(random: Random): ReadonlyMap<string, Uint8Array> {
    const names = new Map(this.#diskNames);
    for (const change of this.#changes) if (random.next() < 0.5) apply(names, change);
    const seen = new Map<Inode, Uint8Array>();
    return filesOf(names, (inode) => {
      const bytes = seen.get(inode) ?? survivor(inode, random);
      seen.set(inode, bytes);
      return bytes;
    });
  }

  #newFile(path: string): LogHandle {
    const inode: Inode = { kernel: new Uint8Array(), disk: new Uint8Array(), dirty: [], isNamed: true };
    this.#change({ folder: dirname(path), added: { path, inode } });
    this.openHandles++;
    const sync = (call: 'sync' | 'datasync') => async () => {
      const taken = inode.dirty.length;
      try {
        await this.#call(call, path, () => undefined);
      } catch (error) {
        inode.dirty.splice(0, taken);
        throw error;
      }
      inode.disk = written(inode.disk, inode.dirty.splice(0, taken));
    };
    return {
      write: (bytes, atByte) => this.#write(inode, path, bytes, atByte),
      datasync: sync('datasync'),
      sync: sync('sync'),
      isNamed: () => Promise.resolve(inode.isNamed),
      close: () => {
        this.openHandles--;
        return Promise.resolve();
      },
    };
  }

  async #write(inode: Inode, path: string, bytes: Uint8Array, atByte: number): Promise<number> {
    const fault = await this.#begin('write', path);
    if (fault?.code !== undefined) throw systemError(fault.code, path);
    const room = (this.#options.roomBytes ?? Infinity) - this.#usedBytes;
    const most = Math.min(fault?.mostBytes ?? Infinity, room, bytes.length);
    const taken = bytes.slice(0, Math.max(0, most));
    if (taken.length > 0) {
      const dirty = { atByte, bytes: taken };
      inode.dirty.push(dirty);
      inode.kernel = written(inode.kernel, [dirty]);
      this.#usedBytes += taken.length;
    }
    if (taken.length === 0 && bytes.length > 0) throw systemError('ENOSPC', path);
    return taken.length;
  }

  async #call<T>(call: FileCall, path: string, work: () => T): Promise<T> {
    const fault = await this.#begin(call, path);
    if (fault?.code !== undefined) throw systemError(fault.code, path);
    return work();
  }

  async #begin(call: FileCall, path: string): Promise<Fault | undefined> {
    const atMicros = this.#options.clock.monotonicMicros();
    const fault = this.#options.fault?.(call, path, this.#count++);
    if (fault?.delayMillis !== undefined) await this.#options.clock.sleep(fault.delayMillis);
    else await Promise.resolve();
    this.calls.push({ call, path, atMicros, doneMicros: this.#options.clock.monotonicMicros() });
    return fault;
  }

  #change(change: NameChange): void {
    apply(this.#names, change);
    this.#changes.push(change);
  }
}

function apply(names: Map<string, Inode | 'folder'>, { removed, added }: NameChange): void {
  if (removed !== undefined) names.delete(removed);
  if (added !== undefined) names.set(added.path, added.inode);
}

/** Files whose folders all have a name. */
function filesOf(
  names: ReadonlyMap<string, Inode | 'folder'>,
  bytesOf: (inode: Inode) => Uint8Array,
): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const [path, inode] of names) {
    if (inode === 'folder') continue;
    let folder = dirname(path);
    while (names.get(folder) === 'folder' && folder !== '/library') folder = dirname(folder);
    if (folder === '/library') files.set(path, bytesOf(inode));
  }
  return files;
}

function written(bytes: Uint8Array, writes: readonly Dirty[]): Uint8Array {
  const size = Math.max(bytes.length, ...writes.map(({ atByte, bytes: { length } }) => atByte + length));
  const result = new Uint8Array(size);
  result.set(bytes);
  for (const write of writes) result.set(write.bytes, write.atByte);
  return result;
}

/** The synced bytes, and of the others whatever the disk had come to. */
function survivor({ disk, dirty }: Inode, random: Random): Uint8Array {
  const kept = dirty.flatMap(({ atByte, bytes }): Dirty[] => {
    const chance = random.next();
    if (chance < 0.4) return [];
    if (chance < 0.7) return [{ atByte, bytes }];
    // The file has its new size already, its bytes not.
    if (chance < 0.8) return [{ atByte, bytes: new Uint8Array(bytes.length) }];
    return [{ atByte, bytes: bytes.slice(0, random.int(0, bytes.length)) }];
  });
  return written(disk, kept);
}

function systemError(code: string, path: string): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(`${code}: simulated, ${path}`);
  error.code = code;
  return error;
}
