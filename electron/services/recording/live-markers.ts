import type { Infer } from '../../../shared/ipc/declare.ts';
import type { marker } from '../../../shared/ipc/contract/library.ts';
import { AppError } from '../../../shared/model/errors.ts';

export type Marker = Infer<typeof marker>;

/** The markers of a running recording. One is known by its kind and position, in the log as here. */
export class LiveMarkers {
  readonly #markers = new Map<string, Marker>();

  /** In the order in which they were set. */
  get all(): Marker[] {
    return [...this.#markers.values()];
  }

  /** Adds a marker, or gives the one at its place a new name. @returns its id. */
  put(positionSamples: number, kind: Marker['kind'], name: string): string {
    const markerId = `${kind}-${positionSamples}`;
    this.#markers.set(markerId, { markerId, positionSamples, kind, name });
    return markerId;
  }

  /** @throws AppError('not-found') */
  get(markerId: string): Marker {
    const known = this.#markers.get(markerId);
    if (known !== undefined) return known;
    throw new AppError('not-found', 'The marker to be renamed is not in this recording.', {
      next: 'Set a new one.',
    });
  }
}
