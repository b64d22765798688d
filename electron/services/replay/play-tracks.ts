import { sessionTag } from '../../../shared/ipc/packet-frame.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { alertSentence } from '../../../shared/model/recording-alert.ts';
import { SAMPLE_RATE, SAMPLES_PER_MS } from '../../../shared/time/samples.ts';
import { packetSamples } from '../../media/opus/toc.ts';
import type { Recording } from '../recording/recording.ts';
import type { OpusTrack } from './opus-files.ts';

/** What one frame holds of each track: a tenth of a second, as a capture page sends it. */
const STEP_SAMPLES = SAMPLE_RATE / 10;
const ANCHOR_SAMPLES = 5 * SAMPLE_RATE;
/** Playing as fast as possible waits while so much is in memory. */
const MOST_QUEUED_BYTES = 4 << 20;
const QUEUE_MILLIS = 5;

export interface PlayOptions {
  readonly title: string;
  /** Session seconds per second; Infinity for as fast as the disk takes it. */
  readonly speed: number;
  readonly monotonicMicros: () => number;
  readonly wait: (millis: number) => Promise<void>;
  /** Payload that waits in memory for the disk. */
  readonly queuedBytes: () => number;
  /** Stops the recording in order. */
  readonly signal: AbortSignal;
  /** Everything before this position is on stable storage. */
  readonly onDurable: (positionSamples: number) => void;
}

export interface Played {
  readonly sessionId: string;
  readonly durationSamples: number;
  readonly tracks: readonly { name: string; packets: number; droppedSamples: number }[];
  /** Whether it was stopped before all was played. */
  readonly interrupted: boolean;
}

/**
 * Plays Opus files into a recording, through the same service and frames as a capture page, and stops at their end.
 * @throws AppError when the recording cannot begin, or a disk ended it.
 */
export async function playTracks(
  recording: Recording,
  tracks: readonly OpusTrack[],
  options: PlayOptions,
): Promise<Played> {
  const { sessionId } = await recording.calls.start({
    title: options.title,
    tracks: tracks.map(({ name, channels, preSkipSamples, inputRate }, index) => ({
      name,
      channels,
      preSkipSamples,
      inputRate,
      colorIndex: index % 8,
      inputLabel: `${name}, played`,
    })),
  });
  const readers = tracks.map((track, id) => new TrackReader(track, id, sessionTag(sessionId)));
  const dropped = new Map<number, number>();
  const unwatch = recording.values.state.watch(({ value }) => {
    if (value === null) return;
    for (const { trackId, droppedSamples } of value.tracks) dropped.set(trackId, droppedSamples);
    const waiting = value.tracks.filter(
      ({ trackId, durableSamples }) => durableSamples < (tracks[trackId]?.durationSamples ?? 0),
    );
    options.onDurable(
      Math.min(value.positionSamples, ...waiting.map(({ durableSamples }) => durableSamples)),
    );
  });
  try {
    const endSamples = await play(recording, readers, options);
    await recording.calls.stop({ positionSamples: endSamples });
    options.onDurable(endSamples);
    return {
      sessionId,
      durationSamples: endSamples,
      tracks: readers.map(({ track, id, sentPackets }) => ({
        name: track.name,
        packets: sentPackets,
        droppedSamples: dropped.get(id) ?? 0,
      })),
      interrupted: readers.some(({ isDone }) => !isDone),
    };
  } finally {
    unwatch();
    await recording.close();
  }
}

/** Sends what is due, step by step; returns where it stopped. */
async function play(
  recording: Recording,
  readers: readonly TrackReader[],
  { speed, monotonicMicros, wait, queuedBytes, signal }: PlayOptions,
): Promise<number> {
  const startMicros = monotonicMicros();
  const isReal = speed === 1;
  let atSamples = 0;
  while (!signal.aborted && readers.some(({ isDone }) => !isDone)) {
    atSamples += STEP_SAMPLES;
    const dueMicros = startMicros + (atSamples / SAMPLES_PER_MS / speed) * 1000;
    await wait(Math.max(0, (dueMicros - monotonicMicros()) / 1000));
    while (queuedBytes() > MOST_QUEUED_BYTES && !failed(recording)) await wait(QUEUE_MILLIS);
    for (const reader of readers) reader.send(recording, atSamples);
    if (failed(recording)) throw failure(recording);
    if (isReal && atSamples % ANCHOR_SAMPLES === STEP_SAMPLES) {
      await recording.calls.anchor({ positionSamples: atSamples, monotonicMicros: Math.round(dueMicros) });
    }
  }
  return Math.max(0, ...readers.map(({ endSamples }) => endSamples));
}

function failed(recording: Recording): boolean {
  return recording.values.state.value?.phase === 'failed';
}

function failure(recording: Recording): AppError {
  const alert = recording.values.state.value?.alerts.find(({ kind }) => kind.startsWith('disk-'));
  const said = alert === undefined ? undefined : alertSentence(alert.cause);
  return new AppError('unwritable', said?.message ?? 'The recording stopped.', {
    next: said?.next ?? 'Check the disk.',
  });
}

/** A file being played. */
class TrackReader {
  readonly track: OpusTrack;
  readonly id: number;
  readonly #sessionTag: number;
  sentPackets = 0;
  /** End of the last packet that was sent. */
  endSamples = 0;

  constructor(track: OpusTrack, id: number, tag: number) {
    this.track = track;
    this.id = id;
    this.#sessionTag = tag;
  }

  get isDone(): boolean {
    return this.sentPackets === this.track.packets.length;
  }

  /** Sends the packets that end by this position. */
  send(recording: Recording, bySamples: number): void {
    const packets: Uint8Array[] = [];
    const positionSamples = this.endSamples;
    for (;;) {
      const packet = this.track.packets[this.sentPackets];
      const samples = packet === undefined ? 0 : packetSamples(packet, 0, packet.length);
      // A packet longer than a step goes as soon as it begins.
      if (packet === undefined || (this.endSamples + samples > bySamples && samples <= STEP_SAMPLES)) break;
      if (this.endSamples >= bySamples) break;
      packets.push(packet);
      this.sentPackets++;
      this.endSamples += samples;
    }
    if (packets.length === 0) return;
    const level = { peakDb: null, rmsDb: null, clipped: false };
    recording.accept({ sessionTag: this.#sessionTag, track: this.id, positionSamples, packets, level });
  }
}
