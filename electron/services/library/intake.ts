import { randomUUID } from 'node:crypto';
import { readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { library } from '../../../shared/ipc/contract/library.ts';
import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { nameKey, safeStem } from '../../../shared/model/file-name.ts';
import type { ImportNote } from '../../../shared/model/import-note.ts';
import type { LibraryNotice } from '../../../shared/model/library-notice.ts';
import type { StoredSession } from '../../catalog/catalog-session.ts';
import { copyFolder, folderBytes } from '../../io/copy-folder.ts';
import { kindOf } from '../../io/folder.ts';
import { requireFreeSpace } from '../../io/free-space.ts';
import { fsError } from '../../io/fs-error.ts';
import { makeFolder } from '../../io/make-folder.ts';
import { refuseStrangers } from '../../io/strangers.ts';
import { makeSampleSession } from '../sample-session.ts';
import { openSession } from '../session/open-session.ts';
import { refusal } from './folder-sync.ts';
import type { SessionPlace } from './paths.ts';
import type { Importer, LibraryPorts } from './ports.ts';
import { isThere, type Shelf, type Taken } from './shelf.ts';

export type Added = Infer<(typeof library)['calls']['add']['output']>;

/** Four people and five minutes: enough to see lanes, gaps and an export, and made in a moment. */
const SAMPLE = { players: 4, minutes: 5 };

/** What the sample session is called. */
export const SAMPLE_TITLE = 'Small Boats';

/** What becomes one session, or is a folder of sessions. */
interface Parcel {
  /** What it is called when it is taken or refused: its first file. */
  readonly path: string;
  readonly members: readonly string[];
  /** Undefined for folders. */
  readonly importer: Importer | undefined;
}

/** Brings sessions into the library: where they lie, as copies, or made by an importer. */
export class Intake {
  readonly #shelf: Shelf;
  readonly #ports: LibraryPorts;
  readonly #tell: (taken: Taken) => void;
  readonly #notice: (notice: LibraryNotice, sessionId: string) => void;

  /**
   * @param tell hears of every session that came in.
   * @param notice hears what should be known of an imported one.
   */
  constructor(
    shelf: Shelf,
    ports: LibraryPorts,
    tell: (taken: Taken) => void,
    notice: (notice: LibraryNotice, sessionId: string) => void,
  ) {
    this.#notice = notice;
    this.#shelf = shelf;
    this.#ports = ports;
    this.#tell = tell;
  }

  /** Takes each path by itself, or with those it is one session with: what is wrong with one keeps no other out. */
  async add(
    paths: readonly string[],
    copy: boolean,
    signal: AbortSignal,
    onProgress: (done: number, total: number, label: string) => void,
  ): Promise<Added> {
    const taken: Added['taken'][number][] = [];
    const refused: Added['refused'][number][] = [];
    const seen = new Set<string>();
    const attempt = async (path: string, work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        // What somebody stopped was not refused.
        if (!(error instanceof AppError) || signal.aborted) throw error;
        refused.push(refusal(path, error));
      }
    };
    const parcels = await this.#parcels(paths, attempt);
    for (const [done, { path, members, importer }] of parcels.entries()) {
      signal.throwIfAborted();
      const onStep = (label: string): void => {
        onProgress(done, parcels.length, label);
      };
      onStep(basename(path));
      await attempt(path, async () => {
        const found =
          importer === undefined
            ? await this.#take(path, copy, signal)
            : await this.#import(importer, members, signal, onStep);
        for (const one of found) {
          this.#tell(one);
          if (seen.has(one.sessionId)) continue;
          seen.add(one.sessionId);
          taken.push({ path, sessionId: one.sessionId, title: one.title, already: one.already });
        }
      });
    }
    return { taken, refused };
  }

  /** Makes a sample session in the library. */
  async addSample(signal: AbortSignal): Promise<string> {
    const made = await this.#incoming(async (folder) => {
      await makeSampleSession(join(folder, SAMPLE_TITLE), { ...SAMPLE, signal });
    });
    const taken = await this.#shelf.takeIn(made[0] ?? missingFolder(), signal);
    return taken.sessionId;
  }

  /** Removes what a crash left of folders in the making; what they were copied from is where it was. */
  async clearLeftovers(): Promise<void> {
    await rm(this.#shelf.paths.incoming, { recursive: true, force: true });
  }

  /** What is taken at once: a folder, or the files that an importer makes one session of; in the order they came. */
  async #parcels(
    paths: readonly string[],
    attempt: (path: string, work: () => Promise<void>) => Promise<void>,
  ): Promise<Parcel[]> {
    const parcels: Parcel[] = [];
    const files = new Map<Importer, string[]>();
    for (const path of new Set(paths.map((each) => resolve(each)))) {
      await attempt(path, async () => {
        const kind = await kindOf(path);
        if (kind === undefined) throw detailedError({ kind: 'not-there', path });
        if (kind === 'folder' || basename(path) === 'session.json') {
          parcels.push({ path, members: [path], importer: undefined });
          return;
        }
        const importer = await this.#importerOf(path);
        files.set(importer, [...(files.get(importer) ?? []), path]);
      });
    }
    for (const [importer, accepted] of files) {
      for (const members of importer.groups(accepted)) {
        parcels.push({ path: members[0] ?? '', members, importer });
      }
    }
    return parcels;
  }

  async #importerOf(path: string): Promise<Importer> {
    for (const importer of this.#ports.importers) if (await importer.accepts(path)) return importer;
    throw detailedError({ kind: 'no-session-file', path });
  }

  async #take(path: string, copy: boolean, signal: AbortSignal): Promise<Taken[]> {
    const kind = await kindOf(path);
    const folder = await realFolder(kind === 'file' ? dirname(path) : path);
    try {
      return [await this.#takeFolder(folder, copy, signal)];
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not-a-session') throw error;
      const inside = await sessionsIn(folder);
      if (inside.length === 0) throw error;
      const taken: Taken[] = [];
      for (const each of inside) taken.push(await this.#takeFolder(each, copy, signal));
      return taken;
    }
  }

  async #takeFolder(folder: string, copy: boolean, signal: AbortSignal): Promise<Taken> {
    const root = await realFolder(this.#shelf.paths.root);
    if (dirname(folder) === root) {
      return this.#shelf.takeIn({ place: 'library', folder: basename(folder) }, signal);
    }
    if (!copy) return this.#shelf.takeIn({ place: 'linked', folder }, signal);
    await openSession(folder);
    await refuseStrangers(folder);
    if (!relative(folder, root).startsWith('..')) {
      throw detailedError({ kind: 'holds-library', path: folder });
    }
    await makeFolder(this.#shelf.paths.own);
    await requireFreeSpace(root, await folderBytes(folder));
    const made = await this.#incoming((into) => copyFolder(folder, join(into, basename(folder)), signal));
    return this.#shelf.takeIn(made[0] ?? missingFolder(), signal);
  }

  /** Imports files as one session; one that is in the library already stays as it is. */
  async #import(
    importer: Importer,
    members: readonly string[],
    signal: AbortSignal,
    onStep: (label: string) => void,
  ): Promise<Taken[]> {
    let notes: readonly ImportNote[] = [];
    let known: StoredSession | undefined;
    const made = await this.#incoming(async (into) => {
      notes = await importer.import(members, into, signal, onStep);
      known = await this.#knownOf(into);
      if (known !== undefined) await emptyFolder(into);
    });
    if (known !== undefined) {
      const { row } = known;
      return [
        { sessionId: row.sessionId, title: row.title, already: true, copyOf: undefined, scanned: false },
      ];
    }
    const taken: Taken[] = [];
    for (const at of made) {
      const one = await this.#shelf.takeIn(at, signal);
      taken.push(one);
      for (const note of notes) {
        this.#notice({ kind: 'session-imported', title: one.title, note }, one.sessionId);
      }
    }
    return taken;
  }

  /** The session of the library that an import made once more: its id comes from what it holds. */
  async #knownOf(into: string): Promise<StoredSession | undefined> {
    const [name, ...others] = await readdir(into);
    if (name === undefined || others.length > 0) return undefined;
    const { id } = await openSession(join(into, name));
    const known = this.#shelf.catalog.sessions.get(id);
    if (known === undefined || known.hidden) return undefined;
    return (await isThere(this.#shelf.folderOf(known))) ? known : undefined;
  }

  /** Runs work that makes session folders, and gives them names in the library when all of it went well. */
  async #incoming(work: (folder: string) => Promise<void>): Promise<SessionPlace[]> {
    const { incoming, root } = this.#shelf.paths;
    const folder = join(incoming, randomUUID());
    try {
      await makeFolder(folder);
      await work(folder);
      const taken = new Set((await readdir(root)).map(nameKey));
      const made: SessionPlace[] = [];
      for (const name of (await readdir(folder)).sort()) {
        const free = freeName(safeStem(name), taken);
        await rename(join(folder, name), join(root, free));
        made.push({ place: 'library', folder: free });
      }
      return made;
    } catch (error) {
      throw fsError(error, 'add-to', root);
    } finally {
      await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
        this.#ports.noteFault(error);
      });
    }
  }
}

/** The first of `name`, `name (2)`, `name (3)` that no file system would confuse with what is there. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(nameKey(free)); n++) free = `${name} (${n})`;
  taken.add(nameKey(free));
  return free;
}

/** One folder, whatever links lead to it and however its name was typed. */
async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw fsError(error, 'open', path);
  }
}

/** Session folders directly in a folder. */
async function sessionsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))) {
    const path = join(folder, name);
    const isSession = await openSession(path).then(
      () => true,
      () => false,
    );
    if (isSession) found.push(path);
  }
  return found.sort();
}

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
}

function missingFolder(): never {
  throw new AppError('internal', 'No session folder was made.');
}
