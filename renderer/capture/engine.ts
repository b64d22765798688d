import type { Api } from '../../shared/ipc/contract.ts';
import { sessionTag } from '../../shared/ipc/packet-frame.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { Recording } from '../host/api-types.ts';
import { type Block, BLOCK_SAMPLES } from './block.ts';
import {
  type CaptureAnswer,
  type CaptureLevels,
  type CaptureLink,
  type CapturePlan,
  type CaptureRequest,
  type CaptureStatus,
  type CaptureTrouble,
  IDLE_STATUS,
  type InputState,
} from './capture-link.ts';
import { type CaptureDevice, captureDevices, findDevice } from './devices.ts';
import { FrameClock } from './frame-clock.ts';
import { InputRack } from './input-rack.ts';
import { LevelTap } from './level-tap.ts';
import { LiveRecording, type LiveTrackPlan } from './live-recording.ts';
import { preSkipSamples } from './opus-encoder.ts';
import {
  forgetNote,
  type NotePlace,
  positionLater,
  readNote,
  type ResumeNote,
  saveNote,
} from './resume-note.ts';

/** The host as the engine needs it. */
export interface CaptureHost {
  readonly api: Pick<Api, 'recording' | 'watch'>;
  /** Resolves when the host has the frame. */
  sendPackets(frame: Uint8Array): Promise<void>;
  /** Told whenever the connection is lost or there again. */
  onConnected(listener: (connected: boolean) => void): void;
}

const ANCHOR_BLOCKS = 150;
const LOST_LOOK_MILLIS = 2000;
/** One page of this browser has the microphones. */
const LOCK_NAME = 'tailslate-capture';
/** How long a stop waits for frames that are under way. */
const DRAIN_MILLIS = 5000;

