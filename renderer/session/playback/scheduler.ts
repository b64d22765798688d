import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { peakAround, peaksOf } from '../meter.ts';
import type { AudioOutput } from './audio-port.ts';
import type { LaneAudio } from './lane-decoder.ts';
import type { DecodedAudio } from './packet-decoder.ts';

/** Audio that is decoded and scheduled at once, in all lanes; a whole number of frames at each speed. */
export const CHUNK_SAMPLES = SAMPLE_RATE / 2;
/** How far ahead of the ear lanes are scheduled, in frames of the output. */
const AHEAD_FRAMES = 3 * SAMPLE_RATE;
/** Room between having the first audio and its being heard. */
const LEAD_FRAMES = 0.06 * SAMPLE_RATE;
/** With less than this left the output is held until there is more. */
const LEAST_FRAMES = 0.1 * SAMPLE_RATE;

/** Lanes that are read and decoded at the same time; a stretch is scheduled when all of them are there. */
export const LANES_AT_ONCE = 12;

/** Multiples of the recorded speed; below 0 backwards. */
export type Speed = -8 | -4 | -2 | -1 | 1 | 2 | 4 | 8;

/** A lane as the scheduler needs it. */
export interface ScheduledLane {
  readonly playerId: string;
  read(startSamples: number, endSamples: number, signal: AbortSignal): Promise<LaneAudio>;
  close(): void;
}

interface Chunk {
  /** First frame of the output that it is heard at. */
  readonly atFrame: number;
  readonly peaks: ReadonlyMap<string, Float32Array>;
}

/**
 * Plays lanes from one moment of the session at one speed. Stretches of all lanes are decoded together and begin at
 * the same frame of the output, each a whole number of frames after the first: lanes cannot drift apart. Where
 * decoding falls behind, the output's clock is held for all of them.
 */
export class Scheduler {
  readonly #output: AudioOutput;
  readonly #lanes: readonly ScheduledLane[];
  readonly #fromSamples: number;
  readonly #speed: Speed;
  readonly #durationSamples: number;
  readonly #abort = new AbortController();
  readonly #onLost: (playerId: string, samples: readonly number[]) => void;
  /** The output's frame that `fromSamples` is heard at; undefined before the first audio is there. */
  #originFrame: number | undefined;
  #ready = 0;
  #held = false;
  #working = false;
  #chunks: Chunk[] = [];

  constructor(options: {
    readonly output: AudioOutput;
    readonly lanes: readonly ScheduledLane[];
    readonly fromSamples: number;
    readonly speed: Speed;
    readonly durationSamples: number;
    /** Packets that could not be decoded; playback goes on. */
    readonly onLost: (playerId: string, samples: readonly number[]) => void;
  }) {
    this.#output = options.output;
    this.#lanes = options.lanes;
    this.#fromSamples = options.fromSamples;
    this.#speed = options.speed;
    this.#durationSamples = options.durationSamples;
    this.#onLost = options.onLost;
  }

