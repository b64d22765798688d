import { SessionFolderWriter } from '../../electron/io/session-folder.ts';
import type { TrackInfo } from '../../electron/media/log/track-info.ts';
import { LogWriter } from '../../electron/media/log/writer.ts';
import { SESSION_ID, T0_UNIX_MICROS } from '../support/session-folder.ts';
import type { Recording } from './recording.ts';

/** What arrives within 100 ms, the longest a packet may wait before it is handed to the kernel. */
const GROUP_PACKETS = 5;
/** Slots between commits while generating; only memory depends on it. */
const COMMIT_SLOTS = 5000;

/** Writes a session in our own format, its players' groups interleaved as they are while recording. */
export async function writeTailslateSession(
  folder: string,
  recording: Recording,
  players: readonly string[],
): Promise<void> {
  const tracks = players.map((name, id): TrackInfo => ({
    id,
    name,
    channels: 1,
    preSkipSamples: 312,
    inputRate: 48_000,
  }));
  const writer = new LogWriter(
    { sessionId: SESSION_ID, t0UnixMicros: T0_UNIX_MICROS, zone: 'UTC', tracks },
    {
      clock: () => ({ wallUnixMicros: T0_UNIX_MICROS, monotonicMicros: 0 }),
      groupPackets: GROUP_PACKETS,
    },
  );
  const output = await SessionFolderWriter.create(folder);
  for (let slot = 0; slot < recording.slots; slot++) {
    for (const { id } of tracks) {
      const packet = recording.packet(id, slot);
      if (packet !== undefined) writer.add(id, recording.positionSamples(slot), [packet]);
    }
    if (slot % COMMIT_SLOTS === COMMIT_SLOTS - 1) await output.write(writer.commit());
  }
  writer.end(recording.endSamples);
  await output.write(writer.commit());
  await output.close({
    sessionId: SESSION_ID,
    title: 'Benchmark',
    t0UnixMicros: T0_UNIX_MICROS,
    createdAt: new Date(T0_UNIX_MICROS / 1000).toISOString(),
    zone: 'UTC',
    endSamples: recording.endSamples,
    tracks,
    appVersion: '0.0.0',
  });
}
