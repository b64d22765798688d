import { createHash } from 'node:crypto';
import { JournalFolder } from '../../io/journal.ts';
import type { Batch } from './batch.ts';

/**
 * Which batches this user began on this computer: for each, a digest of what it is to make. It lies with the user's
 * settings, not in the library, which may be anybody's: only a batch that is known here, unchanged, goes on by itself
 * when the library is opened again, or is made again without a question.
 */
export class BegunBatches {
  readonly #digests: JournalFolder;

  /** @param folder made when the first one is added; the folder that it lies in is there. */
  constructor(folder: string) {
    this.#digests = new JournalFolder(folder);
  }

  /** @throws AppError when it cannot be written down. */
  add(batch: Batch): void {
    this.#digests.replace(batch.batchId, [digestOf(batch)]);
  }

  /** @throws AppError when it cannot be read. */
  has(batch: Batch): boolean {
    return this.#digests.read(batch.batchId)[0] === digestOf(batch);
  }

  /** @throws AppError when it cannot be removed. */
  remove(batchId: string): void {
    this.#digests.remove(batchId);
  }
}

/** Whether a batch was begun here; a record that cannot be read is none, and is told of. */
export function isBegunHere(
  {
    begun,
    onUnkept,
  }: { readonly begun: Pick<BegunBatches, 'has'>; readonly onUnkept: (error: unknown) => void },
  batch: Batch,
): boolean {
  try {
    return begun.has(batch);
  } catch (error) {
    onUnkept(error);
    return false;
  }
}

/** Of everything that decides which files are read and written. */
function digestOf({ outFolder, items }: Batch): string {
  const works = items.map(({ view, work }) => [view.itemId, work]);
  return createHash('sha256')
    .update(JSON.stringify([outFolder, works]))
    .digest('hex');
}
