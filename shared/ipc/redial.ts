import type { Connection } from './connect.ts';
import type { Domains } from './declare.ts';
import type { Port } from './port.ts';

export interface RedialOptions {
  /** Opens a new port. Rejects while the host cannot be reached. */
  readonly dial: () => Promise<Port>;
  /** Resolves after this long. */
  readonly wait: (millis: number) => Promise<void>;
  /** Told whenever the connection is lost or there again. */
  readonly onChange: (connected: boolean) => void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8000;

/**
 * Keeps a connection going: when its port closes a new one is dialled, at longer and longer intervals, and attached,
 * which asks for the watched values again.
 * @param port the one that is attached now.
 * @returns ends it; a port that is open stays open.
 */
export function redial<C extends Domains>(
  connection: Connection<C>,
  port: Port,
  { dial, wait, onChange }: RedialOptions,
): () => void {
  const ending = new AbortController();
  const ended = (): boolean => ending.signal.aborted;
  const lost = async (): Promise<void> => {
    if (ended()) return;
    onChange(false);
    let waitMs = FIRST_WAIT_MS;
    for (let next = await attempt(); !ended(); next = await attempt()) {
      if (next !== undefined) {
        next.onClose(() => void lost());
        connection.attach(next);
        onChange(true);
        return;
      }
      await wait(waitMs);
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
    }
  };
  const attempt = async (): Promise<Port | undefined> => {
    const next = await dial().catch(() => undefined);
    if (!ended()) return next;
    next?.close();
    return undefined;
  };
  port.onClose(() => void lost());
  return () => ending.abort();
}
