import { AppError, type ErrorCode } from '../../shared/model/errors.ts';

/** True for the errors Node's file system calls throw, which carry a code such as ENOENT; an AppError has one too. */
export function isFsError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    !(error instanceof AppError) &&
    'code' in error &&
    typeof error.code === 'string'
  );
}

interface Explanation {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly next: string;
}

const EXPLAINED: Readonly<Record<string, Explanation>> = {
  ENOENT: { code: 'not-found', reason: 'it does not exist', next: 'Check the path.' },
  ENOTDIR: { code: 'not-found', reason: 'a part of the path is a file', next: 'Check the path.' },
  EISDIR: { code: 'unreadable', reason: 'it is a folder', next: 'Name a file.' },
  EEXIST: {
    code: 'exists',
    reason: 'a file of that name is there already',
    next: 'Choose another name or folder.',
  },
  EACCES: {
    code: 'unreadable',
    reason: 'permission is denied',
    next: 'Change its permissions or choose another place.',
  },
  EPERM: {
    code: 'unreadable',
    reason: 'the system does not permit it',
    next: 'Change its permissions or choose another place.',
  },
  EROFS: { code: 'unwritable', reason: 'the disk is read-only', next: 'Choose a folder on another disk.' },
  ENOSPC: {
    code: 'no-space',
    reason: 'the disk is full',
    next: 'Free some space or choose another disk, then run it again.',
  },
  EDQUOT: {
    code: 'no-space',
    reason: 'the disk quota is used up',
    next: 'Free some space or choose another disk, then run it again.',
  },
  EFBIG: {
    code: 'no-space',
    reason: 'the file would be larger than this disk or account allows',
    next: 'Choose another disk.',
  },
  EIO: {
    code: 'unreadable',
    reason: 'the disk reported an error',
    next: 'Copy what is there to another disk and check this one.',
  },
  EBUSY: {
    code: 'unreadable',
    reason: 'another program is using it',
    next: 'Close that program and run it again.',
  },
  ESTALE: {
    code: 'unreadable',
    reason: 'the network disk does not know it any more',
    next: 'Connect the disk again and run it again.',
  },
  ETIMEDOUT: {
    code: 'unreadable',
    reason: 'the network disk did not answer in time',
    next: 'Check the network and run it again.',
  },
  ENOMEM: {
    code: 'unreadable',
    reason: 'the memory is used up',
    next: 'Close other programs or export fewer players at once.',
  },
  EMFILE: { code: 'unreadable', reason: 'too many files are open', next: 'Export fewer players at once.' },
  ELOOP: {
    code: 'not-found',
    reason: 'its links lead back to themselves',
    next: 'Check the path.',
  },
  ENAMETOOLONG: {
    code: 'unwritable',
    reason: 'the name is too long for this disk',
    next: 'Choose a shorter name or folder.',
  },
};

/**
 * Turns what a file system call threw into an error for a person: "Cannot <action> <path>: <reason>."
 * Anything that is not a file system error is returned as it is.
 */
export function fsError(error: unknown, action: string, path: string): unknown {
  if (!isFsError(error)) return error;
  const known = EXPLAINED[error.code ?? ''];
  if (known === undefined) {
    return new AppError('internal', `Cannot ${action} ${path}: ${error.message}.`, {
      next: 'Check the disk or network and run it again.',
      cause: error,
    });
  }
  return new AppError(known.code, `Cannot ${action} ${path}: ${known.reason}.`, {
    next: known.next,
    cause: error,
  });
}

/** What a failed write means to a person: like `fsError`, but a place that does not take it is `unwritable`. */
export function writeError(error: unknown, path: string): unknown {
  if (isFsError(error) && error.code === 'ENOENT') {
    return new AppError('unwritable', `Cannot write ${path}: its folder does not exist any more.`, {
      next: 'Choose a folder that stays, and run it again.',
      cause: error,
    });
  }
  const mapped = fsError(error, 'write', path);
  if (mapped instanceof AppError && (mapped.code === 'unreadable' || mapped.code === 'not-found')) {
    return new AppError('unwritable', mapped.message, {
      ...(mapped.next && { next: mapped.next }),
      cause: error,
    });
  }
  return mapped;
}
