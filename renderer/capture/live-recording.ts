import type { Block } from './block.ts';
import { BLOCK_SAMPLES } from './block.ts';
import type { CapturePlan, InputState, PlannedTrack } from './capture-link.ts';
import type { Loudness } from './level.ts';
import { Outbox, type OutboxPorts, type OutgoingFrame } from './outbox.ts';
import { OpusRun } from './opus-encoder.ts';
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
  /** Where the next block is expected; undefined where any may come, as after the input was away. */
  nextFrame: number | undefined;
  /** What its device lost, within blocks and between them, in samples. */
  unheardSamples: number;
  readonly recorder: TrackRecorder;
}

export interface LiveRecordingPorts extends OutboxPorts {
  readonly onEncoderError: (error: Error) => void;
  /** A device lost something. */
  readonly onSkipped: () => void;
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
  /** What added to a frame of the page's clock gives session time. */
  #shiftSamples: number | undefined;
  #beganFrame: number | undefined;
  readonly #onSkipped: () => void;
  readonly #firstSamples: (frame: number) => number;
  #newestSamples = 0;

  /**
   * @param firstSamples session time of a frame of the page's clock, asked once, for the first.
   */
  constructor(
    tracks: readonly LiveTrackPlan[],
    audio: CapturePlan['audio'],
    firstSamples: (frame: number) => number,
    ports: LiveRecordingPorts,
  ) {
    this.audio = audio;
    this.#firstSamples = firstSamples;
    this.#onSkipped = ports.onSkipped;
    this.outbox = new Outbox(ports);
    this.tracks = tracks.map((track) => ({
      ...track,
      nextFrame: undefined,
      unheardSamples: 0,
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

  /** Session time of a frame of the page's clock; undefined before the first block. */
  positionOf(frame: number): number | undefined {
    return this.#shiftSamples === undefined ? undefined : Math.max(0, frame + this.#shiftSamples);
  }

  /** From this frame of the page's clock on blocks are taken, also those that come of other devices later. */
  begin(frame: number): void {
    this.#shiftSamples ??= this.#firstSamples(frame) - frame;
    this.#beganFrame ??= frame;
  }

  /** Takes a block of one track. */
  take({ track: index, frame, pcm, missingSamples }: Block, loudness: Loudness): void {
    const track = this.tracks[index];
    if (this.stopping || track === undefined) return;
    this.begin(frame);
    if (frame < (this.#beganFrame ?? frame)) return;
    const unheard = missingSamples + frame - (track.nextFrame ?? frame);
    track.nextFrame = frame + BLOCK_SAMPLES;
    if (unheard > 0) {
      track.unheardSamples += unheard;
      this.#onSkipped();
    }
    const positionSamples = frame + (this.#shiftSamples ?? 0);
    this.#newestSamples = Math.max(this.#newestSamples, positionSamples + BLOCK_SAMPLES);
    const wanted = track.state === 'open' && (!track.muted || this.audio.keepMuted);
    if (wanted) track.recorder.take(positionSamples, pcm, loudness);
    else void track.recorder.pause();
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
