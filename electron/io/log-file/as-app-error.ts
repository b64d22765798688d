import { AppError } from '../../../shared/model/errors.ts';

/** An error fit to be shown; what nobody foresaw keeps its own words. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('internal', `The recording cannot be written: ${reason}.`, {
    next: 'What was recorded so far is safe. Check the disk and start again.',
    cause: error,
  });
}
