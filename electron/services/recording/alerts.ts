import type { Infer } from '../../../shared/ipc/declare.ts';
import type { alert } from '../../../shared/ipc/contract/recording.ts';
import { troubleOfError } from '../../../shared/model/detailed-error.ts';
import type { Trouble } from '../../../shared/model/error-detail.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { type AlertCause, alertKind } from '../../../shared/model/recording-alert.ts';

type Alert = Infer<typeof alert>;

/** Enough for two of each kind and 64 tracks to be seen; older ones make room. */
const MOST_ALERTS = 200;

/** What went wrong in a recording and nobody has dismissed yet. The same trouble again renews its alert. */
export class Alerts {
  readonly #open = new Map<string, Alert>();
  #count = 0;

  get all(): readonly Alert[] {
    return [...this.#open.values()];
  }

  /** @param trackId of the track it concerns; null for the recording as a whole */
  raise(cause: AlertCause, positionSamples: number, trackId: number | null = null): void {
    const key = keyOf(cause.kind, cause.kind === 'track-unknown' ? cause.track : trackId);
    const known = this.#open.get(key);
    if (known === undefined && this.#open.size >= MOST_ALERTS) {
      const [oldest = ''] = this.#open.keys();
      this.#open.delete(oldest);
    }
    const alertId = known?.alertId ?? `alert-${++this.#count}`;
    this.#open.set(key, { alertId, kind: alertKind(cause), cause, trackId, positionSamples });
  }

  /** Takes back an alert whose cause is over. */
  settle(cause: AlertCause['kind'], trackId: number | null = null): void {
    this.#open.delete(keyOf(cause, trackId));
  }

  dismiss(alertId: string): void {
    for (const [key, { alertId: id }] of this.#open) if (id === alertId) this.#open.delete(key);
  }
}

function keyOf(cause: AlertCause['kind'], track: number | null): string {
  return `${cause} ${track ?? ''}`;
}

/** What the disk said, for an alert. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof AppError) return troubleOfError(error);
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, next: null };
}
