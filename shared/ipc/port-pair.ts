import type { Port, PortData } from './port.ts';

/** Two ends of a connection within the process: data is copied and arrives later, as over any other. */
export function portPair(): readonly [Port, Port] {
  const one = new End();
  const other = new End();
  one.peer = other;
  other.peer = one;
  return [one, other];
}

class End implements Port {
  peer: End | undefined;
  #onMessage: ((data: unknown) => void) | undefined;
  #onClose: (() => void)[] = [];
  #closed = false;

  send(data: PortData): void {
    const copy: unknown = structuredClone(data);
    queueMicrotask(() => this.peer?.arrive(copy));
  }

  arrive(data: unknown): void {
    if (!this.#closed) this.#onMessage?.(data);
  }

  onMessage(listener: (data: unknown) => void): void {
    this.#onMessage = listener;
  }

  onClose(listener: () => void): void {
    this.#onClose.push(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const peer = this.peer;
    this.peer = undefined;
    for (const listener of this.#onClose) listener();
    peer?.close();
  }
}
