import { AppError, type ErrorCode } from '../../shared/model/errors.ts';

/** An error as it crosses the thread boundary; Node's structured clone would keep only its message. */
export interface CarriedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next?: string;
}

/** An error on its way out of a worker. */
export function carried(error: unknown): CarriedError {
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.next !== undefined && { next: error.next }),
    };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** The error again. A fault of ours stays a plain error, so that the host words it as it does its own. */
export function revived({ code, message, next }: CarriedError): Error {
  if (code === 'internal' && next === undefined) return new Error(message);
  return new AppError(code, message, next === undefined ? {} : { next });
}
