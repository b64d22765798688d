import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import type { Settings } from '../host/api-types.ts';
import { type Block, BLOCK_SAMPLES, type DeviceBlock } from './block.ts';
import { DeviceLine } from './device-line.ts';
import { readDevice, type StreamedBuffer } from './device-stream.ts';

type Processing = Pick<Settings['audio'], 'echoCancellation' | 'noiseSuppression' | 'autoGainControl'>;

/** More than any interface has: an ideal, so that each gives what it has. */
const MOST_CHANNELS = 32;

export interface RackListeners {
  onBlock(block: Block): void;
  /** An open device went. */
  onLost(deviceId: string): void;
  /** A device that is open gives silence, or sound again, because somebody outside the page wants it so. */
  onHeld(deviceId: string, held: boolean): void;
}

interface OpenDevice {
  readonly stream: MediaStream;
  readonly channels: number;
  readonly rate: number;
  /** Resolves with its first block. */
  readonly heard: Promise<void>;
  /** What of it waits becomes blocks. */
  flush: () => void;
}

/** What of a device a track hears. */
interface Wire {
  readonly deviceId: string;
  readonly channels: readonly number[];
}

/** Devices that are open, and which of their channels make which track. */
export class InputRack {
  readonly #listeners: RackListeners;
  readonly #devices = new Map<string, OpenDevice>();
  /** By track. */
  #wires: (Wire | undefined)[] = [];

  constructor(listeners: RackListeners) {
    this.#listeners = listeners;
  }

  /** Ids of the devices that are open. */
  get opened(): readonly string[] {
    return [...this.#devices.keys()];
  }

  /** Channels that the open device has. */
  channelsOf(deviceId: string): number | undefined {
    return this.#devices.get(deviceId)?.channels;
  }

  /** Hertz of the device itself. */
  rateOf(deviceId: string): number {
    return this.#devices.get(deviceId)?.rate ?? SAMPLE_RATE;
  }

  /** Closes an open device that is not there any more, which the browser may not have noticed. */
  drop(deviceId: string): void {
    if (!this.#devices.has(deviceId)) return;
    this.close(deviceId);
    this.#listeners.onLost(deviceId);
  }

  /** Opens a device that is not open. @throws DOMException as getUserMedia does. */
  async open(deviceId: string, processing: Processing): Promise<void> {
    if (this.#devices.has(deviceId)) return;
    const { echoCancellation, noiseSuppression, autoGainControl } = processing;
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        deviceId: { exact: deviceId },
        echoCancellation,
        noiseSuppression,
        autoGainControl,
        channelCount: { ideal: MOST_CHANNELS },
        sampleRate: { ideal: SAMPLE_RATE },
      },
    });
    const [track] = stream.getAudioTracks();
    if (track === undefined || this.#devices.has(deviceId)) {
      release(stream);
      return;
    }
    const { channelCount = 1, sampleRate = SAMPLE_RATE } = track.getSettings();
    let tellHeard: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => (tellHeard = resolve));
    const device: OpenDevice = {
      stream,
      channels: channelCount,
      rate: sampleRate,
      heard,
      flush: () => undefined,
    };
    this.#devices.set(deviceId, device);
    const isOpen = (): boolean => this.#devices.get(deviceId) === device;
    const gone = (): void => {
      if (isOpen()) this.drop(deviceId);
    };
    track.addEventListener('ended', gone);
    const tellHeld = (): void => {
      if (isOpen()) this.#listeners.onHeld(deviceId, track.muted);
    };
    track.addEventListener('mute', tellHeld);
    track.addEventListener('unmute', tellHeld);
    const onBlock = (block: DeviceBlock): void => {
      if (!isOpen()) return;
      tellHeard();
      this.#hand(deviceId, block);
    };
    // A device that is open and cannot be read any more is lost as one that was unplugged.
    readDevice(track, this.#toBlocks(deviceId, device, onBlock)).then(gone, gone);
  }

  close(deviceId: string): void {
    const device = this.#devices.get(deviceId);
    if (device === undefined) return;
    this.#devices.delete(deviceId);
    release(device.stream);
  }

  /** Closes all devices but these. */
  keepOnly(deviceIds: ReadonlySet<string>): void {
    for (const deviceId of [...this.#devices.keys()]) if (!deviceIds.has(deviceId)) this.close(deviceId);
  }

  /** Leads channels of a device to a track, in place of what was there. */
  connect(track: number, deviceId: string, channels: readonly number[]): void {
    this.#wires[track] = { deviceId, channels };
  }

  /** No track hears anything. */
  disconnect(): void {
    this.#wires = [];
  }

  /** Resolves when every open device is heard. */
  async heard(): Promise<void> {
    await Promise.all([...this.#devices.values()].map(({ heard }) => heard));
  }

  /** Hands over all that has come. */
  flush(): void {
    for (const { flush } of this.#devices.values()) flush();
  }

  /** A line for as long as the device keeps its rate and channels, then another. */
  #toBlocks(
    deviceId: string,
    device: OpenDevice,
    onBlock: (block: DeviceBlock) => void,
  ): (buffer: StreamedBuffer) => void {
    let form = '';
    let line: DeviceLine | undefined;
    device.flush = () => line?.flush();
    const wanted = (): Iterable<number> =>
      new Set(this.#wires.flatMap((wire) => (wire?.deviceId === deviceId ? wire.channels : [])));
    return (buffer) => {
      const { rate, planes } = buffer;
      const own = `${rate} ${planes.length}`;
      if (own !== form) line = new DeviceLine({ rate, channels: planes.length, wanted, onBlock });
      form = own;
      line?.take(buffer);
    };
  }

  #hand(deviceId: string, { frame, channels, missingSamples }: DeviceBlock): void {
    for (const [track, wire] of this.#wires.entries()) {
      if (wire?.deviceId !== deviceId) continue;
      const pcm = new Float32Array(wire.channels.length * BLOCK_SAMPLES);
      for (const [to, from] of wire.channels.entries()) {
        const channel = channels.get(from);
        if (channel !== undefined) pcm.set(channel, to * BLOCK_SAMPLES);
      }
      this.#listeners.onBlock({ track, frame, pcm, missingSamples });
    }
  }
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
