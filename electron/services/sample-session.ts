import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { AppError } from '../../shared/model/errors.ts';
import { FRAME_UNIT_SAMPLES, SAMPLES_PER_MS, SAMPLE_RATE } from '../../shared/time/samples.ts';
import { APP_VERSION } from '../io/app-version.ts';
import { readBundled } from '../io/bundled.ts';
import { monotonicMicros, wallUnixMicros } from '../io/clock.ts';
import { SessionFolderWriter } from '../io/session-folder.ts';
import { LogWriter } from '../media/log/writer.ts';
import type { TrackInfo } from '../media/log/track-info.ts';
import { readOggOpus } from '../media/ogg/reader.ts';
import { packetUnits } from '../media/opus/toc.ts';

/** The bundled dialogue: who says which packets of which file, and how long after the one before. */
const Dialogue = v.object({
  speakers: v.array(v.object({ speaker: v.string(), name: v.string(), file: v.string() })),
  utterances: v.array(
    v.object({
      speaker: v.string(),
      /** Negative where somebody is interrupted. */
      gapMs: v.number(),
      firstPacket: v.number(),
      packets: v.number(),
      text: v.string(),
    }),
  ),
});
type Dialogue = v.InferOutput<typeof Dialogue>;

/** How much audio one write of a recorder holds: half a second. */
const GROUP_SAMPLES = SAMPLE_RATE / 2;

/** What was made. */
export interface SampleSession {
  readonly folder: string;
  readonly sessionId: string;
  readonly title: string;
  readonly players: readonly string[];
  readonly packets: number;
  readonly durationSamples: number;
}

/** Packets of one track that follow each other. */
interface Group {
  readonly track: number;
  readonly positionSamples: number;
  readonly packets: readonly Uint8Array[];
}

/**
 * Makes a session folder of bundled speech: a conversation that is repeated until it is as long as asked for.
 * @param folder must not exist, or be empty.
 * @throws AppError when the folder is in use or cannot be written.
 */
export async function makeSampleSession(
  folder: string,
  options: { readonly players: number; readonly minutes: number; readonly signal: AbortSignal },
): Promise<SampleSession> {
  const dialogue = v.parse(
    Dialogue,
    JSON.parse(new TextDecoder().decode(await readBundled('speech/speech.json'))),
  );
  const speakers = dialogue.speakers.slice(0, options.players);
  const voices = await Promise.all(speakers.map(({ file }) => readVoice(file)));
  const tracks = speakers.map(({ name }, id): TrackInfo => ({
    id,
    name,
    channels: 1,
    preSkipSamples: voices[id]?.preSkipSamples ?? 0,
    inputRate: SAMPLE_RATE,
  }));
  const endSamples = Math.round(options.minutes * 60 * SAMPLE_RATE);
  const groups = converse(
    dialogue,
    voices.map(({ packets }) => packets),
    endSamples,
  );

  const t0UnixMicros = wallUnixMicros();
  const sessionId = randomUUID();
  const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
  const writer = new LogWriter(
    { sessionId, t0UnixMicros, zone, tracks },
    { clock: () => ({ wallUnixMicros: wallUnixMicros(), monotonicMicros: monotonicMicros() }) },
  );
  const output = await SessionFolderWriter.create(folder);
  writer.marker({ positionSamples: 0, kind: 'slate', name: 'Clap' });
  const title = 'Small Boats, sample session';
  const createdAt = new Date(t0UnixMicros / 1000).toISOString();
  const identity = { sessionId, title, t0UnixMicros, createdAt, zone, endSamples, tracks };
  let packets = 0;
  try {
    for (const group of groups) {
      options.signal.throwIfAborted();
      writer.add(group.track, group.positionSamples, group.packets);
      packets += group.packets.length;
      await output.write(writer.commit());
    }
    writer.end(endSamples);
    await output.write(writer.commit());
    await output.close({ ...identity, appVersion: APP_VERSION });
  } catch (error) {
    await output.discard();
    throw error;
  }
  return {
    folder,
    sessionId,
    title,
    players: tracks.map(({ name }) => name),
    packets,
    durationSamples: endSamples,
  };
}

async function readVoice(file: string): Promise<{ packets: readonly Uint8Array[]; preSkipSamples: number }> {
  const { head, packets } = readOggOpus(await readBundled(`speech/${file}`), file);
  if (head === undefined) throw new AppError('internal', `The bundled speech ${file} cannot be read.`);
  return { packets, preSkipSamples: head.preSkipSamples };
}

/** Lays the dialogue out in time, again and again until the end, and returns its packets in order of position. */
function converse(
  { speakers, utterances }: Dialogue,
  voices: readonly (readonly Uint8Array[])[],
  endSamples: number,
): Group[] {
  const groups: Group[] = [];
  let nowSamples = 0;
  for (let i = 0; nowSamples < endSamples; i++) {
    const utterance = utterances[i % utterances.length];
    if (utterance === undefined) break;
    const track = speakers.findIndex(({ speaker }) => speaker === utterance.speaker);
    const spoken = (voices[track] ?? []).slice(
      utterance.firstPacket,
      utterance.firstPacket + utterance.packets,
    );
    const startSamples = Math.max(0, nowSamples + Math.round(utterance.gapMs * SAMPLES_PER_MS));
    // A voice that is not in the session still takes its turn, as silence.
    nowSamples = startSamples + utterance.packets * 8 * FRAME_UNIT_SAMPLES;
    if (nowSamples <= endSamples) groups.push(...inGroups(track, startSamples, spoken));
  }
  return groups.sort((a, b) => a.positionSamples - b.positionSamples);
}

function inGroups(track: number, startSamples: number, packets: readonly Uint8Array[]): Group[] {
  const groups: Group[] = [];
  let positionSamples = startSamples;
  let open: Uint8Array[] = [];
  let openSamples = 0;
  const close = (): void => {
    if (open.length > 0) groups.push({ track, positionSamples, packets: open });
    positionSamples += openSamples;
    open = [];
    openSamples = 0;
  };
  for (const packet of packets) {
    open.push(packet);
    openSamples += packetUnits(packet, 0, packet.length) * FRAME_UNIT_SAMPLES;
    if (openSamples >= GROUP_SAMPLES) close();
  }
  close();
  return groups;
}
