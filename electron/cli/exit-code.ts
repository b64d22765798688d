import { AppError } from '../../shared/model/errors.ts';

/** What the process tells its caller; documented in the README and in every command's --help. */
export const EXIT = { done: 0, failed: 1, usage: 2, damage: 3, interrupted: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code for an error that ended a command. */
export function exitCodeFor(error: unknown): ExitCode {
  if (error instanceof AppError) {
    if (error.code === 'usage') return EXIT.usage;
    if (error.code === 'cancelled') return EXIT.interrupted;
  }
  return EXIT.failed;
}
