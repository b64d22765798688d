import type { ErrorDetail } from '../../shared/model/error-detail.ts';
import { AppError, type ErrorCode } from '../../shared/model/errors.ts';

/** An error as it crosses the thread boundary; Node's structured clone would keep only its message. */
export interface CarriedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next?: string;
  readonly detail?: ErrorDetail;
}

/** An error on its way out of a worker. */
export function carried(error: unknown): CarriedError {
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.next !== undefined && { next: error.next }),
      ...(error.detail !== undefined && { detail: error.detail }),
    };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** The error again. A fault of ours stays a plain error, so that the host words it as it does its own. */
export function revived({ code, message, ...rest }: CarriedError): Error {
  if (code === 'internal' && rest.next === undefined) return new Error(message);
  return new AppError(code, message, rest);
}
