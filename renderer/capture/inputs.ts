import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import type { Block } from './block.ts';
import type { CapturePlan, InputState, PlannedTrack } from './capture-link.ts';
import { type CaptureDevice, captureDevices } from './devices.ts';
import type { InputRack, RackListeners } from './input-rack.ts';
import type { Troubles } from './troubles.ts';

/** A device that works is heard within this time. */
const HEARD_MILLIS = 2000;

/** The devices as this file needs them; `InputRack`, or a test's own. */
export type Rack = Pick<
  InputRack,
  | 'opened'
  | 'channelsOf'
  | 'rateOf'
  | 'open'
  | 'drop'
  | 'keepOnly'
  | 'connect'
  | 'disconnect'
  | 'heard'
  | 'flush'
>;

export interface InputsPorts {
  /** Undefined where a page has no microphones at all. */
  readonly media: () => Pick<MediaDevices, 'enumerateDevices' | 'getUserMedia'> | undefined;
  /** @returns undefined where the browser cannot record. */
  readonly newRack: (listeners: RackListeners) => Rack | undefined;
  readonly wait: (millis: number) => Promise<void>;
  readonly troubles: Troubles;
  readonly onBlock: (block: Block) => void;
  readonly onLost: (deviceId: string) => void;
}

/** Which devices there are, and those of them that are open. */
export class Inputs {
  readonly #ports: InputsPorts;
  readonly #held = new Set<string>();
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

  /** Opens what the tracks ask for, and waits until it is heard. @param told is given each track's state. */
  async openAll(
    tracks: readonly PlannedTrack[],
    audio: CapturePlan['audio'],
    told: (index: number, state: InputState) => void,
  ): Promise<void> {
    const rack = this.#openRack();
    if (rack === undefined) return;
    this.keepOnly(new Set(tracks.map(({ deviceId }) => deviceId)));
    rack.disconnect();
    for (const [index, track] of tracks.entries()) {
      told(index, await this.open(track.deviceId, audio));
      rack.connect(index, track.deviceId, track.channels);
    }
    await Promise.race([rack.heard(), this.#ports.wait(HEARD_MILLIS)]);
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

  /** Hands over all that has come, before a recording ends. */
  flush(): void {
    this.#rack?.flush();
  }

  /** Lets go of everything. */
  sleep(): void {
    this.keepOnly(new Set());
    this.#rack?.disconnect();
  }

  #openRack(): Rack | undefined {
    if (this.#rack !== undefined) return this.#rack;
    const { newRack, onBlock, onLost, troubles } = this.#ports;
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
