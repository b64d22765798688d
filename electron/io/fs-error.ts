import { detailedError } from '../../shared/model/detailed-error.ts';
import { FILE_REASONS, type FileAction, type FileReason } from '../../shared/model/file-refusal.ts';
import { AppError } from '../../shared/model/errors.ts';

/** True for the errors Node's file system calls throw, which carry a code such as ENOENT; an AppError has one too. */
export function isFsError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    !(error instanceof AppError) &&
    'code' in error &&
    typeof error.code === 'string'
  );
}

const isExplained = (code: string): code is FileReason => (FILE_REASONS as readonly string[]).includes(code);

/**
 * Turns what a file system call threw into an error for a person: "Cannot <action> <path>: <reason>."
 * Anything that is not a file system error is returned as it is.
 */
export function fsError(error: unknown, action: FileAction, path: string): unknown {
  if (!isFsError(error)) return error;
  const reason = error.code ?? '';
  if (isExplained(reason))
    return detailedError({ kind: 'file-system', action, path, reason }, { cause: error });
  return new AppError('internal', `Cannot ${action.replaceAll('-', ' ')} ${path}: ${error.message}.`, {
    next: 'Check the disk or network and run it again.',
    cause: error,
  });
}

/** What a failed write means to a person: like `fsError`, but a place that does not take it is `unwritable`. */
export function writeError(error: unknown, path: string): unknown {
  if (isFsError(error) && error.code === 'ENOENT') {
    return detailedError({ kind: 'folder-gone', path }, { cause: error });
  }
  const mapped = fsError(error, 'write', path);
  if (mapped instanceof AppError && (mapped.code === 'unreadable' || mapped.code === 'not-found')) {
    return new AppError('unwritable', mapped.message, {
      ...(mapped.next !== undefined && { next: mapped.next }),
      ...(mapped.detail !== undefined && { detail: mapped.detail }),
      cause: error,
    });
  }
  return mapped;
}
