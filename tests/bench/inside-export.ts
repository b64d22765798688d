// Exports one player in a process that has loaded the built program's export worker and done nothing else with it.
// Prints what the export took as JSON: from asking for it to the moment its last buffer is handed to the kernel.
// Syncing and renaming come after that.
import { DiskWatch } from '../../electron/io/disk-watch.ts';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { ExportItem, ExportOutcome, OnProgress } from '../../electron/services/export-job/item.ts';
import type { FromWorker, ToWorker } from '../../electron/workers/protocol.ts';

/** Long after a worker has loaded its modules. */
const LOADED_MS = 400;

const [json = ''] = process.argv.slice(2);
const item = JSON.parse(json) as ExportItem;
const worker = new Worker(join(import.meta.dirname, '../../out/node/export.worker.js'));
const post = (message: ToWorker<ExportItem>): void => {
  worker.postMessage(message);
};
await setTimeout(LOADED_MS);

const startMs = performance.now();
const before = process.cpuUsage();
let taken: { wallMs: number; cpuMs: number } | undefined;
worker.on('message', (message: FromWorker<ExportOutcome, Parameters<OnProgress>>) => {
  if (message.kind === 'failed') throw new Error(message.error.message);
  if (message.kind === 'done') post({ kind: 'close' });
  if (message.kind !== 'progress' || taken !== undefined) return;
  const [doneBytes, totalBytes] = message.progress;
  if (doneBytes >= totalBytes) {
    const { user, system } = process.cpuUsage(before);
    taken = { wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 };
  }
});
worker.once('exit', () => {
  console.log(JSON.stringify(taken));
});
post({ kind: 'run', item, owner: undefined, counts: new DiskWatch().counts });
