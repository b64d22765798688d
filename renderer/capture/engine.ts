import type { Recording } from '../host/api-types.ts';
import {
  type CaptureAnswer,
  type CaptureLevels,
  type CaptureLink,
  type CapturePlan,
  type CaptureRequest,
  type CaptureStatus,
  IDLE_STATUS,
  type InputState,
} from './capture-link.ts';
import { canStream } from './device-stream.ts';
import { Hearing } from './hearing.ts';
import { HostClock } from './host-clock.ts';
import { InputRack } from './input-rack.ts';
import { Inputs } from './inputs.ts';
import { PageLock } from './page-lock.ts';
import { type CaptureHost, Recorder } from './recorder.ts';
import type { NotePlace } from './resume-note.ts';
import { SessionNotes } from './session-notes.ts';
import { Troubles } from './troubles.ts';

/** So often devices are looked for that went without a word. */
const LOOK_SECONDS = 2;

/**
 * Microphones to packet frames. Lives in a page of its own or within the visible one, and knows neither. What it asks
 * of its parts: `Inputs` has the devices, `Hearing` the blocks and the meters, `Recorder` the session with its encoders and its
 * frames under way, `SessionNotes` what is noted beside the audio.
 */
export class CaptureEngine implements CaptureLink {
  readonly #host: CaptureHost;
  readonly #statusListeners = new Set<(status: CaptureStatus) => void>();
  readonly #troubles = new Troubles(() => this.#report());
  readonly #lock = new PageLock(() => navigator.locks);
  readonly #hearing: Hearing;
  readonly #inputs: Inputs;
  readonly #notes: SessionNotes;
  readonly #recorder: Recorder;
  #plan: CapturePlan | undefined;
  #states: InputState[] = [];
  #status: CaptureStatus = IDLE_STATUS;
  #connected = true;
  #seconds = 0;
  #hostState: Recording | null = null;
  /** Requests that open and close inputs, one after the other. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(host: CaptureHost, place: NotePlace) {
    this.#host = host;
    const clock = { now: () => performance.now(), originMillis: performance.timeOrigin };
    this.#hearing = new Hearing({
      ...clock,
      onAnchor: () => {
        const { live } = this.#recorder;
        if (live !== undefined) void this.#notes.anchor(live);
      },
    });
    this.#notes = new SessionNotes({
      ...clock,
      recording: host.api.recording,
      hostClock: new HostClock({ ask: host.api.recording.clock, now: clock.now }),
      place,
      positionAt: (millis) => this.#hearing.positionAt(millis),
    });
    this.#inputs = new Inputs({
      media: () => ('mediaDevices' in navigator ? navigator.mediaDevices : undefined),
      newRack: (listeners) =>
        'mediaDevices' in navigator && typeof AudioEncoder !== 'undefined' && canStream()
          ? new InputRack(listeners)
          : undefined,
      wait: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
      troubles: this.#troubles,
      onBlock: (block) => this.#hearing.hear(block),
      onLost: (deviceId) => this.#lost(deviceId),
    });
    this.#recorder = new Recorder({
      host,
      inputs: this.#inputs,
      hearing: this.#hearing,
      notes: this.#notes,
      troubles: this.#troubles,
      onLook: () => void this.#queue(() => this.#look()),
      onChange: () => this.#report(),
    });
  }

  /** Follows host and devices, and joins a recording that an earlier load of this page began. */
  start(): void {
    this.#host.onConnected((connected) => {
      this.#connected = connected;
      this.#recorder.connected(connected);
      this.#report();
    });
    this.#host.api.watch('recording.state', ({ value }) => this.#hostSays(value));
    // A page that is not served safely has no devices at all.
    if ('mediaDevices' in navigator)
      navigator.mediaDevices.addEventListener('devicechange', () => void this.#queue(() => this.#look()));
    setInterval(() => this.#second(), 1000);
  }

  onStatus(listener: (status: CaptureStatus) => void): () => void {
    const own = (status: CaptureStatus): void => listener(status);
    this.#statusListeners.add(own);
    own(this.#status);
    return () => void this.#statusListeners.delete(own);
  }

  onLevels(listener: (levels: CaptureLevels) => void): () => void {
    return this.#hearing.onLevels(listener);
  }

  async request(request: CaptureRequest): Promise<CaptureAnswer> {
    switch (request.kind) {
      case 'arm':
        await this.#queue(() => this.#arm(request.plan));
        return {};
      case 'disarm':
        await this.#queue(() => this.#disarm());
        return {};
      case 'start':
        return this.#queue(() => this.#recorder.start(request.title, this.#plan, this.#states));
      case 'stop':
        return this.#queue(() => this.#recorder.stop());
      case 'mute':
        await this.#mute(request.trackId, request.muted);
        return {};
      case 'mark':
        return { markerId: await this.#notes.mark(request.marker, request.name, request.atMillis) };
      case 'replace':
        await this.#queue(() => this.#replace(request.trackId, request.deviceId, request.deviceLabel));
        return {};
      case 'dismiss':
        this.#troubles.settle(request.trouble);
        return {};
    }
  }

  /** One after the other: opening inputs takes its time, and a later wish counts on the earlier. */
  #queue<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work);
    this.#work = next.catch(() => undefined);
    return next;
  }

  async #mute(trackId: number, muted: boolean): Promise<void> {
    const { live } = this.#recorder;
    if (live !== undefined) await this.#notes.mute(live, trackId, muted);
  }

  async #arm(plan: CapturePlan): Promise<void> {
    if (this.#recorder.live !== undefined) return;
    if (!(await this.#lock.take())) {
      this.#troubles.raise('elsewhere');
      return;
    }
    this.#troubles.settle('elsewhere');
    if (!this.#inputs.prepare()) return;
    const audio = this.#plan?.audio;
    // An open device keeps the processing it was opened with.
    if (audio !== undefined && !sameProcessing(audio, plan.audio)) this.#inputs.keepOnly(new Set());
    this.#plan = plan;
    await this.#inputs.list();
    await this.#open(plan);
  }

  async #open({ tracks, audio }: CapturePlan): Promise<void> {
    if (!this.#inputs.prepare()) return;
    this.#states = tracks.map(() => 'closed');
    this.#hearing.expect(tracks.map(({ channels }) => channels.length));
    await this.#inputs.openAll(tracks, audio, (index, state) => (this.#states[index] = state));
    this.#report();
  }

  /** After a change of devices: opens again what had gone. */
  async #look(): Promise<void> {
    if (this.#phase === 'idle') return;
    await this.#inputs.list();
    if (this.#recorder.inputs !== undefined) await this.#recorder.inputs.look();
    else if (this.#plan !== undefined) await this.#open(this.#plan);
    this.#report();
  }

  /** What nobody told of: an open device that went, or one that the plan waits for. */
  async #watch(): Promise<void> {
    await this.#inputs.list();
    if (this.#recorder.inputs !== undefined || this.#plan === undefined) return;
    const waited = this.#plan.tracks.filter((_, index) =>
      ['lost', 'missing'].includes(this.#states[index] ?? ''),
    );
    const there = new Set(this.#inputs.devices.map(({ deviceId }) => deviceId));
    if (waited.some(({ deviceId }) => there.has(deviceId))) await this.#open(this.#plan);
  }

  async #replace(trackId: number, deviceId: string, label: string): Promise<void> {
    await this.#recorder.inputs?.replace(trackId, { deviceId, label });
    this.#report();
  }

  #lost(deviceId: string): void {
    this.#recorder.inputs?.lost(deviceId);
    for (const [index, track] of (this.#plan?.tracks ?? []).entries())
      if (track.deviceId === deviceId) this.#states[index] = 'lost';
    this.#report();
  }

  /** Looks at what nothing tells by itself. */
  #second(): void {
    if (this.#phase === 'idle') return;
    // A device that a sound server has, such as one without a cable, may go without a word.
    if (++this.#seconds % LOOK_SECONDS === 0) void this.#queue(() => this.#watch());
    this.#hearing.second();
    this.#report();
  }

  #disarm(): Promise<void> {
    if (this.#recorder.live !== undefined) return Promise.resolve();
    this.#plan = undefined;
    this.#states = [];
    this.#inputs.sleep();
    this.#lock.letGo();
    this.#report();
    return Promise.resolve();
  }

  #hostSays(state: Recording | null): void {
    this.#hostState = state;
    if (this.#recorder.live !== undefined) this.#recorder.hostSays(state);
    else if (state?.phase === 'recording') void this.#queue(() => this.#resume(state));
  }

  /** Joins a recording that runs in the host, with the inputs that this page had before it was loaded again. */
  async #resume(state: Recording): Promise<void> {
    const note = this.#notes.read(state.sessionId);
    if (note === undefined || this.#recorder.live !== undefined || !(await this.#lock.take())) return;
    this.#plan = note.plan;
    this.#recorder.phase = 'starting';
    try {
      await this.#inputs.list();
      await this.#open(note.plan);
    } finally {
      this.#recorder.phase = undefined;
    }
    // It may have ended while the inputs were opened.
    if (this.#hostState?.sessionId === state.sessionId) this.#recorder.join(state, note, this.#states);
    else this.#report();
  }

  get #phase(): CaptureStatus['phase'] {
    return this.#recorder.phase ?? (this.#plan === undefined ? 'idle' : 'armed');
  }

  #report(): void {
    const { live } = this.#recorder;
    const planned = (this.#plan?.tracks ?? []).map((input, index) => ({
      trackId: null,
      input,
      state: this.#states[index] ?? ('closed' as const),
      unheardSamples: 0,
    }));
    this.#status = {
      phase: this.#phase,
      sessionId: live?.sessionId ?? null,
      devices: this.#inputs.devices,
      tracks: (live?.tracks ?? planned).map(({ trackId, input, state, unheardSamples }) => ({
        trackId,
        input,
        state,
        unheardSamples,
        deviceChannels: this.#inputs.channelsOf(input.deviceId),
      })),
      troubles: this.#troubles.all,
      connected: this.#connected,
      keptSamples: live?.outbox.keptSamples ?? 0,
    };
    for (const listener of this.#statusListeners) listener(this.#status);
  }
}

function sameProcessing(a: CapturePlan['audio'], b: CapturePlan['audio']): boolean {
  return (
    a.echoCancellation === b.echoCancellation &&
    a.noiseSuppression === b.noiseSuppression &&
    a.autoGainControl === b.autoGainControl
  );
}
