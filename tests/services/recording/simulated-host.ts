import { type AppError } from '../../../shared/model/errors.ts';
import { serialisePacketFrame, parsePacketFrame, sessionTag } from '../../../shared/ipc/packet-frame.ts';
import type { LogEntry } from '../../../electron/media/log/entry.ts';
import type { Manifest } from '../../../electron/media/log/manifest.ts';
import type { TrackInfo } from '../../../electron/media/log/track-info.ts';
import type { NewLog, RecordingLog, RecordingPorts } from '../../../electron/services/recording/ports.ts';
import { Recording } from '../../../electron/services/recording/recording.ts';
import type { RecordingState } from '../../../electron/services/recording/live-session.ts';
import { alertSentence } from '../../../shared/model/recording-alert.ts';
import { packetsOf } from '../../support/session-folder.ts';

/** A log in memory that does as it is told. */
export class FakeLog implements RecordingLog {
  readonly packets: { track: number; positionSamples: number; packets: readonly Uint8Array[] }[] = [];
  readonly entries: LogEntry[] = [];
  readonly manifests: Manifest[] = [];
  readonly durable = new Map<number, number>();
  readonly begun: NewLog;
  readonly folder: string;
  lagMillis = 0;
  failure: AppError | undefined;
  /** A queue that is full takes nothing. */
  full = false;
  endFails: AppError | undefined;
  ended: number | undefined;
  closed = false;

  constructor(folder: string, begun: NewLog) {
    this.folder = folder;
    this.begun = begun;
    this.manifests.push(begun.manifest);
  }

  get state(): RecordingLog['state'] {
    const { durable: durableSamples, lagMillis, failure } = this;
    return { durableSamples, lagMillis, failure, queuedBytes: 0, dropped: [] };
  }

  append(track: number, positionSamples: number, packets: readonly Uint8Array[]): boolean {
    if (this.full || this.failure !== undefined) return false;
    this.packets.push({ track, positionSamples, packets: packets.map((packet) => packet.slice()) });
    return true;
  }

  track(positionSamples: number, info: TrackInfo): void {
    this.entries.push({ type: 'track', positionSamples, info });
  }

  anchor(anchor: Extract<LogEntry, { type: 'anchor' }>['anchor']): void {
    this.entries.push({ type: 'anchor', anchor });
  }

  marker(marker: Extract<LogEntry, { type: 'marker' }>['marker']): void {
    this.entries.push({ type: 'marker', marker });
  }

  event(event: Extract<LogEntry, { type: 'event' }>['event']): void {
    this.entries.push({ type: 'event', event });
  }

  replaceManifest(manifest: Manifest): Promise<void> {
    this.manifests.push(manifest);
    return Promise.resolve();
  }

  end(positionSamples: number, manifest: Manifest): Promise<void> {
    if (this.endFails !== undefined) return Promise.reject(this.endFails);
    this.ended = positionSamples;
    this.manifests.push(manifest);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** The disk changes its ways. */
  change(state: { lagMillis?: number; failure?: AppError }): void {
    Object.assign(this, state);
    this.begun.onState();
  }

  packetsAt(track: number): number[] {
    return this.packets.filter((one) => one.track === track).map(({ positionSamples }) => positionSamples);
  }
}

export const START_UNIX_MICROS = Date.parse('2026-03-29T00:30:00Z') * 1000;
export const SESSION_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const PACKET_SAMPLES = 960;

/** A machine whose time passes only when a test says so. */
export class SimulatedHost {
  wallMicros = START_UNIX_MICROS;
  monotonicMicros = 5_000_000;
  freeBytes: number | undefined = 500e9;
  /** Folders that are somebody's already. */
  readonly taken = new Map<string, AppError>();
  readonly logs: FakeLog[] = [];
  readonly sessions: { folder: string; recording: boolean }[] = [];
  readonly recording: Recording;
  /** Snapshots that were handed out, in order. */
  readonly shown: (RecordingState | null)[] = [];
  openFails: AppError | undefined;
  #timers: { at: number; call: () => void; id: number }[] = [];
  #lastTimer = 0;

