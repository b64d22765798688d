import { type PacketFrame, serialisePacketFrame } from '../../shared/ipc/packet-frame.ts';
import { AppError } from '../../shared/model/errors.ts';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';

/** A frame whose session may not be known yet. */
export type OutgoingFrame = Omit<PacketFrame, 'sessionTag'>;

/** Bytes that may be under way; what is beyond waits here, where it can be sent again. */
const MOST_UNDER_WAY_BYTES = 1024 * 1024;
/** The host recognises what it had before for 80 s. */
const MOST_KEPT_SAMPLES = 60 * SAMPLE_RATE;
const RETRY_MILLIS = 500;

export interface OutboxPorts {
  /** Resolves when the host has it. */
  readonly send: (frame: Uint8Array) => Promise<void>;
  readonly after: (millis: number, run: () => void) => void;
  /** A frame was given up: the host refused it, or it became too old while the host was away. */
  readonly onLost: (frame: OutgoingFrame, why: unknown) => void;
}

/**
 * Frames on their way to the host, in order. Each is kept until the host says that it has it, and after a lost
 * connection all that are kept go again: the host tells by their positions which it had.
 */
export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #waiting: OutgoingFrame[] = [];
  readonly #underWay: { readonly frame: OutgoingFrame; readonly bytes: number }[] = [];
  #underWayBytes = 0;
  #sessionTag: number | undefined;
  #newestSamples = 0;
  /** Counts connections: answers of an earlier one say nothing. */
  #round = 0;
  #paused = false;
  #drained: (() => void)[] = [];

  constructor(ports: OutboxPorts) {
    this.#ports = ports;
  }

  /** Begins to send: frames that came before the session was known go first. */
  open(sessionTag: number): void {
    this.#sessionTag = sessionTag;
    this.#pump();
  }

  push(frame: OutgoingFrame): void {
    this.#waiting.push(frame);
    this.#newestSamples = Math.max(this.#newestSamples, frame.positionSamples);
    this.#forgetOld();
    this.#pump();
  }

  /** Samples from the oldest frame that the host is not known to have. */
  get keptSamples(): number {
    const oldest = this.#underWay[0]?.frame ?? this.#waiting[0];
    return oldest === undefined ? 0 : this.#newestSamples - oldest.positionSamples;
  }

  /** The connection is gone: what was under way is not known to have arrived. */
  pause(): void {
    this.#paused = true;
    this.#takeBack();
  }

  /** The connection is there again. */
  resume(): void {
    this.#paused = false;
    this.#pump();
  }

  /** Resolves when the host has all of it. */
  drained(): Promise<void> {
    if (this.#underWay.length + this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  #pump(): void {
    while (!this.#paused && this.#sessionTag !== undefined && this.#underWayBytes < MOST_UNDER_WAY_BYTES) {
      const frame = this.#waiting.shift();
      if (frame === undefined) return;
      const bytes = serialisePacketFrame({ ...frame, sessionTag: this.#sessionTag });
      this.#underWay.push({ frame, bytes: bytes.length });
      this.#underWayBytes += bytes.length;
      const round = this.#round;
      this.#ports.send(bytes).then(
        () => {
          if (round === this.#round) this.#settle();
        },
        (error: unknown) => {
          if (round === this.#round) this.#fail(error);
        },
      );
    }
  }

  /** Frames are answered in order. */
  #settle(): OutgoingFrame | undefined {
    const first = this.#underWay.shift();
    this.#underWayBytes -= first?.bytes ?? 0;
    this.#pump();
    if (this.#underWay.length + this.#waiting.length === 0)
      for (const resolve of this.#drained.splice(0)) resolve();
    return first?.frame;
  }

  #fail(error: unknown): void {
    const code = error instanceof AppError ? error.code : undefined;
    if (code === 'disconnected' || code === 'unavailable') {
      this.#takeBack();
      this.#paused = true;
      // A connection that is gone says so itself when it is back; a host out of breath does not.
      if (code === 'unavailable') this.#ports.after(RETRY_MILLIS, () => this.resume());
      return;
    }
    const frame = this.#settle();
    if (frame !== undefined) this.#ports.onLost(frame, error);
  }

  #takeBack(): void {
    this.#round++;
    this.#waiting.unshift(...this.#underWay.splice(0).map(({ frame }) => frame));
    this.#underWayBytes = 0;
  }

  #forgetOld(): void {
    for (;;) {
      const [oldest] = this.#waiting;
      if (oldest === undefined || this.#underWay.length > 0) return;
      if (this.#newestSamples - oldest.positionSamples <= MOST_KEPT_SAMPLES) return;
      this.#waiting.shift();
      this.#ports.onLost(oldest, new AppError('disconnected', 'The host was away for too long.'));
    }
  }
}
