import type { ErrorDetail } from './error-detail.ts';

/** What kind of thing went wrong; the terminal's exit codes and the window's messages are chosen by it. */
export type ErrorCode =
  | 'usage'
  | 'not-found'
  | 'not-a-session'
  | 'unreadable'
  | 'nothing-to-do'
  | 'exists'
  | 'unwritable'
  | 'no-space'
  | 'verify-failed'
  | 'unsupported'
  | 'cancelled'
  /** Somebody else has it open for writing. */
  | 'locked'
  /** This host cannot do it. */
  | 'unavailable'
  /** The other side does not answer. */
  | 'disconnected'
  | 'internal';

/**
 * An error meant for a person: `message` names the thing and the reason, `next` the next step.
 * Damage in recorded data is never an AppError; it is reported as a Finding.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly next: string | undefined;
  /** For other languages; undefined where the English sentence is all there is. */
  readonly detail: ErrorDetail | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { next?: string; detail?: ErrorDetail; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.next = options.next;
    this.detail = options.detail;
  }
}

/** Why something ended that a person stopped. */
export function stopped(): AppError {
  return new AppError('cancelled', 'Stopped before it was done. Nothing half-written was left behind.');
}

/** Closes a union: a new member that nobody handles does not compile. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
