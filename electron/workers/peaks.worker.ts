import { lowerThreadPriority } from '../io/thread-priority.ts';
import { buildPeaks, type PeaksItem } from '../services/peaks/build-peaks.ts';
import { trackCodec } from '../services/peaks/track-codec.ts';
import { serveJobs } from './serve-jobs.ts';

lowerThreadPriority();
serveJobs((item: PeaksItem, { signal, onProgress, watch }) =>
  buildPeaks(item, { signal, codec: trackCodec, onProgress, watch }),
);
