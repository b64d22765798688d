import { join } from 'node:path';

/** Where a session lies. */
export interface SessionPlace {
  readonly place: 'library' | 'linked';
  /** Name within the library folder, or an absolute path for a linked session. */
  readonly folder: string;
}

/** What lies where in a library folder. Names that begin with a dot are never sessions. */
export class LibraryPaths {
  readonly root: string;
  /** What the program keeps beside the sessions. */
  readonly own: string;
  readonly catalog: string;
  /** Sessions that lie elsewhere, and what people noted about sessions whose folder is not written to. */
  readonly linked: string;
  /** Export batches, a document each. */
  readonly exports: string;
  /** Session folders in the making; what is left of them after a crash is removed. */
  readonly incoming: string;
  /** For hosts without a system trash. */
  readonly trash: string;

  /** @param root absolute path of the library folder. */
  constructor(root: string) {
    this.root = root;
    this.own = join(root, '.tailslate');
    this.catalog = join(this.own, 'catalog.db');
    this.linked = join(this.own, 'linked');
    this.exports = join(this.own, 'exports');
    this.incoming = join(this.own, 'incoming');
    this.trash = join(this.own, 'trash');
  }

  /** Absolute path of a session folder. */
  folderOf({ place, folder }: SessionPlace): string {
    return place === 'library' ? join(this.root, folder) : folder;
  }
}
