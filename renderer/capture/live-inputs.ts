import type { CaptureDevice } from './devices.ts';
import { findDevice } from './devices.ts';
import type { Inputs } from './inputs.ts';
import { inputLabel, type LiveRecording, type LiveTrack } from './live-recording.ts';

const LOST_LOOK_MILLIS = 2000;

export interface LiveInputsPorts {
  readonly inputs: Pick<Inputs, 'devices' | 'open' | 'connect' | 'keepOnly'>;
  /** Calls later. @returns takes it back. */
  readonly after: (millis: number, run: () => void) => () => void;
  /** It is time to look again: not every system tells of a device that comes back. */
  readonly onLook: () => void;
  /** For the session's log. */
  tellDevice(trackId: number, kind: 'lost' | 'returned', label: string): void;
  /** A track has another input now. */
  onRejoined(): void;
}

/** The inputs of a recording: which have gone, and how they come back. */
export class LiveInputs {
  readonly #live: Pick<LiveRecording, 'tracks' | 'audio'>;
  readonly #ports: LiveInputsPorts;
  #takeBack: (() => void) | undefined;
  #ended = false;

  constructor(live: Pick<LiveRecording, 'tracks' | 'audio'>, ports: LiveInputsPorts) {
    this.#live = live;
    this.#ports = ports;
  }

  /** An open device went: its tracks pause, all others are untouched. */
  lost(deviceId: string): void {
    for (const track of this.#live.tracks) {
      if (track.input.deviceId !== deviceId || track.state !== 'open') continue;
      track.state = 'lost';
      track.nextFrame = undefined;
      void track.recorder.pause();
      this.#ports.tellDevice(track.trackId, 'lost', inputLabel(track.input));
    }
    this.lookLater();
  }

  /** Opens again what had gone and is there now. */
  async look(): Promise<void> {
    for (const track of this.#live.tracks) {
      if (track.state === 'open') continue;
      const device = findDevice(this.#ports.inputs.devices, track.input);
      if (device !== undefined) await this.#rejoin(track, device);
    }
    this.lookLater();
  }

  /** Looks every while as long as an input is missing. */
  lookLater(): void {
    this.#takeBack?.();
    this.#takeBack = undefined;
    if (this.#ended || this.#live.tracks.every(({ state }) => state === 'open')) return;
    this.#takeBack = this.#ports.after(LOST_LOOK_MILLIS, () => this.#ports.onLook());
  }

  /** Another device for a track; unknown tracks are passed over. */
  async replace(trackId: number, device: CaptureDevice): Promise<void> {
    const track = this.#live.tracks.find((other) => other.trackId === trackId);
    if (track === undefined) return;
    if (track.state === 'open') {
      track.state = 'lost';
      track.nextFrame = undefined;
      this.#ports.tellDevice(trackId, 'lost', inputLabel(track.input));
    }
    await this.#rejoin(track, device);
    this.#ports.inputs.keepOnly(new Set(this.#live.tracks.map(({ input }) => input.deviceId)));
    this.lookLater();
  }

  end(): void {
    this.#ended = true;
    this.#takeBack?.();
  }

  async #rejoin(track: LiveTrack, { deviceId, label }: CaptureDevice): Promise<void> {
    const { inputs } = this.#ports;
    const state = await inputs.open(deviceId, this.#live.audio);
    if (state !== 'open' || this.#ended) return;
    track.input = { ...track.input, deviceId, deviceLabel: label };
    track.state = 'open';
    inputs.connect(this.#live.tracks.indexOf(track), track.input);
    this.#ports.tellDevice(track.trackId, 'returned', inputLabel(track.input));
    this.#ports.onRejoined();
  }
}
