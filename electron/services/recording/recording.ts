import type { recording as recordingDomain } from '../../../shared/ipc/contract/recording.ts';
import type { Implementation, Infer } from '../../../shared/ipc/declare.ts';
import type { PacketFrame } from '../../../shared/ipc/packet-frame.ts';
import { WatchedValue } from '../../../shared/ipc/watched-value.ts';
import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import type { LogTimer } from '../../io/log-file/log-clock.ts';
import { tellOfJump, tellOfSilence } from './page-alerts.ts';
import { tellOfFailure, tellOfFullDisk, tellOfLag, tellOfRoom } from './disk-alerts.ts';
import { DiskForecast, RESERVE_BYTES } from './disk-forecast.ts';
import { type Acceptance, LiveSession, type RecordingState } from './live-session.ts';
import { liveTrack } from './new-track.ts';
import type { RecordingLog, RecordingPorts } from './ports.ts';
import { SteadyClock } from './steady-clock.ts';

type StartInput = Infer<typeof recordingDomain.calls.start.input>;
type Started = Infer<typeof recordingDomain.calls.start.output>;

/** Ten times a second is as often as anybody sees. */
const PUBLISH_MILLIS = 100;
/** How often disk and clocks are looked at. */
const CHECK_MILLIS = 2000;
/** A session being recorded, and what belongs to it alone. */
interface Running {
  readonly session: LiveSession;
  readonly folder: string;
  readonly clock: SteadyClock;
  readonly forecast: DiskForecast;
  /** Resolves when the session has ended, whoever ended it. */
  ending: Promise<void> | undefined;
}

/**
 * Records one session at a time. Packets arrive as frames and go to the session's log at once; all else is calls of the
 * contract. The session ends by `stop`, by a disk that fills up, or by `close`, and is whole in every case.
 */
export class Recording implements Implementation<typeof recordingDomain> {
  readonly values: { readonly state: WatchedValue<RecordingState | null> };
  readonly calls: Implementation<typeof recordingDomain>['calls'];
  readonly #ports: RecordingPorts;
  readonly #state = new WatchedValue<RecordingState | null>(null);
  #running: Running | undefined;
  #starting: Promise<unknown> | undefined;
  #publishTimer: LogTimer | undefined;
  #checkTimer: LogTimer | undefined;

  constructor(ports: RecordingPorts) {
    this.#ports = ports;
    this.values = { state: this.#state };
    this.calls = {
      start: (input) => this.#start(input),
      addTrack: (input) => this.#change((session) => ({ trackId: session.addTrack(input) })),
      renameTrack: ({ trackId, name }) => this.#change((session) => (session.renameTrack(trackId, name), {})),
      clock: () => Promise.resolve({ monotonicMicros: ports.clock.monotonicMicros() }),
      anchor: ({ positionSamples, monotonicMicros }) =>
        this.#change((session) => (session.anchor(positionSamples, monotonicMicros), {})),
      mute: ({ trackId, muted, positionSamples }) =>
        this.#change((session) => (session.mute(trackId, muted, positionSamples), {})),
      device: ({ trackId, kind, label, positionSamples }) =>
        this.#change((session) => (session.device(trackId, kind, label, positionSamples), {})),
      addMarker: ({ positionSamples, kind, name }) =>
        this.#change((session) => ({ markerId: session.addMarker(positionSamples, kind, name) })),
      renameMarker: ({ markerId, name }) =>
        this.#change((session) => (session.renameMarker(markerId, name), {})),
      dismissAlert: ({ alertId }) => {
        this.#running?.session.alerts.dismiss(alertId);
        this.#publish();
        return Promise.resolve({});
      },
      stop: ({ positionSamples }) => this.#stop(positionSamples),
    };
  }

  /** Takes a frame of a capture page. Never throws; what is wrong with a frame is an alert. */
  accept(frame: PacketFrame): Acceptance {
    const running = this.#running;
    if (running === undefined) return 'refused';
    const accepted = running.session.accept(frame);
    this.#publishSoon();
    return accepted;
  }

  /** Ends a running session in order, as before the program quits. Never throws: what is on disk is whole. */
  async close(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    const running = this.#running;
    if (running === undefined) return;
    await this.#end(running, running.session.newestSamples).catch(() => undefined);
    this.#forget();
  }

  async #start(input: StartInput): Promise<Started> {
    // A session that the disk ended stays to be seen until somebody stops it or starts the next.
    const isRunning = this.#running !== undefined && this.#running.session.phase !== 'failed';
    if (isRunning || this.#starting !== undefined) {
      throw new AppError('locked', 'A session is being recorded already.', {
        next: 'Stop it before you start another.',
      });
    }
    const starting = this.#begin(input);
    this.#starting = starting;
    try {
      return await starting;
    } finally {
      this.#starting = undefined;
    }
  }

