import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SessionFolderWriter } from '../../electron/io/session-folder.ts';
import type { TrackInfo } from '../../electron/media/log/track-info.ts';
import { LogWriter } from '../../electron/media/log/writer.ts';

/** Packets of one track that follow each other. */
export interface Spoken {
  readonly track: number;
  readonly positionSamples: number;
  readonly packets: readonly Uint8Array[];
}

export interface SessionRecipe {
  /** Those below when left out; sessions of one library need their own. */
  readonly sessionId?: string;
  readonly title?: string;
  readonly players: readonly string[];
  readonly spoken: readonly Spoken[];
  /** Tracks of two channels. */
  readonly stereo?: readonly number[];
  /** Undefined leaves the session open, as a crash does. */
  readonly endSamples?: number;
  readonly segmentSamples?: number;
  readonly groupPackets?: number;
  /** Of the encoders' input, in hertz; 48000 when left out. */
  readonly inputRate?: number;
  /** Of the recording machine; UTC when left out. */
  readonly zone?: string;
}

export const T0_UNIX_MICROS = 1_773_532_752_345_000;
export const SESSION_ID = '019ceed2-3b19-7000-8000-5eed0000a11c';

/** 20 ms CELT packets (configuration 31, mono) whose bytes tell which they are. */
export function packetsOf(count: number, seed: number, sizeBytes = 40): Uint8Array[] {
  return Array.from({ length: count }, (_, n) => {
    const packet = new Uint8Array(sizeBytes).map((_byte, at) => (seed * 31 + n * 7 + at * 3) & 0xff);
    packet[0] = 31 << 3;
    return packet;
  });
}

/** Writes a session in our log format into a folder that does not exist yet. */
export async function writeSession(folder: string, recipe: SessionRecipe): Promise<void> {
  const { zone = 'UTC', sessionId = SESSION_ID, title = 'Test session' } = recipe;
  const tracks = recipe.players.map((name, id): TrackInfo => ({
    id,
    name,
    channels: recipe.stereo?.includes(id) === true ? 2 : 1,
    preSkipSamples: 312,
    inputRate: recipe.inputRate ?? 48_000,
  }));
  const writer = new LogWriter(
    { sessionId, t0UnixMicros: T0_UNIX_MICROS, zone, tracks },
    {
      clock: () => ({ wallUnixMicros: T0_UNIX_MICROS, monotonicMicros: 0 }),
      ...(recipe.segmentSamples !== undefined && { segmentSamples: recipe.segmentSamples }),
      ...(recipe.groupPackets !== undefined && { groupPackets: recipe.groupPackets }),
    },
  );
  const output = await SessionFolderWriter.create(folder);
  for (const { track, positionSamples, packets } of recipe.spoken)
    writer.add(track, positionSamples, packets);
  if (recipe.endSamples !== undefined) writer.end(recipe.endSamples);
  await output.write(writer.commit());
  await output.close({
    sessionId,
    title,
    t0UnixMicros: T0_UNIX_MICROS,
    createdAt: new Date(T0_UNIX_MICROS / 1000).toISOString(),
    zone,
    endSamples: recipe.endSamples ?? null,
    tracks,
    appVersion: '0.0.0',
  });
}

/** Runs `work` in a folder of its own and removes that afterwards. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tailslate-test-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
