import { parentPort } from 'node:worker_threads';
import { AppError } from '../../shared/model/errors.ts';
import { lowerThreadPriority } from '../io/thread-priority.ts';
import { buildPeaks, type PeaksItem } from '../services/peaks/build-peaks.ts';
import { trackCodec } from '../services/peaks/track-codec.ts';
import { carried } from './carried-error.ts';
import type { FromPeaksWorker, ToPeaksWorker } from './peaks-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('peaks.worker runs as a worker thread only');
const send = (message: FromPeaksWorker): void => {
  port.postMessage(message);
};
let running: AbortController | undefined;
lowerThreadPriority();

async function run(item: PeaksItem): Promise<void> {
  running = new AbortController();
  try {
    const outcome = await buildPeaks(item, {
      signal: running.signal,
      codec: trackCodec,
      onProgress: (progress) => {
        send({ kind: 'progress', progress });
      },
    });
    send({ kind: 'done', outcome });
  } catch (error) {
    send({ kind: 'failed', error: carried(error) });
  } finally {
    running = undefined;
  }
}

port.on('message', (message: ToPeaksWorker) => {
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
