import type { Api } from '../../shared/ipc/contract.ts';
import { sessionTag } from '../../shared/ipc/packet-frame.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { Recording } from '../host/api-types.ts';
import type { CaptureAnswer, CapturePlan, InputState } from './capture-link.ts';
import type { Hearing } from './hearing.ts';
import type { Inputs } from './inputs.ts';
import { LiveInputs } from './live-inputs.ts';
import { inputLabel, LiveRecording, type LiveTrackPlan } from './live-recording.ts';
import { preSkipSamples } from './opus-encoder.ts';
import { positionLater, type ResumeNote } from './resume-note.ts';
import type { SessionNotes } from './session-notes.ts';
import type { Troubles } from './troubles.ts';

/** The host as the engine needs it. */
export interface CaptureHost {
  readonly api: Pick<Api, 'recording' | 'watch'>;
  /** Resolves when the host has the frame. */
  sendPackets(frame: Uint8Array): Promise<void>;
  /** Told whenever the connection is lost or there again. */
  onConnected(listener: (connected: boolean) => void): void;
}

/** How long a stop waits for frames that are under way. */
const DRAIN_MILLIS = 5000;

export interface RecorderPorts {
  readonly host: CaptureHost;
  readonly inputs: Inputs;
  readonly hearing: Hearing;
  readonly notes: SessionNotes;
  readonly troubles: Troubles;
  /** An input is missing: it is time to look for it. */
  readonly onLook: () => void;
  readonly onChange: () => void;
}

/** A session that is recorded, from its start, or from where an earlier load of the page left it, to its end. */
export class Recorder {
  readonly #ports: RecorderPorts;
  phase: 'starting' | 'recording' | 'stopping' | undefined;
  #live: LiveRecording | undefined;
  #inputs: LiveInputs | undefined;
  #connected = true;

  constructor(ports: RecorderPorts) {
    this.#ports = ports;
  }

  /** Undefined while nothing is recorded. */
  get live(): LiveRecording | undefined {
    return this.#live;
  }

  /** The inputs of what is recorded. */
  get inputs(): LiveInputs | undefined {
    return this.#inputs;
  }

  /** The connection to the host is lost or there again. */
  connected(connected: boolean): void {
    this.#connected = connected;
    if (connected) this.#live?.outbox.resume();
    else this.#live?.outbox.pause();
  }

  /** @throws AppError when nothing can be recorded. */
  async start(
    title: string,
    plan: CapturePlan | undefined,
    states: readonly InputState[],
  ): Promise<CaptureAnswer> {
    const { host, inputs, notes, onChange } = this.#ports;
    if (this.#live !== undefined) throw new AppError('locked', 'A session is being recorded already.');
    if (plan === undefined || !states.includes('open')) {
      throw new AppError('nothing-to-do', 'No input is open, so there is nothing to record.', {
        next: 'Choose an input for at least one track.',
      });
    }
    this.phase = 'starting';
    onChange();
    const tracks = plan.tracks.map((input, trackId): LiveTrackPlan => {
      return { input, trackId, muted: false, state: states[trackId] ?? 'closed' };
    });
    try {
      const preSkip = new Map<number, number>();
      for (const count of new Set(plan.tracks.map(({ channels }) => channels.length)))
        preSkip.set(count, await preSkipSamples({ ...plan.audio, channels: count === 2 ? 2 : 1 }));
      // From here on nothing is missed: blocks wait for the session that they belong to.
      const live = this.#begin(tracks, plan.audio, () => 0);
      const { sessionId } = await host.api.recording.start({
        title,
        tracks: plan.tracks.map((track) => ({
          name: track.name,
          colorIndex: track.colorIndex,
          channels: track.channels.length === 2 ? (2 as const) : (1 as const),
          preSkipSamples: preSkip.get(track.channels.length) ?? 0,
          inputRate: inputs.rateOf(track.deviceId),
          inputLabel: inputLabel(track),
        })),
      });
      this.#run(live, sessionId);
      for (const { trackId, state, input } of live.tracks)
        if (state !== 'open') notes.device(trackId, 'lost', inputLabel(input), live.newestSamples);
      return { sessionId };
    } catch (error) {
      this.#letGo();
      onChange();
      throw error instanceof AppError
        ? error
        : new AppError('unavailable', `This browser cannot record: ${String(error)}`, { cause: error });
    }
  }

  /** Goes on with a session that runs in the host, as the note of an earlier load says. */
  join(state: Recording, note: ResumeNote, states: readonly InputState[]): void {
    const newestSamples = Math.max(0, ...state.tracks.map(({ receivedSamples }) => receivedSamples));
    const tracks = note.plan.tracks.map((input, index): LiveTrackPlan => {
      const trackId = note.trackIds[index] ?? index;
      const muted = state.tracks.find((track) => track.trackId === trackId)?.muted ?? false;
      return { input, trackId, muted, state: states[index] ?? 'closed' };
    });
    const { hearing, notes } = this.#ports;
    const live = this.#begin(tracks, note.plan.audio, (frame) =>
      Math.max(newestSamples, positionLater(note, hearing.unixMillisOf(frame))),
    );
    for (const { trackId, state: input, input: planned } of live.tracks) {
      // Told in this order, the hole before is explained: the input was away.
      notes.device(trackId, 'lost', inputLabel(planned), newestSamples);
      if (input === 'open') notes.device(trackId, 'returned', inputLabel(planned), newestSamples);
    }
    this.#run(live, state.sessionId);
  }