  async #begin({ title, tracks }: StartInput): Promise<Started> {
    const ports = this.#ports;
    const clock = new SteadyClock(ports.clock);
    const session = new LiveSession({
      sessionId: ports.newSessionId(),
      title,
      zone: ports.zone(),
      durabilityMillis: ports.durabilityMillis(),
      appVersion: ports.appVersion,
      clock,
      tracks: tracks.map((track, id) => liveTrack(id, track)),
    });
    const { folder, log } = await this.#openLog(session, clock, () => {
      if (this.#running?.session === session) this.#onLogState(this.#running);
    });
    session.begin(log);
    this.#forget();
    const running: Running = { session, folder, clock, forecast: new DiskForecast(), ending: undefined };
    this.#running = running;
    await this.#check(running);
    this.#publish();
    ports.onSession?.({ folder, sessionId: session.sessionId, recording: true });
    return { sessionId: session.sessionId, trackIds: tracks.map((_track, id) => id) };
  }

  /** Makes the folder; a name that is taken leads to the next. */
  async #openLog(
    session: LiveSession,
    clock: SteadyClock,
    onState: () => void,
  ): Promise<{ folder: string; log: RecordingLog }> {
    const { openLog, folders, freeBytes } = this.#ports;
    const manifest = session.manifest(null);
    const { sessionId, t0UnixMicros, zone, title, tracks } = manifest;
    let taken: unknown;
    for (const folder of folders(title, t0UnixMicros, zone)) {
      session.freeBytes = await freeBytes(folder);
      if ((session.freeBytes ?? Infinity) <= RESERVE_BYTES) throw tooFull(folder, session.freeBytes ?? 0);
      const identity = { sessionId, t0UnixMicros, zone, tracks };
      try {
        const log = await openLog(folder, {
          identity,
          manifest,
          durabilityMillis: session.durabilityMillis,
          clock: () => clock.reading(),
          onState,
        });
        return { folder, log };
      } catch (error) {
        if (!(error instanceof AppError) || (error.code !== 'exists' && error.code !== 'locked')) throw error;
        taken = error;
      }
    }
    throw taken;
  }

  /** Runs a call on the session that is being recorded. */
  #change<T>(work: (session: LiveSession) => T): Promise<T> {
    return new Promise((resolve) => {
      const { session } = this.#expectRunning();
      if (session.phase !== 'recording') throw notRecording();
      resolve(work(session));
      this.#publish();
    });
  }

  async #stop(positionSamples: number): Promise<{ sessionId: string }> {
    await this.#starting?.catch(() => undefined);
    const running = this.#expectRunning();
    const { session } = running;
    await this.#end(running, session.endAt(positionSamples));
    if (this.#running === running) this.#forget();
    return { sessionId: session.sessionId };
  }

  /** Ends the session once; everybody who asks waits for the same end. @throws AppError when the disk refuses. */
  #end(running: Running, endSamples: number): Promise<void> {
    running.ending ??= this.#finish(running, endSamples);
    return running.ending;
  }

  async #finish(running: Running, endSamples: number): Promise<void> {
    const { session, folder } = running;
    if (session.phase === 'failed') return;
    session.phase = 'stopping';
    this.#publish();
    try {
      await session.log.end(endSamples, session.manifest(endSamples));
    } catch (error) {
      tellOfFailure(session, error);
      session.phase = 'failed';
      this.#publish();
      // Asked again, there is nothing more to be done.
      running.ending = Promise.resolve();
      throw error;
    } finally {
      this.#ports.onSession?.({ folder, sessionId: session.sessionId, recording: false });
    }
  }

  #onLogState(running: Running): void {
    const { session, folder } = running;
    const { failure, lagMillis } = session.log.state;
    if (failure !== undefined && session.phase === 'recording') {
      session.phase = 'failed';
      tellOfFailure(session, failure);
      this.#publish();
      running.ending = session.log.close().then(() => {
        this.#ports.onSession?.({ folder, sessionId: session.sessionId, recording: false });
      });
      return;
    }
    tellOfLag(session, lagMillis);
    this.#publishSoon();
  }

  /** Looks at what changes by itself, again and again until the session ends. */
  async #check(running: Running): Promise<void> {
    const { session, folder, clock, forecast } = running;
    tellOfJump(session, clock.jumpMicros());
    tellOfSilence(session, clock.monotonicMicros());
    session.freeBytes = await this.#ports.freeBytes(folder).catch(() => undefined);
    if (this.#running !== running || session.phase !== 'recording') return;
    forecast.add(clock.monotonicMicros(), session.writtenBytes);
    if (!(await this.#diskHasRoom(running))) return;
    this.#publishSoon();
    this.#checkTimer = this.#ports.clock.setTimer(() => void this.#check(running), CHECK_MILLIS);
  }

  /** Warns of a disk that fills up; ends the session, and answers false, when it nearly has. */
  async #diskHasRoom(running: Running): Promise<boolean> {
    const { session, forecast } = running;
    const { freeBytes } = session;
    if (freeBytes === undefined) {
      session.secondsLeft = null;
      return true;
    }
    session.secondsLeft = forecast.secondsLeft(freeBytes);
    if (freeBytes <= RESERVE_BYTES) {
      tellOfFullDisk(session, freeBytes);
      await this.#end(running, session.newestSamples).catch(() => undefined);
      session.phase = 'failed';
      this.#publish();
      return false;
    }
    tellOfRoom(session);
    return true;
  }

  #expectRunning(): Running {
    if (this.#running === undefined) throw notRecording();
    return this.#running;
  }

  #forget(): void {
    const { clock } = this.#ports;
    if (this.#checkTimer !== undefined) clock.clearTimer(this.#checkTimer);
    this.#checkTimer = undefined;
    this.#running = undefined;
    this.#publish();
  }

  #publishSoon(): void {
    this.#publishTimer ??= this.#ports.clock.setTimer(() => this.#publish(), PUBLISH_MILLIS);
  }

  #publish(): void {
    if (this.#publishTimer !== undefined) this.#ports.clock.clearTimer(this.#publishTimer);
    this.#publishTimer = undefined;
    const value = this.#running?.session.state() ?? null;
    if (value === null && this.#state.value === null) return;
    this.#state.set(value);
  }
}

function notRecording(): AppError {
  return detailedError({ kind: 'not-recording' });
}

function tooFull(folder: string, freeBytes: number): AppError {
  return detailedError({ kind: 'too-full', path: folder, freeBytes, reserveBytes: RESERVE_BYTES });
}