  constructor(ports: Partial<RecordingPorts> = {}) {
    this.recording = new Recording({
      clock: {
        wallUnixMicros: () => this.wallMicros,
        monotonicMicros: () => this.monotonicMicros,
        setTimer: (call, millis) => {
          this.#timers.push({ at: this.monotonicMicros + millis * 1000, call, id: ++this.#lastTimer });
          return this.#lastTimer;
        },
        clearTimer: (timer) => {
          this.#timers = this.#timers.filter(({ id }) => id !== timer);
        },
      },
      openLog: (folder, log) => {
        const error = this.openFails ?? this.taken.get(folder);
        if (error !== undefined) return Promise.reject(error);
        const opened = new FakeLog(folder, log);
        this.logs.push(opened);
        return Promise.resolve(opened);
      },
      folders: (title) => [`/library/${title}`, `/library/${title} (2)`],
      freeBytes: () => Promise.resolve(this.freeBytes),
      durabilityMillis: () => 500,
      zone: () => 'Europe/Oslo',
      newSessionId: () => SESSION_ID,
      appVersion: '1.2.3',
      onSession: ({ folder, recording }) => this.sessions.push({ folder, recording }),
      ...ports,
    });
    this.recording.values.state.watch(({ value }) => this.shown.push(value));
  }

  get log(): FakeLog {
    const log = this.logs.at(-1);
    if (log === undefined) throw new Error('no log was opened');
    return log;
  }

  get state(): RecordingState {
    const { value } = this.recording.values.state;
    if (value === null) throw new Error('nothing is being recorded');
    return value;
  }

  /** Alerts that are shown, by kind. */
  get alerts(): Record<string, string> {
    return Object.fromEntries(
      this.state.alerts.map(({ kind, cause }) => [kind, alertSentence(cause).message]),
    );
  }

  /** Lets time pass, both clocks alike, and runs what comes due. */
  async pass(millis: number): Promise<void> {
    const end = this.monotonicMicros + millis * 1000;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter(({ id }) => id !== next.id);
      this.#advanceTo(next.at);
      next.call();
      await settled();
    }
    this.#advanceTo(end);
  }

  async start(names: readonly string[] = ['Ada', 'Ben']): Promise<void> {
    await this.recording.calls.start({ title: 'Talk', tracks: names.map((name) => input(name)) });
  }

  /** Sends packets through the wire's form. */
  send(
    track: number,
    positionSamples: number,
    packets: readonly Uint8Array[] = packetsOf(1, positionSamples),
    tag = sessionTag(SESSION_ID),
  ): string {
    const level = { peakDb: -6, rmsDb: -20, clipped: false };
    const frame = serialisePacketFrame({ sessionTag: tag, track, positionSamples, packets, level });
    return this.recording.accept(parsePacketFrame(frame));
  }

  /** A second of packets of every track, in real time. */
  async speak(tracks: number, seconds: number, fromSamples: number, packetBytes = 40): Promise<number> {
    let at = fromSamples;
    for (let second = 0; second < seconds; second++) {
      await this.pass(1000);
      for (let track = 0; track < tracks; track++) this.send(track, at, packetsOf(50, track, packetBytes));
      at += 48_000;
    }
    return at;
  }

  #advanceTo(micros: number): void {
    this.wallMicros += Math.max(0, micros - this.monotonicMicros);
    this.monotonicMicros = Math.max(this.monotonicMicros, micros);
  }
}

export function input(name: string): Parameters<Recording['calls']['addTrack']>[0] {
  return {
    name,
    colorIndex: 0,
    channels: 1,
    preSkipSamples: 312,
    inputRate: 48_000,
    inputLabel: 'Scarlett, input 1',
  };
}

/** Everything that needs no timer has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
