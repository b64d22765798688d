import type { PeaksProgress } from '../../shared/model/peaks.ts';
import type { PeaksItem, PeaksOutcome } from '../services/peaks/build-peaks.ts';
import { WorkerPool } from './worker-pool.ts';

/** The worker lies beside this module, built or as source. */
const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? './peaks.worker.ts' : './peaks.worker.js',
  import.meta.url,
);

/** One thread that makes peaks, one player after another, behind everything else the machine does. */
export class PeaksPool extends WorkerPool<PeaksItem, PeaksOutcome, readonly [PeaksProgress]> {
  /** @param script what the thread runs; it speaks the protocol. */
  constructor(script = SCRIPT) {
    super(1, { script, nameFor: () => 'The worker that makes waveforms', next: 'Open the session again.' });
  }
}
