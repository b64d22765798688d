// Loaded before a program: stops it with a signal once it creates or names a file or folder so, and lets that go on when
// the program has heard of it, however busy the machine is. See stoppedAt.
import { once } from 'node:events';
import { openSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { parentPort } from 'node:worker_threads';

const { TAILSLATE_STOP: given = '{}' } = process.env;
const { name, signal, onceFile } = JSON.parse(given);
const { link, mkdir, open } = fsPromises;

/** The first to come, of all threads. */
function isFirst() {
  try {
    openSync(onceFile, 'wx');
    return true;
  } catch {
    return false;
  }
}

async function stop(path) {
  if (!new RegExp(name, 'u').test(String(path)) || !isFirst()) return;
  // A thread is told by a message, the program itself by the signal, for which alone it would not stay.
  const stay = setInterval(() => undefined, 1000);
  const heard = parentPort === null ? once(process, signal) : once(parentPort, 'message');
  process.kill(process.pid, signal);
  await heard;
  clearInterval(stay);
}

fsPromises.open = async (path, flags, ...rest) => {
  const file = await open(path, flags, ...rest);
  if (flags !== undefined && flags !== 'r') await stop(path);
  return file;
};
fsPromises.mkdir = async (path, ...rest) => {
  const made = await mkdir(path, ...rest);
  await stop(path);
  return made;
};
fsPromises.link = async (from, path) => {
  await link(from, path);
  await stop(path);
};
syncBuiltinESMExports();
