import { withFileSource } from '../../io/file-source.ts';

/** Whether a file begins with these bytes. @throws AppError when it cannot be read. */
export async function beginsWith(path: string, magic: Uint8Array): Promise<boolean> {
  const start = await withFileSource(path, (source) => source.read(0, magic.length));
  return start.length === magic.length && magic.every((byte, at) => start[at] === byte);
}
