import * as v from 'valibot';
import { AppError } from '../../../shared/model/errors.ts';
import type { BatchDocuments, CatalogItem } from '../../catalog/batch-queries.ts';
import { corruptionOf } from '../../catalog/catalog.ts';
import { JournalFolder } from '../../io/journal.ts';
import type { Batch, BatchStore, QueuedItem } from '../export-queue/batch.ts';
import { keptBatch, parsedLine } from '../export-queue/kept-batch.ts';
import type { Shelf } from './shelf.ts';

/** The journal of no batch: which sessions those exported that left the history. */
const CLEARED = 'cleared';

const Cleared = v.object({ exportedSessionIds: v.array(v.string()) });

/**
 * Export batches of a library. Each has a journal in `.tailslate/exports`: a line for the batch, one for each item,
 * and one more whenever an item has changed, the last one of an item counting. The catalog holds the same for searches
 * and is told afterwards. A library that takes no files has its batches in the catalog alone, as long as that lasts.
 */
export class LibraryBatches implements BatchStore {
  readonly #shelf: Shelf;
  readonly #journals: JournalFolder;
  readonly #changed: () => void;
  readonly #damaged: () => void;

  /**
   * @param changed is called when sessions may count as exported, or not any more.
   * @param damaged is called when the catalog turns out to be damaged, to make it anew.
   */
  constructor(shelf: Shelf, changed: () => void, damaged: () => void) {
    this.#damaged = damaged;
    this.#shelf = shelf;
    this.#journals = new JournalFolder(shelf.paths.exports);
    this.#changed = changed;
  }

  putBatch(batch: Batch): void {
    const { items, ...head } = batch;
    this.#write((journals) => {
      journals.replace(
        batch.batchId,
        [head, ...items].map((line) => JSON.stringify(line)),
      );
    });
    this.#catalog(batch);
    this.#changed();
  }

  putItem(batchId: string, item: QueuedItem): void {
    this.#write((journals) => {
      journals.append(batchId, JSON.stringify(item));
    });
    this.#tell(() => {
      this.#shelf.catalog.exports.putItem(batchId, catalogItem(item));
    });
    if (item.view.state === 'done') this.#changed();
  }

  removeBatch(batchId: string): void {
    this.#remove([batchId]);
  }

  removeFinished(): readonly string[] {
    const batchIds = this.#ask(() => this.#shelf.catalog.exports.finishedIds());
    this.#remove(batchIds);
    return batchIds;
  }

  unfinished(): readonly Batch[] {
    return parsed(this.#ask(() => this.#shelf.catalog.exports.unfinished()));
  }

  withParts(): readonly Batch[] {
    return parsed(this.#ask(() => this.#shelf.catalog.exports.finishedWith('"partPath":"')));
  }

  get(batchId: string): Batch | undefined {
    const documents = this.#ask(() => this.#shelf.catalog.exports.get(batchId));
    return documents === undefined ? undefined : parsed([documents])[0];
  }

  history(query: Parameters<BatchStore['history']>[0]): ReturnType<BatchStore['history']> {
    const { total, batches } = this.#ask(() => this.#shelf.catalog.exports.history(query));
    return { total, batches: parsed(batches) };
  }

  /** Tells a new catalog of every journal. One that cannot be read is left where it is. */
  refill(): void {
    const exported = this.#cleared();
    this.#tell(() => {
      this.#shelf.catalog.exports.keepExported(exported);
    });
    for (const lines of this.#journals.readAll()) {
      const batch = keptBatch(lines);
      if (batch !== undefined) this.#catalog(batch);
    }
  }

  /** What the batches exported is written down before they go: a session that was exported stays so. */
  #remove(batchIds: readonly string[]): void {
    const exported = this.#ask(() => this.#shelf.catalog.exports.exportedBy(batchIds));
    this.#write((journals) => {
      const before = this.#cleared();
      const exportedSessionIds = [...new Set([...before, ...exported])].sort();
      if (exportedSessionIds.length > before.length) {
        journals.replace(CLEARED, [JSON.stringify({ exportedSessionIds })]);
      }
      for (const batchId of batchIds) journals.remove(batchId);
    });
    this.#tell(() => {
      this.#shelf.catalog.exports.keepExported(exported);
      for (const batchId of batchIds) this.#shelf.catalog.exports.remove(batchId);
    });
    this.#changed();
  }

  #cleared(): readonly string[] {
    const document = parsedLine(this.#journals.read(CLEARED)[0] ?? '');
    return v.is(Cleared, document) ? document.exportedSessionIds : [];
  }

  #write(work: (journals: JournalFolder) => void): void {
    if (this.#shelf.takesFiles) work(this.#journals);
  }

  #catalog({ items, ...head }: Batch): void {
    const { batchId, createdUnixMicros, finishedUnixMicros } = head;
    this.#tell(() => {
      this.#shelf.catalog.exports.put({
        batchId,
        createdUnixMicros,
        finishedUnixMicros,
        document: JSON.stringify(head),
        items: items.map(catalogItem),
      });
    });
  }

  /** Tells the catalog what a journal holds already: one that is damaged learns it when it is made anew. */
  #tell(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (corruptionOf(error) === undefined) throw error;
      this.#damaged();
    }
  }

  /** @throws AppError('unavailable') while a damaged catalog is made anew. */
  #ask<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (corruptionOf(error) === undefined) throw error;
      this.#damaged();
      throw new AppError('unavailable', 'The catalog was damaged and is being made anew.', {
        next: 'Try again in a moment.',
        cause: error,
      });
    }
  }
}

/** Every batch in a catalog, as it was put in. */
export function allBatches(shelf: Shelf): readonly Batch[] {
  return parsed(shelf.catalog.exports.all());
}

function catalogItem(item: QueuedItem): CatalogItem {
  const { itemId, sessionId, sessionTitle, playerName, fileName, state } = item.view;
  return {
    itemId,
    sessionId,
    done: state === 'done',
    words: [sessionTitle, playerName ?? '', fileName],
    document: JSON.stringify(item),
  };
}

/** Batches of documents that this program put in; others are passed over. */
function parsed(documents: readonly BatchDocuments[]): readonly Batch[] {
  return documents.flatMap(({ document, items }) => keptBatch([document, ...items]) ?? []);
}
