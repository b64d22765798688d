import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { ExportItem, ExportOutcome, OnProgress } from '../../electron/services/export-job/item.ts';
import type { FromWorker, ToWorker } from '../../electron/workers/protocol.ts';
import { removePart } from '../../electron/io/output-file.ts';

/** A worker that does what its item's stem says, so that a test decides when it dies, waits or answers. */
const send = (message: FromWorker<ExportOutcome, Parameters<OnProgress>>): void => {
  parentPort?.postMessage(message);
};
let cancel: () => void = () => undefined;

parentPort?.on('message', (message: ToWorker<ExportItem>) => {
  if (message.kind === 'close') parentPort?.close();
  if (message.kind === 'cancel') cancel();
  if (message.kind !== 'run') return;
  const { stem, folder } = message.item.output;
  const partPath = join(folder, `${stem}.part`);
  writeFileSync(partPath, 'begun');
  send({ kind: 'part', partPath });
  if (stem === 'exit') process.exit(3);
  if (stem === 'throw') throw new Error('out of luck');
  if (stem === 'silent') {
    // A call of the system that does not come back until somebody writes into it.
    closeSync(openSync(join(folder, 'pipe'), 'r'));
    void removePart(partPath).then(() => {
      send({ kind: 'failed', error: { code: 'cancelled', message: 'Cancelled.' } });
    });
    return;
  }
  if (stem === 'wait') {
    cancel = () => {
      void removePart(partPath).then(() => {
        send({ kind: 'failed', error: { code: 'cancelled', message: 'Cancelled.' } });
      });
    };
    send({ kind: 'progress', progress: [1, 2] });
    return;
  }
  void removePart(partPath).then(() => {
    send({ kind: 'done', outcome: { status: 'skipped', player: stem, reason: 'scripted', findings: [] } });
    // Dies while it has nothing to do.
    if (stem === 'die-later') {
      setImmediate(() => {
        throw new Error('later');
      });
    }
  });
});
