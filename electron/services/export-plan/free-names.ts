import { join } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { type FilePath, nameKey, numberedNames } from '../../../shared/model/file-name.ts';
import { namesIn } from '../../io/folder.ts';
import type { Existing } from '../../io/output-file.ts';

/** The name a file gets, and what a file that has the wanted one already leads to. */
export interface FreeName {
  /** The folder it lies in, below the export's, with forward slashes; empty where it lies in that one. */
  readonly subfolder: string;
  readonly stem: string;
  /** Below the export's folder, with forward slashes. */
  readonly relativePath: string;
  readonly collision: 'none' | 'numbered' | 'skipped' | 'overwritten';
}

/** Names in a folder; undefined where its disk does not answer. */
export type ListNames = (folder: string) => Promise<readonly string[] | undefined>;

/**
 * Gives out the names of one export. None is given twice, across formats, players and sessions, even where files that
 * are there may be replaced; names that a file system may take for one count as one.
 */
export class FreeNames {
  readonly #outFolder: string;
  readonly #existing: Existing;
  readonly #listNames: ListNames;
  readonly #given = new Set<string>();
  /** Keys of the names that are there, by the key of their folder. */
  readonly #there = new Map<string, ReadonlySet<string>>();
  #isUnanswered = false;

  constructor(outFolder: string, existing: Existing, listNames: ListNames = namesIn) {
    this.#outFolder = outFolder;
    this.#existing = existing;
    this.#listNames = listNames;
  }

  /** Whether names were given out that may be taken, since the disk did not answer. */
  get isUnanswered(): boolean {
    return this.#isUnanswered;
  }

  /** @throws AppError when a folder cannot be read, or all numbers are taken. */
  async give({ folders, stem: wanted }: FilePath, extension: string): Promise<FreeName> {
    const subfolder = folders.join('/');
    const place = nameKey(subfolder);
    const there = this.#there.get(place) ?? (await this.#keysIn(subfolder));
    this.#there.set(place, there);
    for (const name of numberedNames(wanted, extension)) {
      const key = nameKey(name);
      if (this.#given.has(`${place}/${key}`)) continue;
      const exists = there.has(key);
      if (exists && this.#existing === 'number') continue;
      this.#given.add(`${place}/${key}`);
      const stem = name.slice(0, -extension.length - 1);
      const relativePath = [...folders, name].join('/');
      if (exists) {
        return {
          subfolder,
          stem,
          relativePath,
          collision: this.#existing === 'skip' ? 'skipped' : 'overwritten',
        };
      }
      return { subfolder, stem, relativePath, collision: stem === wanted ? 'none' : 'numbered' };
    }
    throw new AppError('exists', `No free name was found for ${wanted}.${extension}.`, {
      next: 'Choose another folder with --out.',
    });
  }

  /** Of a disk that has not answered nothing more is asked. */
  async #keysIn(subfolder: string): Promise<ReadonlySet<string>> {
    const names = this.#isUnanswered ? undefined : await this.#listNames(join(this.#outFolder, subfolder));
    this.#isUnanswered = names === undefined;
    return new Set(names?.map(nameKey));
  }
}
