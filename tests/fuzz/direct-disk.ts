import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Readable, Writable } from 'node:stream';

type Handle = promises.FileHandle;

/** A file whose calls are done when they return. */
class DirectHandle {
  readonly fd: number;
  #isOpen = true;

  constructor(fd: number) {
    this.fd = fd;
  }

  readonly stat = later(() => fs.fstatSync(this.fd));
  readonly sync = later(() => undefined);
  readonly datasync = this.sync;
  readonly readFile = later(() => fs.readFileSync(this.fd));
  readonly read = later((buffer: Uint8Array, offset: number, length: number, position: number) => ({
    bytesRead: fs.readSync(this.fd, buffer, offset, length, position),
    buffer,
  }));
  readonly write = later((buffer: Uint8Array, offset: number, length: number, position: number) => ({
    bytesWritten: fs.writeSync(this.fd, buffer, offset, length, position),
    buffer,
  }));
  readonly writeFile = later((bytes: Uint8Array) => {
    fs.writeFileSync(this.fd, bytes);
  });
  readonly close = later(() => {
    if (this.#isOpen) fs.closeSync(this.fd);
    this.#isOpen = false;
  });
}

/** The same as a promise, errors too. */
function later<A extends readonly unknown[], R>(call: (...args: A) => R): (...args: A) => Promise<R> {
  return (...args) =>
    new Promise((resolve) => {
      resolve(call(...args));
    });
}

const DIRECT = {
  access: later(fs.accessSync),
  mkdir: later(fs.mkdirSync),
  open: later(
    (path: string, flags: string | number) => new DirectHandle(fs.openSync(path, flags)) as unknown as Handle,
  ),
  readFile: later(fs.readFileSync),
  readdir: later(fs.readdirSync),
  rename: later(fs.renameSync),
  rm: later(fs.rmSync),
  rmdir: later(fs.rmdirSync),
  stat: later(fs.statSync),
  statfs: later(fs.statfsSync),
};

function createReadStream(path: string, { start, end }: { start: number; end: number }): Readable {
  return Readable.from(
    (function* () {
      const whole = fs.readFileSync(path);
      yield whole.subarray(start, end + 1);
    })(),
  );
}

function createWriteStream(path: string, { flags }: { flags: string }): Writable {
  const fd = fs.openSync(path, flags);
  return new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      fs.writeFileSync(fd, chunk);
      done();
    },
    destroy(error, done) {
      fs.closeSync(fd);
      done(error);
    },
  });
}

/**
 * Has this thread's calls of the file system done at once instead of by threads of their own, and flushes nothing: for
 * files in memory, where waiting for those threads costs many times what the calls do.
 * @returns what undoes it.
 */
export function withoutThreads(): () => void {
  const kept = { ...promises };
  const streams = { createReadStream: fs.createReadStream, createWriteStream: fs.createWriteStream };
  Object.assign(promises, DIRECT);
  Object.assign(fs, { createReadStream, createWriteStream });
  syncBuiltinESMExports();
  return () => {
    Object.assign(promises, kept);
    Object.assign(fs, streams);
    syncBuiltinESMExports();
  };
}
