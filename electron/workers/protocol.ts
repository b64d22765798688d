import type { ExportItem, ExportOutcome } from '../services/export-job/item.ts';
import type { CarriedError } from './carried-error.ts';

/** What the pool sends to a worker. */
export type ToWorker =
  | { readonly kind: 'run'; readonly item: ExportItem }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'close' };

/**
 * What a worker sends back; exactly one `done` or `failed` for each `run`. `part` names the file it has begun, which
 * nobody else would remove should the thread die.
 */
export type FromWorker =
  | { readonly kind: 'part'; readonly partPath: string }
  | { readonly kind: 'progress'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'done'; readonly outcome: ExportOutcome }
  | { readonly kind: 'failed'; readonly error: CarriedError };
