// Makes the peaks of a player from where they are; says how far it is, and waits to be killed with so many pages made.
// Arguments: a session folder, a cache folder, the pages.
import { writeSync } from 'node:fs';
import { buildPeaks } from '../../electron/services/peaks/build-peaks.ts';
import { trackCodec } from '../../electron/services/peaks/track-codec.ts';

const [sessionFolder = '', cacheFolder = '', pages = ''] = process.argv.slice(2);
let made = 0;

await buildPeaks(
  { sessionFolder, playerId: '0', cacheFolder },
  {
    signal: new AbortController().signal,
    codec: trackCodec,
    onProgress: ({ doneSamples }) => {
      writeSync(1, `${doneSamples}\n`);
      if (++made === Number(pages)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
  },
);
