import type { Infer } from '../../../shared/ipc/declare.ts';
import type { alert } from '../../../shared/ipc/contract/recording.ts';

type Alert = Infer<typeof alert>;

export interface NewAlert {
  readonly kind: Alert['kind'];
  readonly message: string;
  readonly next: string | null;
  readonly trackId: number | null;
  readonly positionSamples: number;
}

/** Enough for two of each kind and 64 tracks to be seen; older ones make room. */
const MOST_ALERTS = 200;

/** What went wrong in a recording and nobody has dismissed yet. The same trouble again renews its alert. */
export class Alerts {
  readonly #open = new Map<string, Alert>();
  #count = 0;

  get all(): readonly Alert[] {
    return [...this.#open.values()];
  }

  /** @param about tells troubles of one kind and track apart. */
  raise(given: NewAlert, about = ''): void {
    const key = keyOf(given, about);
    const known = this.#open.get(key);
    if (known === undefined && this.#open.size >= MOST_ALERTS) {
      const [oldest = ''] = this.#open.keys();
      this.#open.delete(oldest);
    }
    this.#open.set(key, { ...given, alertId: known?.alertId ?? `alert-${++this.#count}` });
  }

  /** Takes back an alert whose cause is over. */
  settle(kind: Alert['kind'], trackId: number | null, about = ''): void {
    this.#open.delete(keyOf({ kind, trackId }, about));
  }

  dismiss(alertId: string): void {
    for (const [key, { alertId: id }] of this.#open) if (id === alertId) this.#open.delete(key);
  }
}

function keyOf({ kind, trackId }: Pick<Alert, 'kind' | 'trackId'>, about: string): string {
  return `${kind} ${trackId ?? ''} ${about}`;
}
