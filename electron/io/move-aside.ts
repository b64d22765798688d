import { access, rename, rm } from 'node:fs/promises';
import { fsError } from './fs-error.ts';

/**
 * Renames a file that cannot be used to `NAME.damaged`, or `NAME.damaged-2` and so on, so that it can still be looked at.
 * @param suffixes names of files that go with it, which are removed.
 * @returns its new path.
 * @throws AppError when it cannot be renamed.
 */
export async function moveAside(path: string, suffixes: readonly string[] = []): Promise<string> {
  let aside = `${path}.damaged`;
  for (let n = 2; n < 1000 && (await exists(aside)); n++) aside = `${path}.damaged-${n}`;
  try {
    await rename(path, aside);
    for (const suffix of suffixes) await rm(`${path}${suffix}`, { force: true });
    return aside;
  } catch (error) {
    throw fsError(error, 'rename', path);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
