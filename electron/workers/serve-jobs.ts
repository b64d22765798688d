import { parentPort } from 'node:worker_threads';
import { AppError } from '../../shared/model/errors.ts';
import { DiskWatch } from '../io/disk-watch.ts';
import { carried } from './carried-error.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/** What a job can tell while it runs, and how it learns that it is cancelled. */
interface JobPorts<Progress extends readonly unknown[]> {
  readonly signal: AbortSignal;
  readonly onPart: (partPath: string) => void;
  readonly onProgress: (...progress: Progress) => void;
  /** Stands in the name of the part file. */
  readonly owner?: string;
  /** Counts calls to the disk that is written to. */
  readonly watch: DiskWatch;
}

/** What a thread does with an item. */
type Work<Item, Outcome, Progress extends readonly unknown[]> = (
  item: Item,
  ports: JobPorts<Progress>,
) => Promise<Outcome>;

/** The worker's side: runs the items it is sent, one at a time, until it is closed. */
export function serveJobs<Item, Outcome, Progress extends readonly unknown[]>(
  work: Work<Item, Outcome, Progress>,
): void {
  const port = parentPort;
  if (port === null) throw new Error('this runs as a worker thread only');
  const send = (message: FromWorker<Outcome, Progress>): void => {
    port.postMessage(message);
  };
  let running: AbortController | undefined;

  const run = async ({ item, owner, counts }: Extract<ToWorker<Item>, { kind: 'run' }>): Promise<void> => {
    running = new AbortController();
    try {
      const outcome = await work(item, {
        signal: running.signal,
        watch: new DiskWatch(counts),
        ...(owner !== undefined && { owner }),
        onPart: (partPath) => {
          send({ kind: 'part', partPath });
        },
        onProgress: (...progress) => {
          send({ kind: 'progress', progress });
        },
      });
      send({ kind: 'done', outcome });
    } catch (error) {
      send({ kind: 'failed', error: carried(error) });
    } finally {
      running = undefined;
    }
  };

  port.on('message', (message: ToWorker<Item>) => {
    switch (message.kind) {
      case 'run':
        void run(message);
        break;
      case 'cancel':
        running?.abort(new AppError('cancelled', 'Cancelled.'));
        break;
      case 'close':
        port.close();
        break;
    }
  });
}
