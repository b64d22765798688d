import { createHash } from 'node:crypto';
import { access, constants, rm, stat } from 'node:fs/promises';
import { detailedError } from '../../../shared/model/detailed-error.ts';
import type { LibraryNotice } from '../../../shared/model/library-notice.ts';
import { Catalog, CorruptCatalogError } from '../../catalog/catalog.ts';
import type { KnownFolder, StoredSession } from '../../catalog/catalog-session.ts';
import { isReadOnly } from '../../catalog/database.ts';
import { freeSpace } from '../../io/free-space.ts';
import { fingerprintOf, type FolderFingerprint } from '../../io/folder-fingerprint.ts';
import { moveAside } from '../../io/move-aside.ts';
import { refuseStrangers } from '../../io/strangers.ts';
import { openSession } from '../session/open-session.ts';
import { AnnotationStore } from './annotation-store.ts';
import type { AnnotationDocument } from './annotations.ts';
import { LibraryPaths, type SessionPlace } from './paths.ts';
import type { LibraryPorts } from './ports.ts';
import { catalogSession, factsOf } from './session-entry.ts';
import { FACTS_VERSION, readFacts, type SessionFacts } from './session-facts.ts';

/** What became of a folder that was looked at. */
export interface Taken {
  readonly sessionId: string;
  readonly title: string;
  /** It was in the catalog before, under this id. */
  readonly already: boolean;
  /** Set when another folder holds a session with the id of its logs. */
  readonly copyOf: string | undefined;
  /** Whether it was scanned just now because nobody had closed it. */
  readonly scanned: boolean;
}

/** Sessions on the disk and what the catalog says of them: this keeps the second in step with the first. */
export class Shelf {
  readonly paths: LibraryPaths;
  readonly annotations: AnnotationStore;
  /** Whether anything can be kept beside the sessions; if not, this program is the only one to know. */
  readonly takesFiles: boolean;
  readonly #ports: LibraryPorts;
  #catalog: Catalog;

  private constructor(paths: LibraryPaths, ports: LibraryPorts, catalog: Catalog, takesFiles: boolean) {
    this.paths = paths;
    this.takesFiles = takesFiles;
    this.annotations = new AnnotationStore(paths);
    this.#ports = ports;
    this.#catalog = catalog;
  }

  /** What the library takes, and what there is room for. */
  async storage(): Promise<{ folder: string; sessions: number; bytes: number; freeBytes: number | null }> {
    const { root } = this.paths;
    const { sessions, libraryBytes } = this.#catalog.sessions.totals();
    return { folder: root, sessions, bytes: libraryBytes, freeBytes: (await freeSpace(root)) ?? null };
  }

  /** Opens the catalog of a library. One that is damaged is moved aside, which `tell` is told. */
  static async open(
    paths: LibraryPaths,
    ports: LibraryPorts,
    tell: (notice: LibraryNotice) => void,
  ): Promise<Shelf> {
    if (await takesFiles(paths)) return new Shelf(paths, ports, await openCatalog(paths, tell), true);
    tell({ kind: 'library-read-only', path: paths.root });
    return new Shelf(paths, ports, Catalog.inMemory(), false);
  }

  /** The catalog; another one after a rebuild, so nobody keeps it. */
  get catalog(): Catalog {
    return this.#catalog;
  }

  /** Begins an empty catalog in place of this one. A damaged file is kept beside it, for whoever wants to know. */
  async startAnew(damaged: boolean): Promise<void> {
    const old = this.#catalog;
    // Exports go on meanwhile and must not meet a closed catalog: what they tell this one comes again from the disk.
    const stopgap = Catalog.inMemory();
    this.#catalog = stopgap;
    try {
      old.close();
    } catch (error) {
      // A damaged catalog may not even close; its file goes all the same.
      this.#ports.noteFault(error);
    }
    this.annotations.forget();
    if (!this.takesFiles) return;
    try {
      if (damaged) await moveAside(this.paths.catalog, ['-wal', '-shm']);
      else await removeCatalog(this.paths);
    } catch (error) {
      // Where no file can be removed none can be made: the catalog stays in memory.
      this.#ports.noteFault(error);
      return;
    }
    this.#catalog = await openCatalog(this.paths, () => undefined);
    stopgap.close();
  }

  /** @throws AppError('not-found') for a session that is not in the library, or on its way to the trash. */
  require(sessionId: string): StoredSession {
    const session = this.catalog.sessions.get(sessionId);
    if (session !== undefined && !session.hidden) return session;
    throw detailedError({ kind: 'session-unknown', sessionId });
  }

  folderOf({ row, folder }: StoredSession): string {
    return this.paths.folderOf({ place: row.place, folder });
  }

