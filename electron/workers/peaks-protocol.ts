import type { PeaksProgress } from '../../shared/model/peaks.ts';
import type { PeaksItem, PeaksOutcome } from '../services/peaks/build-peaks.ts';
import type { CarriedError } from './carried-error.ts';

/** What is sent to the thread that makes peaks; one `run` at a time. */
export type ToPeaksWorker =
  | { readonly kind: 'run'; readonly item: PeaksItem }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'close' };

/** What it sends back; exactly one `done` or `failed` for each `run`. */
export type FromPeaksWorker =
  | { readonly kind: 'progress'; readonly progress: PeaksProgress }
  | { readonly kind: 'done'; readonly outcome: PeaksOutcome }
  | { readonly kind: 'failed'; readonly error: CarriedError };
