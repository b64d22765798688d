// Records several sessions at once, faster than time, until it is killed; prints every acknowledgement as it comes.
// Arguments: a folder for the sessions, how many, the number of tracks.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { monotonicMicros, wallUnixMicros } from '../../electron/io/clock.ts';
import { SYSTEM_FILES } from '../../electron/io/log-file/files.ts';
import type { LogClock } from '../../electron/io/log-file/log-clock.ts';
import type { LogFile } from '../../electron/io/log-file/log-file.ts';
import { appendSlot, openLog, PACKET_SAMPLES } from '../io/log-file/recording.ts';
import type { Acknowledgement } from './acknowledgement.ts';

/** So much faster than time: deadlines and segments come every few milliseconds. */
const SPEED = 25;

const clock: LogClock = {
  wallUnixMicros,
  monotonicMicros: () => monotonicMicros() * SPEED,
  setTimer: (callback, millis) => setTimeout(callback, millis / SPEED),
  clearTimer: (timer) => clearTimeout(timer),
};

const [root = '', sessions = '1', tracks = '16'] = process.argv.slice(2);

/** One write to a pipe, so a kill loses none that was made. */
function tell(line: Acknowledgement): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

async function record(session: number): Promise<void> {
  const given = {
    files: SYSTEM_FILES,
    clock,
    durabilityMillis: 250,
    segmentSamples: 12 * PACKET_SAMPLES,
    tracks: Number(tracks),
  } as const;
  const folder = join(root, String(session));
  const { log } = await openLog(
    { ...given, onState: ({ durableSamples }) => tell({ session, ends: [...durableSamples] }) },
    folder,
  );
  tell({ session, ends: [] });
  const startMicros = clock.monotonicMicros();
  let slot = 0;
  setInterval(() => {
    const elapsedMicros = clock.monotonicMicros() - startMicros;
    while (slot * 20_000 < elapsedMicros) fill(log, slot++);
  }, 1);
}

function fill(log: LogFile, slot: number): void {
  for (let track = 0; track < Number(tracks); track++) appendSlot(log, track, slot);
}

await Promise.all(Array.from({ length: Number(sessions) }, (_, session) => record(session)));
