import { parentPort } from 'node:worker_threads';
import { AppError } from '../../shared/model/errors.ts';
import { exportFile } from '../services/export-job/export-file.ts';
import type { ExportItem } from '../services/export-job/item.ts';
import { carried } from './carried-error.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('export.worker runs as a worker thread only');
const send = (message: FromWorker): void => {
  port.postMessage(message);
};
let running: AbortController | undefined;

async function run(item: ExportItem): Promise<void> {
  running = new AbortController();
  try {
    const outcome = await exportFile(item, {
      signal: running.signal,
      onPart: (partPath) => {
        send({ kind: 'part', partPath });
      },
      onProgress: (doneBytes, totalBytes) => {
        send({ kind: 'progress', doneBytes, totalBytes });
      },
    });
    send({ kind: 'done', outcome });
  } catch (error) {
    send({ kind: 'failed', error: carried(error) });
  } finally {
    running = undefined;
  }
}

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'run':
      void run(message.item);
      break;
    case 'cancel':
      running?.abort(new AppError('cancelled', 'Cancelled.'));
      break;
    case 'close':
      port.close();
      break;
  }
});
