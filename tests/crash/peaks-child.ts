// Makes the peaks of a player from where they are, until it is killed or done; says how far it is.
// Arguments: a session folder, a cache folder.
import { writeSync } from 'node:fs';
import { buildPeaks } from '../../electron/services/peaks/build-peaks.ts';
import { trackCodec } from '../../electron/services/peaks/track-codec.ts';

const [sessionFolder = '', cacheFolder = ''] = process.argv.slice(2);

await buildPeaks(
  { sessionFolder, playerId: '0', cacheFolder },
  {
    signal: new AbortController().signal,
    codec: trackCodec,
    onProgress: ({ doneSamples }) => writeSync(1, `${doneSamples}\n`),
  },
);
