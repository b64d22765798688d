import type { RunQueued } from '../services/export-job/item.ts';
import type { RunPeaks } from '../services/peaks/peaks-service.ts';
import { coreCount } from '../io/cores.ts';
import { ExportPool } from './export-pool.ts';
import { PeaksPool } from './peaks-pool.ts';

/**
 * The threads of a program with a window: exports on every core, waveforms behind them. None runs until needed.
 * @param folder of the built workers, where they do not lie beside the program's own file.
 */
export function appWorkers(folder?: URL) {
  const jobs = coreCount();
  const exports = new ExportPool(jobs, folder && new URL('export.worker.js', folder));
  const peaks = new PeaksPool(folder && new URL('peaks.worker.js', folder));
  return {
    jobs,
    runItem: ((item, { signal, onProgress, onPart, ...aside }) =>
      exports.run(item, signal, onProgress, onPart, aside)) satisfies RunQueued,
    runPeaks: ((item, { signal, onProgress, ...aside }) =>
      peaks.run(item, signal, onProgress, undefined, aside)) satisfies RunPeaks,
    close: async () => {
      await Promise.all([exports.close(), peaks.close()]);
    },
  };
}
