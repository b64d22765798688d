import type { ExportItem, ExportOutcome, OnProgress } from '../services/export-job/item.ts';
import { WorkerPool } from './worker-pool.ts';

/** The worker lies beside this module, built or as source. */
const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? './export.worker.ts' : './export.worker.js',
  import.meta.url,
);

/** Threads that make export items. */
export class ExportPool extends WorkerPool<ExportItem, ExportOutcome, Parameters<OnProgress>> {
  /** @param script what the threads run; it speaks the protocol. */
  constructor(size: number, script = SCRIPT) {
    super(size, {
      script,
      nameFor: ({ output }) => `The export worker for ${output.stem}`,
      next: 'Run the export again.',
    });
  }
}
