import { readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { DISK_CALLS, type OutputCalls } from '../../electron/io/output-file.ts';
import { askedDisk, type BeforeCall, systemError } from './asked-disk.ts';
import type { ThreadMishap } from './mishap-threads.ts';

/** The export worker itself, on a disk that does to one file what the file `mishap` in its address says, once. */
const place = new URL(import.meta.url).searchParams.get('mishap') ?? '';
const real = { ...DISK_CALLS };
let now: OutputCalls = real;

function taken(): ThreadMishap | undefined {
  try {
    const text = readFileSync(place, 'utf8');
    rmSync(place);
    return JSON.parse(text) as ThreadMishap;
  } catch {
    return undefined;
  }
}

function meeting({ stage, code, pipe }: ThreadMishap): BeforeCall {
  return ({ call, nth }) => {
    if (call !== stage.call || nth !== stage.nth) return undefined;
    if (code !== undefined) throw systemError(code);
    // Until the pipe is closed at its other end: a write holds this thread, as a real one does.
    if (call === 'write') readFileSync(pipe);
    else return readFile(pipe).then(() => undefined);
    return undefined;
  };
}

Object.assign(DISK_CALLS, {
  create: (path) => {
    const mishap = path.includes('victim') ? taken() : undefined;
    now = mishap === undefined ? real : askedDisk(meeting(mishap), real);
    return now.create(path);
  },
  write: (...args) => {
    now.write(...args);
  },
  writeAside: (...args) => now.writeAside(...args),
  datasync: (...args) => now.datasync(...args),
  sync: (...args) => now.sync(...args),
  empty: (...args) => now.empty(...args),
  close: (...args) => now.close(...args),
  link: (...args) => now.link(...args),
  rename: (...args) => now.rename(...args),
  unlink: (...args) => now.unlink(...args),
  syncFolder: (...args) => now.syncFolder(...args),
} satisfies OutputCalls);

await import('../../electron/workers/export.worker.ts');
