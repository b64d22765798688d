import type { Api } from '../../shared/ipc/contract.ts';
import type { FolderListing } from '../host/api-types.ts';

interface Wish {
  readonly title: string;
  /** Folders to write into, folders to open, or files and folders to open. */
  readonly kind: 'destination' | 'folder' | 'paths';
}

/** Picks folders and files: by the system's dialogs where there are any, otherwise in a browser of ours. */
export class FolderBrowser {
  wish = $state.raw<Wish | null>(null);
  listing = $state.raw<FolderListing | null>(null);
  failure = $state.raw<unknown>(null);
  readonly #api: Api;
  readonly #native: () => boolean;
  #answer: ((paths: readonly string[]) => void) | null = null;

  /** @param native whether the host has dialogs of the system's */
  constructor(api: Api, native: () => boolean) {
    this.#api = api;
    this.#native = native;
  }

  /** @returns nothing when the person thought better of it. */
  async pick(wish: Wish, startFolder: string | null = null): Promise<readonly string[]> {
    if (this.#native()) {
      if (wish.kind === 'paths') return (await this.#api.desktop.pickPaths({ title: wish.title })).paths;
      const { path } = await this.#api.desktop.pickFolder({ title: wish.title, startFolder });
      return path === null ? [] : [path];
    }
    this.#answer?.([]);
    this.wish = wish;
    this.listing = null;
    void this.enter(startFolder);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  async enter(path: string | null): Promise<void> {
    try {
      this.listing = await this.#api.desktop.listFolder({ path });
      this.failure = null;
    } catch (error) {
      this.failure = error;
      // A remembered folder may be gone; the roots are always there.
      if (path !== null && this.listing === null) await this.enter(null);
    }
  }

  async makeFolder(name: string): Promise<void> {
    const parent = this.listing?.path;
    if (parent === null || parent === undefined || name.trim() === '') return;
    try {
      const { path } = await this.#api.desktop.makeFolder({ parent, name: name.trim() });
      await this.enter(path);
    } catch (error) {
      this.failure = error;
    }
  }

  choose(paths: readonly string[]): void {
    this.wish = null;
    this.#answer?.(paths);
    this.#answer = null;
  }
}
