// Makes the peaks of a session's first player in this process and prints what that took as JSON: processor time of all
// its threads, so that reading ahead counts too.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildPeaks } from '../../electron/services/peaks/build-peaks.ts';
import { trackCodec } from '../../electron/services/peaks/track-codec.ts';

const [sessionFolder = '', cacheFolder = ''] = process.argv.slice(2);
rmSync(join(sessionFolder, 'peaks'), { recursive: true, force: true });
const startMs = performance.now();
const before = process.cpuUsage();
await buildPeaks(
  { sessionFolder, playerId: '0', cacheFolder },
  { signal: new AbortController().signal, codec: trackCodec, onProgress: () => undefined },
);
const { user, system } = process.cpuUsage(before);
rmSync(join(sessionFolder, 'peaks'), { recursive: true, force: true });
console.log(JSON.stringify({ wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 }));
