/** What was being done when the file system refused. */
export const FILE_ACTIONS = [
  'read',
  'write',
  'write-into',
  'open',
  'list',
  'read-folder',
  'make-folder',
  'make-settings',
  'use-folder',
  'add-to',
  'copy-to',
  'rename',
  'unpack',
  'trash',
  'read-page',
] as const;
export type FileAction = (typeof FILE_ACTIONS)[number];

/** Why, as Node names it; what is not here says so in its own words. */
export const FILE_REASONS = [
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EEXIST',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'EIO',
  'EBUSY',
  'ESTALE',
  'ETIMEDOUT',
  'ENOMEM',
  'EMFILE',
  'ELOOP',
  'ENAMETOOLONG',
] as const;
export type FileReason = (typeof FILE_REASONS)[number];