  /** The moment of the session that is heard now. */
  get positionSamples(): number {
    const heard = Math.max(0, this.#playedFrames - this.#output.latencyFrames());
    const position = this.#fromSamples + heard * this.#speed;
    return Math.round(Math.max(0, Math.min(position, this.#durationSamples)));
  }

  get hasEnded(): boolean {
    return this.positionSamples === (this.#speed > 0 ? this.#durationSamples : 0);
  }

  /** Whether it waits for audio. */
  get isWaiting(): boolean {
    return this.#originFrame === undefined || this.#held;
  }

  /** The peak of each lane around what is heard now. */
  levels(): ReadonlyMap<string, number> {
    const now = this.#output.nowFrames() - this.#output.latencyFrames();
    const chunk = this.#chunks.findLast(({ atFrame }) => atFrame <= now);
    const found = new Map<string, number>();
    if (chunk === undefined) return found;
    const samples = (now - chunk.atFrame) * Math.abs(this.#speed);
    for (const [playerId, peaks] of chunk.peaks) found.set(playerId, peakAround(peaks, samples));
    return found;
  }

  /** Decodes and schedules what is due; to be called several times a second. @throws what a lane's read throws */
  async pump(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      while (
        !this.#abort.signal.aborted &&
        this.#nextStretch !== undefined &&
        this.#leftFrames < AHEAD_FRAMES
      ) {
        await this.#decodeNext();
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    } finally {
      this.#working = false;
    }
  }

  /** Holds the output while too little is decoded; to be called often. */
  watch(): void {
    if (this.#originFrame === undefined || this.#nextStretch === undefined) return;
    if (!this.#held && this.#leftFrames < LEAST_FRAMES) {
      this.#held = true;
      this.#output.hold();
    }
  }

  close(): void {
    this.#abort.abort();
    for (const lane of this.#lanes) lane.close();
  }

  get #chunkFrames(): number {
    return CHUNK_SAMPLES / Math.abs(this.#speed);
  }

  get #playedFrames(): number {
    return this.#originFrame === undefined ? 0 : this.#output.nowFrames() - this.#originFrame;
  }

  get #leftFrames(): number {
    return this.#ready * this.#chunkFrames - this.#playedFrames;
  }

  /** The next stretch of the session, or undefined at its end. */
  get #nextStretch(): { readonly startSamples: number; readonly endSamples: number } | undefined {
    const step = this.#ready * CHUNK_SAMPLES;
    if (this.#speed > 0) {
      const startSamples = this.#fromSamples + step;
      if (startSamples >= this.#durationSamples) return undefined;
      return { startSamples, endSamples: startSamples + CHUNK_SAMPLES };
    }
    const endSamples = this.#fromSamples - step;
    return endSamples <= 0 ? undefined : { startSamples: endSamples - CHUNK_SAMPLES, endSamples };
  }

  async #decodeNext(): Promise<void> {
    const stretch = this.#nextStretch;
    if (stretch === undefined) return;
    const { signal } = this.#abort;
    const read = await this.#readLanes(stretch.startSamples, stretch.endSamples, signal);
    signal.throwIfAborted();
    this.#originFrame ??= Math.ceil(this.#output.nowFrames() + LEAD_FRAMES);
    const atFrame = this.#originFrame + this.#ready * this.#chunkFrames;
    const peaks = new Map<string, Float32Array>();
    for (const { playerId, planes, lostSamples } of read) {
      const heard = this.#speed > 0 ? planes : reversed(planes);
      this.#output.schedule(playerId, heard, atFrame, Math.abs(this.#speed));
      peaks.set(playerId, peaksOf(heard));
      if (lostSamples.length > 0) this.#onLost(playerId, lostSamples);
    }
    const now = this.#output.nowFrames();
    this.#chunks = [
      ...this.#chunks.filter((chunk) => chunk.atFrame > now - 4 * this.#chunkFrames),
      { atFrame, peaks },
    ];
    this.#ready += 1;
    if (this.#held && this.#leftFrames > LEAST_FRAMES) {
      this.#held = false;
      this.#output.release();
    }
  }

  /** The stretch of every lane, in their order, a few lanes at a time. */
  async #readLanes(
    startSamples: number,
    endSamples: number,
    signal: AbortSignal,
  ): Promise<readonly (LaneAudio & { readonly playerId: string })[]> {
    const read: (LaneAudio & { readonly playerId: string })[] = [];
    const lanes = this.#lanes.entries();
    const reader = async (): Promise<void> => {
      for (const [index, lane] of lanes) {
        signal.throwIfAborted();
        read[index] = { playerId: lane.playerId, ...(await lane.read(startSamples, endSamples, signal)) };
      }
    };
    await Promise.all(Array.from({ length: LANES_AT_ONCE }, reader));
    return read;
  }
}

function reversed(planes: DecodedAudio): DecodedAudio {
  return planes.map((plane) => plane.slice().reverse());
}
