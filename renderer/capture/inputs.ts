import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import type { Block } from './block.ts';
import type { CapturePlan, InputState, PlannedTrack } from './capture-link.ts';
import { type CaptureDevice, captureDevices } from './devices.ts';
import type { InputRack, RackListeners } from './input-rack.ts';
import type { Troubles } from './troubles.ts';

/** A context that was not stopped by anybody answers within this time. */
const RESUME_MILLIS = 300;

/** The devices as this file needs them; `InputRack`, or a test's own. */
export type Rack = Pick<
  InputRack,
  | 'opened'
  | 'channelsOf'
  | 'rateOf'
  | 'lostMillisOf'
  | 'bufferSamplesOf'
  | 'open'
  | 'drop'
  | 'keepOnly'
  | 'tap'
  | 'connect'
  | 'sleep'
> & {
  readonly context: Pick<AudioContext, 'state' | 'resume' | 'addEventListener'>;
};

export interface InputsPorts {
  /** Undefined where a page has no microphones at all. */
  readonly media: () => Pick<MediaDevices, 'enumerateDevices' | 'getUserMedia'> | undefined;
  /** @returns undefined where the browser cannot record. */
  readonly newRack: (listeners: RackListeners) => Rack | undefined;
  readonly wait: (millis: number) => Promise<void>;
  readonly troubles: Troubles;
  readonly onBlock: (block: Block) => void;
  readonly onLost: (deviceId: string) => void;
  /** The sound runs, or it was stopped from outside. */
  readonly onRunning: (running: boolean) => void;
}

/** Which devices there are, and those of them that are open. */
export class Inputs {
  readonly #ports: InputsPorts;
  readonly #held = new Set<string>();
  readonly #lostMillis = new Map<string, number>();
  #devices: readonly CaptureDevice[] = [];
  #rack: Rack | undefined;

  constructor(ports: InputsPorts) {
    this.#ports = ports;
  }

  get devices(): readonly CaptureDevice[] {
    return this.#devices;
  }

  /** Channels that the open device has; null while it is not open. */
  channelsOf(deviceId: string): number | null {
    return this.#rack?.channelsOf(deviceId) ?? null;
  }

  /** Makes ready what devices are opened on. @returns whether this browser can record. */
  prepare(): boolean {
    return this.#openRack() !== undefined;
  }

  /** Hertz of the device itself. */
  rateOf(deviceId: string): number {
    return this.#rack?.rateOf(deviceId) ?? SAMPLE_RATE;
  }

  /** What the device delivers at once, in samples of 48 kHz; 0 where that is not known. */
  bufferSamplesOf(deviceId: string): number {
    return this.#rack?.bufferSamplesOf(deviceId) ?? 0;
  }

  /** Milliseconds that devices lost on their way here since this was last asked; a device counts from its second time. */
  newlyLostMillis(): number {
    let sum = 0;
    for (const { deviceId } of this.#devices) {
      const lost = this.#rack?.lostMillisOf(deviceId) ?? 0;
      sum += Math.max(0, lost - (this.#lostMillis.get(deviceId) ?? lost));
      this.#lostMillis.set(deviceId, lost);
    }
    return sum;
  }

  /**
   * Looks which there are. Their names are told only to a page that was allowed to hear one. An open one that has gone
   * is let go: a sound server moves what it was heard by to another device, and the browser notices nothing.
   */
  async list(): Promise<void> {
    const { troubles } = this.#ports;
    const media = this.#ports.media();
    if (media === undefined) return;
    const find = async (): Promise<readonly CaptureDevice[]> =>
      captureDevices(await media.enumerateDevices());
    this.#devices = await find();
    if (this.#devices.length === 0 || this.#devices.some(({ label }) => label === '')) {
      try {
        const stream = await media.getUserMedia({ audio: true });
        for (const track of stream.getTracks()) track.stop();
        troubles.settle('denied');
        this.#devices = await find();
      } catch (error) {
        if (isNotAllowed(error)) troubles.raise('denied');
      }
    }
    if (this.#devices.length === 0 && !troubles.has('denied')) troubles.raise('no-input');
    else troubles.settle('no-input');
    for (const deviceId of this.#rack?.opened ?? [])
      if (!this.#devices.some((device) => device.deviceId === deviceId)) this.#rack?.drop(deviceId);
  }

  /** Opens what the tracks ask for and leads it to a new tap. @param told is given each track's state. */
  async openAll(
    tracks: readonly PlannedTrack[],
    audio: CapturePlan['audio'],
    told: (index: number, state: InputState) => void,
  ): Promise<void> {
    const rack = this.#openRack();
    if (rack === undefined) return;
    const { troubles, wait } = this.#ports;
    this.keepOnly(new Set(tracks.map(({ deviceId }) => deviceId)));
    await rack.tap(tracks.map(({ channels }) => channels.length));
    for (const [index, track] of tracks.entries()) {
      told(index, await this.open(track.deviceId, audio));
      rack.connect(index, track.deviceId, track.channels);
    }
    if (rack.context.state !== 'running') {
      // A context that waits for a click never answers.
      void rack.context.resume().then(() => troubles.settle('suspended'));
      await wait(RESUME_MILLIS);
    }
    if (tracks.length > 0 && rack.context.state === 'suspended') troubles.raise('suspended');
    else troubles.settle('suspended');
  }

  async open(deviceId: string, audio: CapturePlan['audio']): Promise<InputState> {
    const { troubles } = this.#ports;
    if (!this.#devices.some((device) => device.deviceId === deviceId)) return 'missing';
    try {
      await this.#rack?.open(deviceId, audio);
      troubles.settle('denied');
      return 'open';
    } catch (error) {
      if (isNotAllowed(error)) troubles.raise('denied');
      const name = error instanceof DOMException ? error.name : '';
      return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'failed';
    }
  }

  /** Leads an open device to a track, in place of what was there. */
  connect(index: number, { deviceId, channels }: Pick<PlannedTrack, 'deviceId' | 'channels'>): void {
    this.#rack?.connect(index, deviceId, channels);
  }

  /** Closes all devices but these. */
  keepOnly(deviceIds: ReadonlySet<string>): void {
    this.#rack?.keepOnly(deviceIds);
    for (const deviceId of this.#held) if (!deviceIds.has(deviceId)) this.#hold(deviceId, false);
  }

  /** Lets the sound run, as after a click. */
  async wake(): Promise<void> {
    await this.#rack?.context.resume();
    this.#ports.troubles.settle('suspended');
  }

  /** Lets go of everything. */
  async sleep(): Promise<void> {
    this.keepOnly(new Set());
    await this.#rack?.sleep();
  }

  #openRack(): Rack | undefined {
    if (this.#rack !== undefined) return this.#rack;
    const { newRack, onBlock, onLost, onRunning, troubles } = this.#ports;
    const rack = newRack({
      onBlock,
      onLost: (deviceId) => {
        this.#hold(deviceId, false);
        onLost(deviceId);
      },
      onHeld: (deviceId, held) => this.#hold(deviceId, held),
    });
    if (rack === undefined) {
      troubles.raise('unsupported');
      return undefined;
    }
    rack.context.addEventListener('statechange', () => onRunning(rack.context.state === 'running'));
    this.#rack = rack;
    return rack;
  }

  #hold(deviceId: string, held: boolean): void {
    if (held) this.#held.add(deviceId);
    else this.#held.delete(deviceId);
    if (this.#held.size > 0) this.#ports.troubles.raise('held');
    else this.#ports.troubles.settle('held');
  }
}

function isNotAllowed(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotAllowedError';
}
