// `node --import silent-disk.ts`: in every thread, the calls to an export's disk that SILENT_CALLS names wait until somebody
// writes into the pipe SILENT_PIPE; ten seconds pass in one, so that a test need not wait to be told of it.
import { closeSync, openSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { SILENT_CALLS = '', SILENT_PIPE = '', SILENT_FOLDER } = process.env;
const silent = SILENT_CALLS.split(',');

const wait = async (): Promise<void> => {
  await (await promises.open(SILENT_PIPE, 'r')).close();
};

const { readdir, unlink } = promises;
if (silent.includes('readdir')) {
  promises.readdir = (async (...args: Parameters<typeof readdir>) => {
    if (args[0] === SILENT_FOLDER) await wait();
    return readdir(...args);
  }) as typeof readdir;
}
if (silent.includes('unlink')) {
  promises.unlink = async (path) => {
    await wait();
    await unlink(path);
  };
}
syncBuiltinESMExports();

const realNow = performance.now.bind(performance);
performance.now = () => 10 * realNow();

const { DISK_CALLS } = await import('../../electron/io/output-file.ts');
const calls = DISK_CALLS as { -readonly [K in keyof typeof DISK_CALLS]: (typeof DISK_CALLS)[K] };
const { create, sync, write, writeAside } = calls;
if (silent.includes('create')) {
  calls.create = async (path) => {
    await wait();
    return create(path);
  };
}
if (silent.includes('sync')) {
  calls.sync = async (handle) => {
    await wait();
    return sync(handle);
  };
}
if (silent.includes('write')) {
  calls.write = (...args) => {
    closeSync(openSync(SILENT_PIPE, 'r'));
    write(...args);
  };
  calls.writeAside = async (...args) => {
    await wait();
    return writeAside(...args);
  };
}