  /** @throws AppError when nothing is recorded, or as the host does; the recording is over all the same. */
  async stop(): Promise<CaptureAnswer> {
    const live = this.#live;
    if (live?.sessionId === undefined) throw new AppError('nothing-to-do', 'This window is not recording.');
    const { host, inputs, hearing, troubles, onChange } = this.#ports;
    // Where no input is left the session is as long as it took.
    const away = live.tracks.every(({ state }) => state !== 'open') ? hearing.nowSamples : undefined;
    this.phase = 'stopping';
    onChange();
    inputs.flush();
    const finished = live.finish().then(() => true);
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), DRAIN_MILLIS));
    if (!(await Promise.race([finished, late]))) troubles.raise('packets-lost');
    try {
      const { sessionId } = await host.api.recording.stop({
        positionSamples: Math.max(live.newestSamples, away ?? 0),
      });
      return { sessionId };
    } finally {
      this.#end();
    }
  }

  /** What the host records, or that it records nothing. */
  hostSays(state: Recording | null): void {
    const live = this.#live;
    if (live?.sessionId === undefined || this.phase === 'stopping') return;
    const same = state?.sessionId === live.sessionId;
    live.seen ||= same;
    for (const { trackId, muted } of same ? state.tracks : []) {
      const track = live.tracks.find((other) => other.trackId === trackId);
      if (track !== undefined) track.muted = muted;
    }
    // It was ended there: by a full disk, by another window, or with the program itself.
    if (live.seen && (!same || state.phase !== 'recording')) {
      if (!same) this.#ports.troubles.raise('ended');
      this.#end();
    }
  }

  #begin(
    tracks: readonly LiveTrackPlan[],
    audio: CapturePlan['audio'],
    firstSamples: (frame: number) => number,
  ): LiveRecording {
    const { host, inputs, hearing, notes, troubles, onLook } = this.#ports;
    const live = new LiveRecording(tracks, audio, firstSamples, {
      send: (frame) => host.sendPackets(frame),
      after: (millis, run) => void setTimeout(run, millis),
      onLost: () => troubles.raise('packets-lost'),
      onEncoderError: () => troubles.raise('encoder'),
      onSkipped: () => troubles.raise('skipped'),
    });
    if (!this.#connected) live.outbox.pause();
    this.#live = live;
    this.#inputs = new LiveInputs(live, {
      inputs,
      after: (millis, run) => {
        const timer = setTimeout(run, millis);
        return () => clearTimeout(timer);
      },
      onLook,
      tellDevice: (trackId, kind, label) => notes.device(trackId, kind, label, live.newestSamples),
      onRejoined: () => notes.save(live),
    });
    hearing.follow(live);
    return live;
  }

  #run(live: LiveRecording, sessionId: string): void {
    live.sessionId = sessionId;
    live.outbox.open(sessionTag(sessionId));
    this.phase = 'recording';
    this.#ports.troubles.settle('ended');
    this.#ports.notes.save(live);
    this.#inputs?.lookLater();
    this.#ports.onChange();
  }

  #end(): void {
    this.#letGo();
    this.#ports.notes.forget();
    this.#ports.onChange();
  }

  #letGo(): void {
    this.#live?.abandon();
    this.#inputs?.end();
    this.#live = undefined;
    this.#inputs = undefined;
    this.phase = undefined;
    this.#ports.hearing.follow(undefined);
  }
}
