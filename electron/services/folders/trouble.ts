import { troubleOfError } from '../../../shared/model/detailed-error.ts';
import type { Trouble } from '../../../shared/model/error-detail.ts';
import { AppError } from '../../../shared/model/errors.ts';

/** As many characters as the contract lets a text have. */
const MOST_TEXT = 4000;

/** An error for a person at a terminal; a fault of ours is told with its reason, which is theirs to report. */
export function toldError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('internal', `Something went wrong inside Tailslate: ${reason}`, {
    next: 'Please report it with the output of "tailslate doctor".',
    cause: error,
  });
}

/** The same beside a result. */
export function troubleOf(error: unknown): Trouble {
  const { message, next, ...rest } = troubleOfError(toldError(error));
  return { ...rest, message: cut(message), next: next === null ? null : cut(next) };
}

function cut(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text;
}
