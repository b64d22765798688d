import type { FileAction, FileReason } from './file-refusal.ts';
import type { Sentence } from './sentence.ts';

/** What the file system refused and why. */
export function fileSentence({
  action,
  path,
  reason,
}: {
  readonly action: FileAction;
  readonly path: string;
  readonly reason: FileReason;
}): Sentence {
  const why = REASONS[reason];
  return { ...why, message: `Cannot ${ACTIONS[action]} ${path}: ${why.message}.` };
}

const ACTIONS: Readonly<Record<FileAction, string>> = {
  read: 'read',
  write: 'write',
  'write-into': 'write into',
  open: 'open',
  list: 'list',
  'read-folder': 'read the folder',
  'make-folder': 'create the folder',
  'make-settings': 'make the folder of settings',
  'use-folder': 'use',
  'add-to': 'add a session to',
  'copy-to': 'copy a session to',
  rename: 'rename',
  unpack: 'unpack',
  trash: 'move to the trash',
  'read-page': 'read the page in',
};

const OTHER_DISK = 'Free some space or choose another disk, then run it again.';
const PERMISSIONS = 'Change its permissions or choose another place.';

const REASONS: Readonly<Record<FileReason, Sentence>> = {
  ENOENT: { code: 'not-found', message: 'it does not exist', next: 'Check the path.' },
  ENOTDIR: { code: 'not-found', message: 'a part of the path is a file', next: 'Check the path.' },
  EISDIR: { code: 'unreadable', message: 'it is a folder', next: 'Name a file.' },
  EEXIST: {
    code: 'exists',
    message: 'a file of that name is there already',
    next: 'Choose another name or folder.',
  },
  EACCES: { code: 'unreadable', message: 'permission is denied', next: PERMISSIONS },
  EPERM: { code: 'unreadable', message: 'the system does not permit it', next: PERMISSIONS },
  EROFS: { code: 'unwritable', message: 'the disk is read-only', next: 'Choose a folder on another disk.' },
  ENOSPC: { code: 'no-space', message: 'the disk is full', next: OTHER_DISK },
  EDQUOT: { code: 'no-space', message: 'the disk quota is used up', next: OTHER_DISK },
  EFBIG: {
    code: 'no-space',
    message: 'the file would be larger than this disk or account allows',
    next: 'Choose another disk.',
  },
  EIO: {
    code: 'unreadable',
    message: 'the disk reported an error',
    next: 'Copy what is there to another disk and check this one.',
  },
  EBUSY: {
    code: 'unreadable',
    message: 'another program is using it',
    next: 'Close that program and run it again.',
  },
  ESTALE: {
    code: 'unreadable',
    message: 'the network disk does not know it any more',
    next: 'Connect the disk again and run it again.',
  },
  ETIMEDOUT: {
    code: 'unreadable',
    message: 'the network disk did not answer in time',
    next: 'Check the network and run it again.',
  },
  ENOMEM: {
    code: 'unreadable',
    message: 'the memory is used up',
    next: 'Close other programs or export fewer players at once.',
  },
  EMFILE: { code: 'unreadable', message: 'too many files are open', next: 'Export fewer players at once.' },
  ELOOP: { code: 'not-found', message: 'its links lead back to themselves', next: 'Check the path.' },
  ENAMETOOLONG: {
    code: 'unwritable',
    message: 'the name is too long for this disk',
    next: 'Choose a shorter name or folder.',
  },
};
