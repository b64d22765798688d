import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { packetsOf, type SessionRecipe, writeSession } from '../support/session-folder.ts';

/** An id of its own for each session of a library. */
function idOf(n: number): string {
  return `019ceed2-3b19-7000-8000-5eed0000b0${String(n).padStart(2, '0')}`;
}

/** Ten seconds of two players, of which the second joins late. */
export function twoPlayers(n: number, title: string, ended = true): SessionRecipe {
  return {
    sessionId: idOf(n),
    title,
    players: ['Ada', 'Ben'],
    spoken: [
      { track: 0, positionSamples: 0, packets: packetsOf(200, n) },
      { track: 1, positionSamples: 4 * SAMPLE_RATE, packets: packetsOf(200, n + 50) },
    ],
    groupPackets: 10,
    ...(ended && { endSamples: 10 * SAMPLE_RATE }),
  };
}

/** Three whole sessions, one that a crash cut off and one with a hole in its log. */
export async function aLibrary(folder: string): Promise<void> {
  await writeSession(join(folder, 'ferry'), twoPlayers(1, 'The ferry that never sailed'));
  await writeSession(join(folder, 'letters'), twoPlayers(2, 'Letters from the lighthouse'));
  await writeSession(join(folder, 'tape'), twoPlayers(3, 'On tape and salt'));
  await writeSession(join(folder, 'storm'), twoPlayers(4, 'Storm, cut off', false));
  await writeSession(join(folder, 'hole'), twoPlayers(5, 'With a hole', false));
  const log = join(folder, 'hole', 'log', '000001.tsl');
  const bytes = readFileSync(log);
  bytes.fill(0x55, 6000, 6100);
  writeFileSync(log, bytes);
}
