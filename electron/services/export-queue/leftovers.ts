import type { QueuedItem } from './batch.ts';
import { isPartOf } from './part-file.ts';

/** What could not be removed is tried again so often. */
const AGAIN_MILLIS = 60_000;

export interface LeftoverPorts {
  /** @returns whether the file is surely gone. */
  readonly removePart: (partPath: string) => Promise<boolean>;
  readonly clock: {
    /** @returns cancels it. */
    readonly after: (millis: number, action: () => void) => () => void;
  };
}

/** An item that may have left a part file. */
export interface Leftover {
  readonly item: QueuedItem;
  readonly partPath: string;
  /** Told when the file is gone. */
  readonly onGone: () => void;
}

/**
 * Removes part files that a lost or silent disk kept: at the start, when a folder is written to again, and once in a
 * while as long as there are any. A folder is asked for one file at a time, so that a disk that does not answer holds
 * one call and no more.
 */
export class Leftovers {
  readonly #ports: LeftoverPorts;
  readonly #all: () => Iterable<Leftover>;
  readonly #asked = new Set<string>();
  readonly #removing = new Set<string>();
  #cancelAgain: (() => void) | undefined;
  #isClosed = false;

  /** @param all those there are now. */
  constructor(ports: LeftoverPorts, all: () => Iterable<Leftover>) {
    this.#ports = ports;
    this.#all = all;
  }

  /** Whether the disk was told to remove this file and has not answered yet. */
  isRemoving(partPath: string | null): boolean {
    return partPath !== null && this.#removing.has(partPath);
  }

  /** Tries to remove what is left, in the background. */
  sweep(): void {
    if (this.#isClosed) return;
    const byFolder = Map.groupBy(this.#all(), ({ item }) => item.work.output.folder);
    for (const [folder, left] of byFolder) if (!this.#asked.has(folder)) void this.#sweepFolder(folder, left);
    if (byFolder.size > 0) {
      this.#cancelAgain ??= this.#ports.clock.after(AGAIN_MILLIS, () => {
        this.#cancelAgain = undefined;
        this.sweep();
      });
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelAgain?.();
  }

  async #sweepFolder(folder: string, left: readonly Leftover[]): Promise<void> {
    this.#asked.add(folder);
    try {
      for (const { item, partPath, onGone } of left) {
        if (this.#isClosed) return;
        // What does not bear the item's name is not its own, whoever says so.
        if (!isPartOf(item, partPath) || (await this.#remove(partPath))) onGone();
      }
    } finally {
      this.#asked.delete(folder);
    }
  }

  async #remove(partPath: string): Promise<boolean> {
    this.#removing.add(partPath);
    try {
      return await this.#ports.removePart(partPath);
    } finally {
      this.#removing.delete(partPath);
    }
  }
}
