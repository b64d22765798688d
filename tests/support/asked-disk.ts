import { DISK_CALLS, type OutputCalls } from '../../electron/io/output-file.ts';

/** A write is the same on whatever thread it is made. */
export type AskedCall = Exclude<keyof OutputCalls, 'writeAside'>;

/** A call of an output file, and how many of its kind came before it. */
export interface DiskCall {
  readonly call: AskedCall;
  readonly nth: number;
}

/** What an output file meets at one call: it may throw in the call's place, or keep it waiting where that can wait. */
export type BeforeCall = (call: DiskCall) => void | Promise<void>;

/**
 * A disk's calls, asking before each one. A write that fails has written the first half by then.
 * @param disk the system's when left out.
 */
export function askedDisk(before: BeforeCall, disk: OutputCalls = DISK_CALLS): OutputCalls {
  const counts = new Map<AskedCall, number>();
  const ask = (call: AskedCall): void | Promise<void> => {
    const nth = counts.get(call) ?? 0;
    counts.set(call, nth + 1);
    return before({ call, nth });
  };
  const asked =
    <A extends readonly unknown[], T>(call: AskedCall, work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await ask(call);
      return work(...args);
    };
  return {
    create: asked('create', disk.create),
    datasync: asked('datasync', disk.datasync),
    sync: asked('sync', disk.sync),
    link: asked('link', disk.link),
    rename: asked('rename', disk.rename),
    unlink: asked('unlink', disk.unlink),
    syncFolder: asked('syncFolder', disk.syncFolder),
    empty: asked('empty', disk.empty),
    close: async (handle) => {
      try {
        await ask('close');
      } finally {
        // A file is closed, whatever its system says of it.
        await disk.close(handle);
      }
    },
    writeAside: async (handle, bytes, positionBytes) => {
      try {
        await ask('write');
      } catch (error) {
        await disk.writeAside(handle, bytes.subarray(0, bytes.length >> 1), positionBytes);
        throw error;
      }
      await disk.writeAside(handle, bytes, positionBytes);
    },
    write: (fd, bytes, positionBytes) => {
      try {
        void ask('write');
      } catch (error) {
        disk.write(fd, bytes.subarray(0, bytes.length >> 1), positionBytes);
        throw error;
      }
      disk.write(fd, bytes, positionBytes);
    },
  };
}

/** What Node throws where the system answers with `code`. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants`), { code });
}