  /** Reads a session folder, unless its files are as they were, and brings its row in the catalog up to date. */
  async takeIn(at: SessionPlace, signal: AbortSignal): Promise<Taken> {
    const folder = this.paths.folderOf(at);
    const held = await this.#ports.isHeld(folder);
    const print = await fingerprintOfSession(folder);
    const knownId = this.catalog.sessions.at(at.place, at.folder);
    const known = knownId === undefined ? undefined : this.catalog.sessions.get(knownId);
    const isFresh = known?.fingerprint === print.fingerprint && !held && !known.flags.recording;
    if (!isFresh) await refuseStrangersIn(folder);
    let facts = isFresh ? factsOf(known) : await readFacts(folder, { glance: held, signal });
    const document = await this.annotations.read(at);
    const { sessionId, copyOf } = await this.#idFor(at, facts, document);
    const needsScan = !held && !facts.closed && facts.recovery === null && facts.format === 'tailslate';
    if (needsScan) facts = { ...facts, recovery: await this.#recover(folder, signal) };
    // What was read while it grows is not to be found fresh later.
    const fingerprint = held ? '' : print.fingerprint;
    const about = { ...at, sessionId, fingerprint, sizeBytes: print.sizeBytes, held };
    const session = catalogSession(facts, document.annotations, about);
    const isMarked = document.annotations.sessionId === sessionId || sessionId === facts.logSessionId;
    if (!isMarked || (at.place === 'linked' && document.annotations.folder === undefined)) {
      await this.#mark(at, sessionId, facts, document);
    }
    this.catalog.sessions.put(session);
    const already = knownId === sessionId;
    return { sessionId, title: session.title, already, copyOf, scanned: needsScan };
  }

  /** Whether a session's files are others than those that were read. @throws AppError when its folder is gone. */
  async isChanged({ place, folder, fingerprint, recording }: KnownFolder): Promise<boolean> {
    const print = await fingerprintOfSession(this.paths.folderOf({ place, folder }));
    return !recording && print.fingerprint !== fingerprint;
  }

  /** Puts changed facts or annotations of a session into the catalog. */
  update(session: StoredSession, changed: { facts?: SessionFacts; document: AnnotationDocument }): void {
    const { row, folder, fingerprint, flags } = session;
    const about = {
      sessionId: row.sessionId,
      place: row.place,
      folder,
      fingerprint,
      sizeBytes: row.sizeBytes,
      held: flags.recording,
    };
    this.catalog.sessions.put(
      catalogSession(changed.facts ?? factsOf(session), changed.document.annotations, about),
    );
  }

  /** Where annotations of a session are written. */
  annotated(session: StoredSession): Parameters<AnnotationStore['write']>[0] {
    const { row, folder, flags } = session;
    const ownFolder = row.place === 'library' && row.format === 'tailslate' && !flags.newer;
    return { sessionId: row.sessionId, place: row.place, folder, ownFolder };
  }

  /** Remembers a derived id, or where a linked session lies. A library that takes no files is read anew each time. */
  async #mark(
    at: SessionPlace,
    sessionId: string,
    facts: SessionFacts,
    document: AnnotationDocument,
  ): Promise<void> {
    const ownFolder = at.place === 'library' && facts.format === 'tailslate' && !facts.newer;
    const annotations = { ...document.annotations, sessionId };
    const marked = { ...document, annotations, raw: { ...document.raw, sessionId } };
    try {
      await this.annotations.write({ ...at, sessionId, ownFolder }, marked);
    } catch (error) {
      this.#ports.noteFault(error);
    }
  }

  async #recover(folder: string, signal: AbortSignal): Promise<SessionFacts['recovery']> {
    try {
      return await this.#ports.recover(folder, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      this.#ports.noteFault(error);
      return null;
    }
  }

  /** The id a folder's session goes by: the one written down, its logs', or one of its own where that is taken. */
  async #idFor(
    at: SessionPlace,
    facts: SessionFacts,
    { annotations }: AnnotationDocument,
  ): Promise<{ sessionId: string; copyOf: string | undefined }> {
    const derived = derivedId(at, facts.logSessionId ?? 'session');
    for (const wanted of [annotations.sessionId, facts.logSessionId]) {
      if (wanted === undefined) continue;
      const other = this.catalog.sessions.get(wanted);
      if (other === undefined || (other.row.place === at.place && other.folder === at.folder)) {
        return { sessionId: wanted, copyOf: undefined };
      }
      // A folder that was renamed or moved takes its row along.
      if (!(await isThere(this.folderOf(other)))) return { sessionId: wanted, copyOf: undefined };
      return { sessionId: derived, copyOf: other.row.title };
    }
    return { sessionId: derived, copyOf: undefined };
  }
}

/** Whether the folder that the program keeps its files in is there and can be written to. */
async function takesFiles({ own }: LibraryPaths): Promise<boolean> {
  return access(own, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Whether a folder can be found. */
export async function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The files that facts come from. What others keep beside them does not count. */
async function fingerprintOfSession(folder: string): Promise<FolderFingerprint> {
  const found = await fingerprintOf(
    folder,
    (name) => name === 'session.json' || /^(?:log|wal)\//u.test(name),
  );
  return { ...found, fingerprint: `${FACTS_VERSION} ${found.fingerprint}` };
}

function derivedId({ place, folder }: SessionPlace, logSessionId: string): string {
  const digest = createHash('sha256').update(`${place}:${folder}`).digest('hex').slice(0, 10);
  return `${logSessionId}~${digest}`;
}

async function openCatalog(paths: LibraryPaths, tell: (notice: LibraryNotice) => void): Promise<Catalog> {
  try {
    return Catalog.open(paths.catalog);
  } catch (error) {
    if (error instanceof CorruptCatalogError) {
      const aside = await moveAside(paths.catalog, ['-wal', '-shm']);
      tell({ kind: 'catalog-set-aside', path: aside });
      return Catalog.open(paths.catalog);
    }
    if (!isReadOnly(error)) throw error;
    tell({ kind: 'catalog-read-only', path: paths.catalog });
    return Catalog.inMemory();
  }
}

async function removeCatalog({ catalog }: LibraryPaths): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${catalog}${suffix}`, { force: true });
}

/** Of a session only: what is none may hold anything, and is refused for being none. */
async function refuseStrangersIn(folder: string): Promise<void> {
  await openSession(folder);
  await refuseStrangers(folder);
}
