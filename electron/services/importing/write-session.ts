import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { detailedError } from '../../../shared/model/detailed-error.ts';
import { cutToBytes, safeStem } from '../../../shared/model/file-name.ts';
import type { ImportNote } from '../../../shared/model/import-note.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { APP_VERSION } from '../../io/app-version.ts';
import { monotonicMicros, wallUnixMicros } from '../../io/clock.ts';
import { SessionFolderWriter } from '../../io/session-folder.ts';
import type { TrackInfo } from '../../media/log/track-info.ts';
import { LogWriter } from '../../media/log/writer.ts';
import { packetSamples } from '../../media/opus/toc.ts';
import type { ImportedSession, ImportedTrack, TrackSource } from './track-source.ts';

/** A player's name in UTF-8, as long as a log can hold one. */
const MOST_NAME_BYTES = 512;
/** As many as a log can hold. */
const MOST_TRACKS = 1024;
/** Longer than anybody records at a stretch: positions that say so are damaged, and would be filled with silence. */
const MOST_SAMPLES = 7 * 24 * 3600 * SAMPLE_RATE;
/** A start later than this is not how long somebody was late: the file was cut from an endless stream. */
const LATEST_START_SAMPLES = 24 * 3600 * SAMPLE_RATE;
/** About how much is handed to the disk at a time. */
const BATCH_PACKETS = 5000;

/** What is known of a track once it was read. */
interface Surveyed {
  readonly source: TrackSource;
  readonly info: TrackInfo;
  readonly digest: string;
  readonly firstSamples: number;
  readonly endSamples: number;
}

/**
 * Writes tracks of another recorder as a session folder of our own: every packet unchanged and at its place. The
 * session's id comes from packets and places, so that the same recording is known again, whatever its files are called.
 * @param intoFolder where the session folder is made.
 * @param onStep told what is being read or written.
 * @returns what a person should know of the source.
 * @throws AppError when a track has no packets, or positions that cannot be.
 */
export async function writeImported(
  session: ImportedSession,
  intoFolder: string,
  signal: AbortSignal,
  onStep: (label: string) => void,
): Promise<ImportNote[]> {
  if (session.tracks.length > MOST_TRACKS) {
    throw detailedError({
      kind: 'many-tracks',
      title: session.title,
      count: session.tracks.length,
      most: MOST_TRACKS,
    });
  }
  const notes: ImportNote[] = [];
  const surveyed: Surveyed[] = [];
  for (const [id, source] of session.tracks.entries()) {
    onStep(source.name);
    const track = await source.load(signal);
    signal.throwIfAborted();
    notes.push(...track.notes.map((note) => ({ ...note, track: source.name })));
    surveyed.push(survey(id, source, track));
  }
  const firstSamples = Math.min(...surveyed.map((track) => track.firstSamples));
  const shiftSamples = firstSamples > LATEST_START_SAMPLES ? firstSamples : 0;
  const endSamples = Math.max(...surveyed.map((track) => track.endSamples)) - shiftSamples;
  if (endSamples > MOST_SAMPLES) {
    throw detailedError({ kind: 'positions-too-long', title: session.title });
  }
  if (shiftSamples > 0) notes.push({ kind: 'late-start' });
  await write(session, surveyed, { shiftSamples, endSamples }, intoFolder, signal, onStep);
  return notes;
}

async function write(
  { title, startUnixMicros }: ImportedSession,
  surveyed: readonly Surveyed[],
  { shiftSamples, endSamples }: { shiftSamples: number; endSamples: number },
  intoFolder: string,
  signal: AbortSignal,
  onStep: (label: string) => void,
): Promise<void> {
  const tracks = surveyed.map(({ info }) => info);
  const shiftMicros = Math.round((shiftSamples / SAMPLE_RATE) * 1_000_000);
  const identity = {
    sessionId: idOf(surveyed),
    t0UnixMicros: startUnixMicros === null ? 0 : startUnixMicros + shiftMicros,
    zone: '',
    tracks,
  };
  const clock = (): { wallUnixMicros: number; monotonicMicros: number } => ({
    wallUnixMicros: wallUnixMicros(),
    monotonicMicros: monotonicMicros(),
  });
  const createdAt = new Date(wallUnixMicros() / 1000).toISOString();
  const writer = new LogWriter(identity, { clock });
  const output = await SessionFolderWriter.create(join(intoFolder, safeStem(title)));
  try {
    for (const { source, info, digest } of surveyed) {
      onStep(source.name);
      const track = await source.load(signal);
      if (digestOf(track) !== digest) {
        throw detailedError({ kind: 'changed-meanwhile', name: source.name });
      }
      for (const [at, packet] of track.packets.entries()) {
        writer.add(info.id, (track.positionsSamples[at] ?? 0) - shiftSamples, [packet]);
        if (at % BATCH_PACKETS !== BATCH_PACKETS - 1) continue;
        signal.throwIfAborted();
        await output.write(writer.commit());
      }
      await output.write(writer.commit());
    }
    writer.end(endSamples);
    await output.write(writer.commit());
    await output.close({ ...identity, title, createdAt, endSamples, appVersion: APP_VERSION });
  } catch (error) {
    await output.discard();
    throw error;
  }
}

function survey(id: number, source: TrackSource, track: ImportedTrack): Surveyed {
  const { channels, preSkipSamples, inputRate, packets, positionsSamples } = track;
  const last = packets.at(-1);
  if (last === undefined) {
    throw detailedError({ kind: 'no-packets', name: source.name });
  }
  return {
    source,
    info: { id, name: nameOf(source), channels, preSkipSamples, inputRate },
    digest: digestOf(track),
    firstSamples: positionsSamples[0] ?? 0,
    endSamples: (positionsSamples.at(-1) ?? 0) + packetSamples(last, 0, last.length),
  };
}

function nameOf({ name }: TrackSource): string {
  return cutToBytes(
    name
      .toWellFormed()
      .replace(/\p{Cc}/gu, ' ')
      .trim(),
    MOST_NAME_BYTES,
  );
}

function digestOf({ packets, positionsSamples }: ImportedTrack): string {
  const hash = createHash('sha256');
  const place = new Float64Array(2);
  for (const [at, packet] of packets.entries()) {
    place[0] = positionsSamples[at] ?? 0;
    place[1] = packet.length;
    hash.update(new Uint8Array(place.buffer)).update(packet);
  }
  return hash.digest('hex');
}

/** A UUID made of what the tracks hold (version 8, RFC 9562 section 5.8), in whatever order they came. */
function idOf(surveyed: readonly Surveyed[]): string {
  const digests = surveyed.map(({ digest }) => digest).sort();
  const bytes = createHash('sha256')
    .update(`tailslate import 1\n${digests.join('\n')}`)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}