/** Microphones to packet frames. Lives in a page of its own or within the visible one, and knows neither. */
export class CaptureEngine implements CaptureLink {
  readonly #host: CaptureHost;
  readonly #notes: NotePlace;
  readonly #statusListeners = new Set<(status: CaptureStatus) => void>();
  readonly #levelListeners = new Set<(levels: CaptureLevels) => void>();
  readonly #troubles = new Set<CaptureTrouble>();
  #clock = new FrameClock();
  #rack: InputRack | undefined;
  #levels = new LevelTap([]);
  #plan: CapturePlan | undefined;
  #states: InputState[] = [];
  #devices: readonly CaptureDevice[] = [];
  #live: LiveRecording | undefined;
  #phase: CaptureStatus['phase'] = 'idle';
  #status: CaptureStatus = IDLE_STATUS;
  #connected = true;
  #blocks = 0;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  #releaseLock: (() => void) | undefined;
  /** Requests that open and close inputs, one after the other. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(host: CaptureHost, notes: NotePlace) {
    this.#host = host;
    this.#notes = notes;
  }

  /** Follows host and devices, and joins a recording that an earlier load of this page began. */
  start(): void {
    this.#host.onConnected((connected) => {
      this.#connected = connected;
      if (connected) this.#live?.outbox.resume();
      else this.#live?.outbox.pause();
      this.#report();
    });
    this.#host.api.watch('recording.state', ({ value }) => this.#hostSays(value));
    // A page that is not served safely has no devices at all.
    if ('mediaDevices' in navigator)
      navigator.mediaDevices.addEventListener('devicechange', () => void this.#queue(() => this.#look()));
  }

  onStatus(listener: (status: CaptureStatus) => void): () => void {
    const own = (status: CaptureStatus): void => listener(status);
    this.#statusListeners.add(own);
    own(this.#status);
    return () => void this.#statusListeners.delete(own);
  }

  onLevels(listener: (levels: CaptureLevels) => void): () => void {
    const own = (levels: CaptureLevels): void => listener(levels);
    this.#levelListeners.add(own);
    return () => void this.#levelListeners.delete(own);
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
        return this.#queue(() => this.#start(request.title));
      case 'stop':
        return this.#queue(() => this.#stop());
      case 'mute':
        await this.#mute(request.trackId, request.muted);
        return {};
      case 'mark':
        return this.#mark(request.marker, request.name, request.atMillis);
      case 'replace':
        await this.#queue(() => this.#replace(request.trackId, request.deviceId, request.deviceLabel));
        return {};
      case 'wake':
        await this.#rack?.context.resume();
        this.#settle('suspended');
        return {};
      case 'dismiss':
        this.#settle(request.trouble);
        return {};
    }
  }

  /** One after the other: opening inputs takes its time, and a later wish counts on the earlier. */
  #queue<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work);
    this.#work = next.catch(() => undefined);
    return next;
  }

  async #arm(plan: CapturePlan): Promise<void> {
    if (this.#live !== undefined) return;
    if (!(await this.#lock())) {
      this.#raise('elsewhere');
      return;
    }
    this.#settle('elsewhere');
    const rack = this.#openRack();
    if (rack === undefined) return;
    const audio = this.#plan?.audio;
    // An open device keeps the processing it was opened with.
    if (audio !== undefined && !sameProcessing(audio, plan.audio)) rack.keepOnly(new Set());
    this.#plan = plan;
    this.#phase = 'armed';
    await this.#list();
    await this.#open(plan);
  }

  /** Opens what the plan asks for and leads it to a new tap. */
  async #open(plan: CapturePlan): Promise<void> {
    const rack = this.#openRack();
    if (rack === undefined) return;
    rack.keepOnly(new Set(plan.tracks.map(({ deviceId }) => deviceId)));
    this.#states = plan.tracks.map(() => 'closed');
    this.#levels = new LevelTap(plan.tracks.map(({ channels }) => channels.length));
    await rack.tap(plan.tracks.map(({ channels }) => channels.length));
    for (const [index, track] of plan.tracks.entries()) {
      this.#states[index] = await this.#openInput(track.deviceId, plan.audio);
      rack.connect(index, track.deviceId, track.channels);
    }
    if (rack.context.state !== 'running') {
      // A context that waits for a click never answers.
      void rack.context.resume().then(() => this.#settle('suspended'));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    if (plan.tracks.length > 0 && rack.context.state === 'suspended') this.#raise('suspended');
    else this.#settle('suspended');
    this.#report();
  }

  async #openInput(deviceId: string, audio: CapturePlan['audio']): Promise<InputState> {
    if (!this.#devices.some((device) => device.deviceId === deviceId)) return 'missing';
    try {
      await this.#rack?.open(deviceId, audio);
      this.#settle('denied');
      return 'open';
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      if (name === 'NotAllowedError') this.#raise('denied');
      return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'failed';
    }
  }

  /** The inputs there are. Their names are told only to a page that was allowed to hear one. */
  async #list(): Promise<void> {
    const find = async (): Promise<readonly CaptureDevice[]> =>
      captureDevices(await navigator.mediaDevices.enumerateDevices());
    this.#devices = await find();
    if (this.#devices.length === 0 || this.#devices.some(({ label }) => label === '')) {
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
        for (const track of stream.getTracks()) track.stop();
        this.#settle('denied');
        this.#devices = await find();
      } catch (error) {
        if (error instanceof DOMException && error.name === 'NotAllowedError') this.#raise('denied');
      }
    }
    if (this.#devices.length === 0 && !this.#troubles.has('denied')) this.#raise('no-input');
    else this.#settle('no-input');
  }

  /** After a change of devices: opens again what had gone. */
  async #look(): Promise<void> {
    if (this.#phase === 'idle') return;
    await this.#list();
    const live = this.#live;
    if (live === undefined) {
      if (this.#plan !== undefined) await this.#open(this.#plan);
      return;
    }
    for (const track of live.tracks) {
      if (track.state === 'open') continue;
      const device = findDevice(this.#devices, track.input);
      if (device !== undefined) await this.#rejoin(track.trackId, device);
    }
    this.#lookAgain();
    this.#report();
  }

  /** Not every system tells of a device that comes back. */
  #lookAgain(): void {
    clearTimeout(this.#lookTimer);
    if (this.#live?.tracks.some(({ state }) => state !== 'open') !== true) return;
    this.#lookTimer = setTimeout(() => void this.#queue(() => this.#look()), LOST_LOOK_MILLIS);
  }

  async #rejoin(trackId: number, device: CaptureDevice): Promise<void> {
    const live = this.#live;
    const index = live?.tracks.findIndex((track) => track.trackId === trackId) ?? -1;
    const track = live?.tracks[index];
    if (live === undefined || track === undefined) return;
    const state = await this.#openInput(device.deviceId, live.audio);
    if (state !== 'open' || this.#live !== live) return;
    track.input = { ...track.input, deviceId: device.deviceId, deviceLabel: device.label };
    track.state = 'open';
    this.#rack?.connect(index, device.deviceId, track.input.channels);
    this.#tellDevice(live, trackId, 'returned', inputLabel(track.input));
    this.#saveNote();
  }

  async #replace(trackId: number, deviceId: string, deviceLabel: string): Promise<void> {
    const live = this.#live;
    const track = live?.tracks.find((other) => other.trackId === trackId);
    if (live === undefined || track === undefined) return;
    if (track.state === 'open') {
      track.state = 'lost';
      this.#tellDevice(live, trackId, 'lost', inputLabel(track.input));
    }
    await this.#rejoin(trackId, { deviceId, label: deviceLabel });
    this.#rack?.keepOnly(new Set(live.tracks.map(({ input }) => input.deviceId)));
    this.#lookAgain();
    this.#report();
  }

  #lost(deviceId: string): void {
    const live = this.#live;
    if (live === undefined) {
      for (const [index, track] of (this.#plan?.tracks ?? []).entries())
        if (track.deviceId === deviceId) this.#states[index] = 'lost';
    } else {
      for (const track of live.tracks) {
        if (track.input.deviceId !== deviceId || track.state !== 'open') continue;
        track.state = 'lost';
        void track.recorder.pause();
        this.#tellDevice(live, track.trackId, 'lost', inputLabel(track.input));
      }
      this.#lookAgain();
    }
    this.#report();
  }

  #tellDevice(live: LiveRecording, trackId: number, kind: 'lost' | 'returned', label: string): void {
    const positionSamples = live.newestSamples;
    void this.#tell(this.#host.api.recording.device({ trackId, kind, label, positionSamples }));
  }

  async #start(title: string): Promise<CaptureAnswer> {
    const plan = this.#plan;
    const rack = this.#rack;
    if (this.#live !== undefined) throw new AppError('locked', 'A session is being recorded already.');
    if (plan === undefined || rack === undefined || !this.#states.includes('open')) {
      throw new AppError('nothing-to-do', 'No input is open, so there is nothing to record.', {
        next: 'Choose an input for at least one track.',
      });
    }
    this.#phase = 'starting';
    this.#report();
    const tracks = plan.tracks.map((input, trackId): LiveTrackPlan => {
      const state = this.#states[trackId] ?? 'closed';
      return { input, trackId, muted: false, state };
    });
    let begun: LiveRecording | undefined;
    try {
      const preSkip = new Map<number, number>();
      for (const { channels } of plan.tracks)
        preSkip.set(
          channels.length,
          await preSkipSamples({ ...plan.audio, channels: channels.length === 2 ? 2 : 1 }),
        );
      // From here on nothing is missed: blocks wait for the session that they belong to.
      const live = this.#begin(tracks, plan.audio, () => 0);
      begun = live;
      const { sessionId } = await this.#host.api.recording.start({
        title,
        tracks: plan.tracks.map((track) => ({
          name: track.name,
          colorIndex: track.colorIndex,
          channels: track.channels.length === 2 ? (2 as const) : (1 as const),
          preSkipSamples: preSkip.get(track.channels.length) ?? 0,
          inputRate: rack.rateOf(track.deviceId),
          inputLabel: inputLabel(track),
        })),
      });
      this.#run(live, sessionId);
      for (const { trackId, state, input } of live.tracks)
        if (state !== 'open') this.#tellDevice(live, trackId, 'lost', inputLabel(input));
      this.#lookAgain();
      return { sessionId };
    } catch (error) {
      begun?.abandon();
      this.#live = undefined;
      this.#phase = 'armed';
      this.#report();
      throw error instanceof AppError
        ? error
        : new AppError('unavailable', `This browser cannot record: ${String(error)}`, { cause: error });
    }
  }

  #begin(
    tracks: readonly LiveTrackPlan[],
    audio: CapturePlan['audio'],
    firstSamples: (atMillis: number) => number,
  ): LiveRecording {
    const live = new LiveRecording(tracks, audio, firstSamples, {
      send: (frame) => this.#host.sendPackets(frame),
      after: (millis, run) => void setTimeout(run, millis),
      onLost: () => this.#raise('packets-lost'),
      onEncoderError: () => this.#raise('encoder'),
    });
    if (!this.#connected) live.outbox.pause();
    this.#live = live;
    this.#blocks = 0;
    return live;
  }

  #run(live: LiveRecording, sessionId: string): void {
    live.sessionId = sessionId;
    live.outbox.open(sessionTag(sessionId));
    this.#phase = 'recording';
    this.#settle('ended');
    this.#saveNote();
    this.#report();
  }

  async #stop(): Promise<CaptureAnswer> {
    const live = this.#live;
    if (live?.sessionId === undefined) throw new AppError('nothing-to-do', 'This window is not recording.');
    this.#phase = 'stopping';
    this.#report();
    const finished = live.finish().then(() => true);
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), DRAIN_MILLIS));
    if (!(await Promise.race([finished, late]))) this.#raise('packets-lost');
    try {
      const { sessionId } = await this.#host.api.recording.stop({ positionSamples: live.newestSamples });
      this.#end();
      return { sessionId };
    } catch (error) {
      this.#phase = 'armed';
      this.#end();
      throw error;
    }
  }

  #end(): void {
    this.#live?.abandon();
    this.#live = undefined;
    clearTimeout(this.#lookTimer);
    this.#phase = this.#plan === undefined ? 'idle' : 'armed';
    forgetNote(this.#notes);
    this.#report();
  }

  async #disarm(): Promise<void> {
    if (this.#live !== undefined) return;
    this.#plan = undefined;
    this.#states = [];
    this.#phase = 'idle';
    await this.#rack?.sleep();
    this.#releaseLock?.();
    this.#releaseLock = undefined;
    this.#report();
  }

  async #mute(trackId: number, muted: boolean): Promise<void> {
    const live = this.#live;
    const track = live?.tracks.find((other) => other.trackId === trackId);
    if (live === undefined || track === undefined) return;
    const positionSamples = live.newestSamples;
    await this.#host.api.recording.mute({ trackId, muted, positionSamples });
    track.muted = muted;
    this.#saveNote();
  }

  async #mark(kind: 'marker' | 'slate', name: string, atMillis: number): Promise<CaptureAnswer> {
    const live = this.#live;
    const frame = this.#clock.frameAt(atMillis - performance.timeOrigin);
    const positionSamples = frame === undefined ? undefined : live?.positionOf(frame);
    if (positionSamples === undefined)
      throw new AppError('nothing-to-do', 'Nothing is being recorded, so there is no place for a marker.');
    const { markerId } = await this.#host.api.recording.addMarker({ positionSamples, kind, name });
    return { markerId };
  }

  #hostSays(state: Recording | null): void {
    const live = this.#live;
    if (live === undefined) {
      if (state?.phase === 'recording') void this.#queue(() => this.#resume(state));
      return;
    }
    if (live.sessionId === undefined || this.#phase === 'stopping') return;
    const same = state?.sessionId === live.sessionId;
    live.seen ||= same;
    for (const { trackId, muted } of same ? state.tracks : []) {
      const track = live.tracks.find((other) => other.trackId === trackId);
      if (track !== undefined) track.muted = muted;
    }
    // It was ended there: by a full disk, by another window, or with the program itself.
    if (live.seen && (!same || state.phase !== 'recording')) {
      if (!same) this.#raise('ended');
      this.#end();
    }
  }

  /** Joins a recording that runs in the host, with the inputs that this page had before it was loaded again. */
  async #resume(state: Recording): Promise<void> {
    const note = readNote(this.#notes, state.sessionId);
    if (note === undefined || this.#live !== undefined || !(await this.#lock())) return;
    this.#plan = note.plan;
    this.#phase = 'starting';
    await this.#list();
    await this.#open(note.plan);
    const newestSamples = Math.max(0, ...state.tracks.map(({ receivedSamples }) => receivedSamples));
    const tracks = note.plan.tracks.map((input, index): LiveTrackPlan => {
      const trackId = note.trackIds[index] ?? index;
      const muted = state.tracks.find((track) => track.trackId === trackId)?.muted ?? false;
      return { input, trackId, muted, state: this.#states[index] ?? 'closed' };
    });
    const live = this.#begin(tracks, note.plan.audio, (atMillis) =>
      Math.max(newestSamples, positionLater(note, atMillis) - BLOCK_SAMPLES),
    );
    for (const { trackId, state: input, input: planned } of live.tracks) {
      // Told in this order, the hole before is explained: the input was away.
      const label = inputLabel(planned);
      const at = { trackId, label, positionSamples: newestSamples };
      void this.#tell(this.#host.api.recording.device({ ...at, kind: 'lost' }));
      if (input === 'open') void this.#tell(this.#host.api.recording.device({ ...at, kind: 'returned' }));
    }
    this.#run(live, state.sessionId);
    this.#lookAgain();
  }

  #openRack(): InputRack | undefined {
    if (this.#rack !== undefined) return this.#rack;
    if (!('mediaDevices' in navigator) || typeof AudioEncoder === 'undefined') {
      this.#raise('unsupported');
      return undefined;
    }
    this.#rack = new InputRack(
      (block) => this.#onBlock(block),
      (deviceId) => this.#lost(deviceId),
    );
    this.#rack.context.addEventListener('statechange', () => {
      const { state } = this.#rack?.context ?? {};
      if (state === 'running') this.#settle('suspended');
      else if (this.#live !== undefined) {
        this.#raise('suspended');
        void this.#rack?.context.resume();
      }
    });
    return this.#rack;
  }

  #onBlock(block: Block): void {
    const nowMillis = performance.now();
    const live = this.#live;
    const endFrame = block.frame + BLOCK_SAMPLES;
    const lostSamples = this.#clock.note(endFrame, nowMillis);
    if (lostSamples > 0) live?.skip(lostSamples);
    const loudness = this.#levels.measure(block);
    live?.take(block, loudness, performance.timeOrigin + nowMillis);
    this.#blocks++;
    // The first anchor soon, since T0 hangs on it.
    if (live?.sessionId !== undefined && this.#blocks % ANCHOR_BLOCKS === 25) this.#anchor(live);
    const tracks = this.#levels.due();
    if (tracks === undefined) return;
    const atMillis = performance.timeOrigin + nowMillis;
    const levels = { positionSamples: live?.positionOf(endFrame) ?? null, atMillis, tracks };
    for (const listener of this.#levelListeners) listener(levels);
    if (live !== undefined && this.#blocks % 50 === 0) this.#report();
  }

  #anchor(live: LiveRecording): void {
    const frame = this.#clock.frameAt(performance.now());
    const positionSamples = frame === undefined ? undefined : live.positionOf(frame);
    if (positionSamples === undefined) return;
    void this.#tell(this.#host.api.recording.anchor({ positionSamples, ageMillis: 0 }));
    this.#saveNote();
  }

  #saveNote(): void {
    const live = this.#live;
    const nowMillis = performance.now();
    const frame = this.#clock.frameAt(nowMillis);
    const positionSamples = frame === undefined ? undefined : live?.positionOf(frame);
    if (live?.sessionId === undefined || positionSamples === undefined) return;
    const note: ResumeNote = {
      sessionId: live.sessionId,
      trackIds: live.tracks.map(({ trackId }) => trackId),
      muted: live.tracks.map(({ muted }) => muted),
      plan: { tracks: live.tracks.map(({ input }) => input), audio: live.audio },
      positionSamples,
      atMillis: performance.timeOrigin + nowMillis,
    };
    saveNote(this.#notes, note);
  }

  /** A note to the host that it may miss: what it is about is in the packets too, or comes again. */
  async #tell(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  /** @returns whether this page has the microphones; it keeps them until it is disarmed or gone. */
  async #lock(): Promise<boolean> {
    if (this.#releaseLock !== undefined) return true;
    return new Promise((resolve) => {
      void navigator.locks.request(LOCK_NAME, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (lock === null) return undefined;
        return new Promise<void>((release) => {
          this.#releaseLock = release;
        });
      });
    });
  }

  #raise(trouble: CaptureTrouble): void {
    if (this.#troubles.has(trouble)) return;
    this.#troubles.add(trouble);
    this.#report();
  }

  #settle(trouble: CaptureTrouble): void {
    if (this.#troubles.delete(trouble)) this.#report();
  }

  #report(): void {
    const live = this.#live;
    const planned = this.#plan?.tracks ?? [];
    this.#status = {
      phase: this.#phase,
      sessionId: live?.sessionId ?? null,
      devices: this.#devices,
      tracks:
        live === undefined
          ? planned.map((input, index) => ({
              trackId: null,
              input,
              state: this.#states[index] ?? 'closed',
              deviceChannels: this.#rack?.channelsOf(input.deviceId) ?? null,
            }))
          : live.tracks.map(({ trackId, input, state }) => ({
              trackId,
              input,
              state,
              deviceChannels: this.#rack?.channelsOf(input.deviceId) ?? null,
            })),
      troubles: [...this.#troubles],
      connected: this.#connected,
      keptSamples: live?.outbox.keptSamples ?? 0,
    };
    for (const listener of this.#statusListeners) listener(this.#status);
  }
}

/** As the log and the host call it: "Scarlett, input 1". */
function inputLabel({ deviceLabel, channels }: { deviceLabel: string; channels: readonly number[] }): string {
  const numbers = channels.map((channel) => channel + 1).join(', ');
  return `${deviceLabel}, input${channels.length > 1 ? 's' : ''} ${numbers}`.slice(0, 300);
}

function sameProcessing(a: CapturePlan['audio'], b: CapturePlan['audio']): boolean {
  return (
    a.echoCancellation === b.echoCancellation &&
    a.noiseSuppression === b.noiseSuppression &&
    a.autoGainControl === b.autoGainControl
  );
}
