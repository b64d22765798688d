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

/** The system's calls, asking before each one. A write that fails has written the first half by then. */
export function askedDisk(before: BeforeCall): OutputCalls {
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
    create: asked('create', DISK_CALLS.create),
    datasync: asked('datasync', DISK_CALLS.datasync),
    sync: asked('sync', DISK_CALLS.sync),
    link: asked('link', DISK_CALLS.link),
    rename: asked('rename', DISK_CALLS.rename),
    unlink: asked('unlink', DISK_CALLS.unlink),
    syncFolder: asked('syncFolder', DISK_CALLS.syncFolder),
    writeAside: async (handle, bytes, positionBytes) => {
      try {
        await ask('write');
      } catch (error) {
        await DISK_CALLS.writeAside(handle, bytes.subarray(0, bytes.length >> 1), positionBytes);
        throw error;
      }
      await DISK_CALLS.writeAside(handle, bytes, positionBytes);
    },
    write: (fd, bytes, positionBytes) => {
      try {
        void ask('write');
      } catch (error) {
        DISK_CALLS.write(fd, bytes.subarray(0, bytes.length >> 1), positionBytes);
        throw error;
      }
      DISK_CALLS.write(fd, bytes, positionBytes);
    },
  };
}

/** What Node throws where the system answers with `code`. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants`), { code });
}
