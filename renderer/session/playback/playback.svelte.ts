import { AppError } from '../../../shared/model/errors.ts';
import { t } from '../../messages/locale.svelte.ts';
import { levelsAfter, NO_LEVELS } from '../meter.ts';
import type { FetchMedia } from '../peak-store.ts';
import type { Timeline } from '../timeline.svelte.ts';
import type { AudioOutput, AudioPort } from './audio-port.ts';
import { LaneDecoder } from './lane-decoder.ts';
import { PacketSource } from './packet-source.ts';
import { Scheduler, type Speed } from './scheduler.ts';

const FASTEST = 8;
const PUMP_MILLIS = 100;

/** What is played: a timeline and its players. */
interface Played {
  readonly timeline: Timeline;
  readonly playerIds: readonly string[];
}

/** Plays the open session: from its packets, all lanes from the same sample. */
export class Playback {
  speed = $state<Speed | 0>(0);
  /** Audio is on its way. */
  isWaiting = $state(false);
  levels = $state.raw(NO_LEVELS);
  readonly #played: () => Played | null;
  readonly #fetch: FetchMedia;
  readonly #audio: AudioPort;
  readonly #after: (millis: number, run: () => void) => void;
  readonly #failed: (error: unknown) => void;
  #running:
    { readonly scheduler: Scheduler; readonly output: AudioOutput; readonly end: () => void } | undefined;
  /** Grows with every start and stop: what began before is none of the present's. */
  #serial = 0;

  constructor(options: {
    readonly played: () => Played | null;
    readonly fetch: FetchMedia;
    readonly audio: AudioPort;
    readonly after: (millis: number, run: () => void) => void;
    readonly failed: (error: unknown) => void;
  }) {
    this.#played = options.played;
    this.#fetch = options.fetch;
    this.#audio = options.audio;
    this.#after = options.after;
    this.#failed = options.failed;
  }

  get isPlaying(): boolean {
    return this.speed !== 0;
  }

  /** Plays, from the start where the end was reached; or stops. */
  async toggle(): Promise<void> {
    if (this.isPlaying) {
      this.stop();
      return;
    }
    const timeline = this.#played()?.timeline;
    if (timeline !== undefined && timeline.playheadSamples >= timeline.view.durationSamples)
      timeline.place(0);
    await this.#start(1);
  }

  /** J and L: plays in a direction, and faster each time it is asked for again. */
  async shuttle(direction: 1 | -1): Promise<void> {
    const same = Math.sign(this.speed) === direction;
    await this.#start((same ? Math.min(FASTEST, Math.abs(this.speed) * 2) * direction : direction) as Speed);
  }

  stop(): void {
    this.#serial += 1;
    this.#running?.end();
    this.#running = undefined;
    this.speed = 0;
    this.isWaiting = false;
    this.levels = NO_LEVELS;
  }

  /** Goes to a moment, and plays on from there. */
  seek(samples: number): void {
    this.#played()?.timeline.place(samples);
    const { speed } = this;
    if (speed !== 0) void this.#start(speed);
  }

  async #start(speed: Speed): Promise<void> {
    const played = this.#played();
    this.stop();
    const serial = this.#serial;
    if (played === null || played.timeline.view.durationSamples === 0) return;
    this.speed = speed;
    this.isWaiting = true;
    if (!(await this.#audio.canDecode())) {
      if (serial !== this.#serial) return;
      this.stop();
      this.#failed(
        new AppError('unsupported', t('playback.unsupported'), { next: t('playback.unsupportedNext') }),
      );
      return;
    }
    if (serial !== this.#serial) return;
    this.#run(played, speed);
  }

  #run({ timeline, playerIds }: Played, speed: Speed): void {
    const serial = this.#serial;
    const output = this.#audio.open();
    const scheduler = new Scheduler({
      output,
      lanes: playerIds.map((playerId) => {
        const source = new PacketSource(timeline.sessionId, playerId, this.#fetch);
        const decoder = new LaneDecoder(source, this.#audio.makeDecoder);
        return {
          playerId,
          read: (start: number, end: number, signal: AbortSignal) => decoder.read(start, end, signal),
          close: () => decoder.close(),
        };
      }),
      fromSamples: timeline.playheadSamples,
      speed,
      durationSamples: timeline.view.durationSamples,
      onLost: (playerId, samples) => timeline.markUndecodable(playerId, samples),
    });
    const endFrames = this.#audio.eachFrame((seconds) =>
      this.#show(timeline, scheduler, output, playerIds, seconds),
    );
    const end = (): void => {
      endFrames();
      scheduler.close();
      output.close();
    };
    this.#running = { scheduler, output, end };
    const pump = (): void => {
      if (serial !== this.#serial) return;
      scheduler.pump().catch((error: unknown) => {
        if (serial !== this.#serial) return;
        this.stop();
        this.#failed(error);
      });
      this.#after(PUMP_MILLIS, pump);
    };
    pump();
  }

  #show(
    timeline: Timeline,
    scheduler: Scheduler,
    output: AudioOutput,
    playerIds: readonly string[],
    seconds: number,
  ): void {
    for (const playerId of playerIds) output.setGain(playerId, timeline.isHeard(playerId) ? 1 : 0);
    scheduler.watch();
    this.isWaiting = scheduler.isWaiting;
    timeline.place(scheduler.positionSamples);
    this.levels = levelsAfter(this.levels, playerIds, scheduler.levels(), seconds);
    if (scheduler.hasEnded) this.stop();
  }
}
