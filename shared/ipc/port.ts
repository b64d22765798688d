/** What crosses a port: a message as JSON has it, or the bytes of a packet frame. */
export type PortData = Readonly<Record<string, unknown>> | Uint8Array;

/**
 * One end of a two-way connection that keeps order. What arrives comes from the other side of a trust boundary and
 * may be anything; text that is no JSON arrives as the string it is.
 */
export interface Port {
  /** Sends, or does nothing on a closed port. */
  send(data: PortData): void;
  /** The one who listens, from now on or, where the port keeps what came before, from the first message. */
  onMessage(listener: (data: unknown) => void): void;
  /** Called once, whichever side closed it. */
  onClose(listener: () => void): void;
  close(): void;
}
