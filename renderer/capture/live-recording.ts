import type { Block } from './block.ts';
import { BLOCK_SAMPLES } from './block.ts';
import type { CapturePlan, InputState, PlannedTrack } from './capture-link.ts';
import type { Loudness } from './level.ts';
import { Outbox, type OutboxPorts, type OutgoingFrame } from './outbox.ts';
import { OpusRun } from './opus-encoder.ts';
import { SilenceRun } from './silence-run.ts';
import { TrackRecorder } from './track-recorder.ts';

export interface LiveTrackPlan {
  readonly input: PlannedTrack;
  readonly trackId: number;
  readonly muted: boolean;
  readonly state: InputState;
}

export interface LiveTrack {
  input: PlannedTrack;
  readonly trackId: number;
  muted: boolean;
  state: InputState;
  readonly recorder: TrackRecorder;
}

export interface LiveRecordingPorts extends OutboxPorts {
  readonly onEncoderError: (error: Error) => void;
  /** The audio thread passed something over. */
  readonly onSkipped: () => void;
  /** A device was exactly silent for so long, amid its sound. */
  readonly onSilence: (deviceId: string, samples: number) => void;
}

/** A session that this page records: its tracks, its time, its frames under way. */
export class LiveRecording {
  readonly outbox: Outbox;
  readonly tracks: readonly LiveTrack[];
  readonly audio: CapturePlan['audio'];
  /** Known once the host has answered. */
  sessionId: string | undefined;
  /** The host was seen to have it: from then on its absence there means the end. */
  seen = false;
  stopping = false;
  /** What devices lost on their way to the page, and what the browser laid in place of what came too late. */
  lostMillis = 0;
  /** What added to a frame of the context's clock gives session time. */
  #shiftSamples: number | undefined;
  /** What the audio thread passed over, within blocks and between them, in samples. */
  #skippedSamples = 0;
  #stalledSamples = 0;
  #nextFrame: number | undefined;
  readonly #onSkipped: () => void;
  /** By track. */
  readonly #silences: readonly SilenceRun[];
  readonly #onSilence: LiveRecordingPorts['onSilence'];
  readonly #firstSamples: (atMillis: number) => number;
  #newestSamples = 0;

  /**
   * @param firstSamples session time of a moment, asked once, for the first block.
   */
  constructor(
    tracks: readonly LiveTrackPlan[],
    audio: CapturePlan['audio'],
    firstSamples: (atMillis: number) => number,
    ports: LiveRecordingPorts,
  ) {
    this.audio = audio;
    this.#firstSamples = firstSamples;
    this.#onSkipped = ports.onSkipped;
    this.#onSilence = ports.onSilence;
    this.outbox = new Outbox(ports);
    this.#silences = tracks.map(() => new SilenceRun());
    this.tracks = tracks.map((track) => ({
      ...track,
      recorder: new TrackRecorder({
        track: track.trackId,
        newRun: (start, onPacket, onError) =>
          new OpusRun(
            start,
            {
              channels: track.input.channels.length === 2 ? 2 : 1,
              bitrate: audio.bitrate,
              tuning: audio.tuning,
            },
            onPacket,
            onError,
          ),
        onFrame: (frame: OutgoingFrame) => this.outbox.push(frame),
        onEncoderError: (error) => ports.onEncoderError(error),
      }),
    }));
  }

  /** End of the newest block, samples from T0. */
  get newestSamples(): number {
    return this.#newestSamples;
  }

  get skippedSamples(): number {
    return this.#skippedSamples;
  }

  get stalledSamples(): number {
    return this.#stalledSamples;
  }

  /** Session time of a frame of the context's clock; undefined before the first block. */
  positionOf(frame: number): number | undefined {
    return this.#shiftSamples === undefined ? undefined : Math.max(0, frame + this.#shiftSamples);
  }

  /** The device stood still: what follows lies so much later. */
  skip(samples: number): void {
    if (this.#shiftSamples === undefined) return;
    this.#shiftSamples += samples;
    this.#stalledSamples += samples;
  }

  /**
   * Takes a block of all tracks.
   * @param atMillis when its last sample was heard, milliseconds since 1970.
   */
  take(block: Block, loudness: readonly Loudness[], atMillis: number): void {
    if (this.stopping) return;
    const skipped = block.missingSamples + block.frame - (this.#nextFrame ?? block.frame);
    this.#nextFrame = block.frame + BLOCK_SAMPLES;
    if (skipped > 0) {
      this.#skippedSamples += skipped;
      this.#onSkipped();
    }
    this.#shiftSamples ??= this.#firstSamples(atMillis) - block.frame;
    const positionSamples = block.frame + this.#shiftSamples;
    this.#newestSamples = positionSamples + BLOCK_SAMPLES;
    const silences = new Map<string, number>();
    let from = 0;
    for (const [index, track] of this.tracks.entries()) {
      const to = from + track.input.channels.length * BLOCK_SAMPLES;
      const heard = loudness[index];
      const wanted = track.state === 'open' && (!track.muted || this.audio.keepMuted);
      if (wanted && heard !== undefined)
        track.recorder.take(positionSamples, block.pcm.subarray(from, to), heard);
      else void track.recorder.pause();
      const silence = this.#silences[index];
      if (skipped > 0 || track.state !== 'open') silence?.reset();
      const silent = silence?.add(block.pcm.subarray(from, to), track.input.channels.length) ?? 0;
      // Channels of one device miss the same.
      if (silent > 0) silences.set(track.input.deviceId, silent);
      from = to;
    }
    for (const [deviceId, samples] of silences) this.#onSilence(deviceId, samples);
  }

  /** Ends every run and waits until the host has all of it. */
  async finish(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.tracks.map(({ recorder }) => recorder.pause()));
    await this.outbox.drained();
  }

  abandon(): void {
    this.stopping = true;
    this.outbox.pause();
    for (const { recorder } of this.tracks) recorder.abandon();
  }
}

/** As the log and the host call it: "Scarlett, input 1". */
export function inputLabel({
  deviceLabel,
  channels,
}: Pick<PlannedTrack, 'deviceLabel' | 'channels'>): string {
  const numbers = channels.map((channel) => channel + 1).join(', ');
  return `${deviceLabel}, input${channels.length > 1 ? 's' : ''} ${numbers}`.slice(0, 300);
}
