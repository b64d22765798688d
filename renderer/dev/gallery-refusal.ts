import { AppError } from '../../shared/model/errors.ts';

/** What every call that fails here says. */
export function refused(): Promise<never> {
  return Promise.reject(
    new AppError('unreadable', 'The catalog is on a disk that does not answer.', {
      next: 'Connect the disk, then try again.',
    }),
  );
}
