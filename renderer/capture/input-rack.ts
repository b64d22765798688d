import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import type { Settings } from '../host/api-types.ts';
import { type Block, TAP_NAME, type TapOptions } from './block.ts';
import tapUrl from './tap.worklet.ts?worker&url';

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

/** What the compiler's DOM library lacks (Media Capture Extensions, `MediaStreamTrackAudioStats`), in milliseconds. */
interface CountedTrack {
  readonly stats?: { readonly deliveredFramesDuration: number; readonly totalFramesDuration: number };
}

interface OpenDevice {
  readonly stream: MediaStream;
  readonly source: MediaStreamAudioSourceNode;
  readonly channels: number;
}

/** The track's part of the tap: a device's channels to the tap's input. */
interface Wire {
  readonly source: AudioNode;
  readonly splitter: ChannelSplitterNode;
  readonly merger: ChannelMergerNode;
}

/** Devices that are open, on one audio context, and the tap that hears them all in the same callback. */
export class InputRack {
  readonly context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'balanced' });
  readonly #listeners: RackListeners;
  readonly #devices = new Map<string, OpenDevice>();
  #loaded: Promise<void> | undefined;
  #tap: AudioWorkletNode | undefined;
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
    const [track] = this.#devices.get(deviceId)?.stream.getAudioTracks() ?? [];
    return track?.getSettings().sampleRate ?? SAMPLE_RATE;
  }

  /** Milliseconds that the open device lost before they came here, as the browser counts; 0 where it does not. */
  lostMillisOf(deviceId: string): number {
    const [track] = this.#devices.get(deviceId)?.stream.getAudioTracks() ?? [];
    const { stats } = (track ?? {}) as CountedTrack;
    return stats === undefined ? 0 : stats.totalFramesDuration - stats.deliveredFramesDuration;
  }

  /** What the open device delivers at once, in samples of 48 kHz; 0 where the browser does not tell. */
  bufferSamplesOf(deviceId: string): number {
    const [track] = this.#devices.get(deviceId)?.stream.getAudioTracks() ?? [];
    const { latency = 0 } = (track?.getSettings() ?? {}) as { readonly latency?: number };
    return Math.round(latency * SAMPLE_RATE);
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
    const source = this.context.createMediaStreamSource(stream);
    const channels = track.getSettings().channelCount ?? source.channelCount;
    const device = { stream, source, channels };
    this.#devices.set(deviceId, device);
    track.addEventListener('ended', () => {
      if (this.#devices.get(deviceId) === device) this.drop(deviceId);
    });
    const tellHeld = (): void => {
      if (this.#devices.get(deviceId) === device) this.#listeners.onHeld(deviceId, track.muted);
    };
    track.addEventListener('mute', tellHeld);
    track.addEventListener('unmute', tellHeld);
  }

  close(deviceId: string): void {
    const device = this.#devices.get(deviceId);
    if (device === undefined) return;
    this.#devices.delete(deviceId);
    device.source.disconnect();
    release(device.stream);
  }

  /** Closes all devices but these. */
  keepOnly(deviceIds: ReadonlySet<string>): void {
    for (const deviceId of [...this.#devices.keys()]) if (!deviceIds.has(deviceId)) this.close(deviceId);
  }

  /** A tap for tracks of so many channels, in place of the one before. @throws where the page cannot have one. */
  async tap(channels: readonly number[]): Promise<void> {
    this.#loaded ??= this.context.audioWorklet.addModule(tapUrl);
    await this.#loaded;
    this.#untap();
    if (channels.length === 0) return;
    const processorOptions: TapOptions = { channels };
    const tap = new AudioWorkletNode(this.context, TAP_NAME, {
      numberOfInputs: channels.length,
      // An output, of silence, is what makes the context ask for audio at all.
      numberOfOutputs: 1,
      channelCount: 2,
      channelCountMode: 'explicit',
      channelInterpretation: 'discrete',
      processorOptions,
    });
    tap.port.onmessage = ({ data }: MessageEvent<Block>) => {
      if (this.#tap === tap) this.#listeners.onBlock(data);
    };
    tap.connect(this.context.destination);
    this.#tap = tap;
  }

  /** Leads channels of an open device to a track, in place of what was there. */
  connect(track: number, deviceId: string, channels: readonly number[]): void {
    this.#unwire(track);
    const device = this.#devices.get(deviceId);
    const tap = this.#tap;
    if (device === undefined || tap === undefined) return;
    const splitter = this.context.createChannelSplitter(
      Math.max(1, device.channels, ...channels.map((index) => index + 1)),
    );
    const merger = this.context.createChannelMerger(channels.length);
    device.source.connect(splitter);
    for (const [to, from] of channels.entries()) splitter.connect(merger, from, to);
    merger.connect(tap, 0, track);
    this.#wires[track] = { source: device.source, splitter, merger };
  }

  async sleep(): Promise<void> {
    this.#untap();
    this.keepOnly(new Set());
    if (this.context.state === 'running') await this.context.suspend();
  }

  #untap(): void {
    for (const track of this.#wires.keys()) this.#unwire(track);
    this.#tap?.disconnect();
    this.#tap?.port.close();
    this.#tap = undefined;
  }

  #unwire(track: number): void {
    const wire = this.#wires[track];
    this.#wires[track] = undefined;
    if (wire === undefined) return;
    try {
      wire.source.disconnect(wire.splitter);
    } catch {
      // Its device was closed, which disconnected it from everything.
    }
    wire.splitter.disconnect();
    wire.merger.disconnect();
  }
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
