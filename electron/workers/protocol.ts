import type { CarriedError } from './carried-error.ts';

/** What is sent to a worker; one `run` at a time. */
export type ToWorker<Item> =
  | {
      readonly kind: 'run';
      readonly item: Item;
      readonly owner: string | undefined;
      /** Of a DiskWatch. */
      readonly counts: Int32Array<SharedArrayBuffer>;
    }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'close' };

/**
 * What a worker sends back; exactly one `done` or `failed` for each `run`. `part` names the file it has begun, which
 * nobody else would remove should the thread die.
 */
export type FromWorker<Outcome, Progress extends readonly unknown[]> =
  | { readonly kind: 'part'; readonly partPath: string }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly error: CarriedError };
