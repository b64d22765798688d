import { monotonicMicros } from '../io/clock.ts';
import { exportFile } from '../services/export-job/export-file.ts';
import type { ExportItem, OnProgress } from '../services/export-job/item.ts';
import { serveJobs } from './serve-jobs.ts';

/** Telling of every block would wake the other thread hundreds of times in a third of a second. */
const PROGRESS_MICROS = 50_000;

serveJobs((item: ExportItem, { onProgress, ...ports }) =>
  exportFile(item, { ...ports, onProgress: seldom(onProgress) }),
);

/** Tells of what is complete, and of the way there at most twenty times a second. */
function seldom(onProgress: OnProgress): OnProgress {
  let toldMicros = -Infinity;
  return (doneBytes, totalBytes) => {
    const nowMicros = monotonicMicros();
    if (doneBytes < totalBytes && nowMicros - toldMicros < PROGRESS_MICROS) return;
    toldMicros = nowMicros;
    onProgress(doneBytes, totalBytes);
  };
}
