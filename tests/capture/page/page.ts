import { parsePacketFrame } from '../../../shared/ipc/packet-frame.ts';
import { BLOCK_SAMPLES } from '../../../renderer/capture/block.ts';
import { CaptureEngine } from '../../../renderer/capture/engine.ts';
import { openTransport } from '../../../renderer/host/transport.ts';
import type { CaptureStatus } from '../../../renderer/capture/capture-link.ts';

// The engine alone in a page, for tests to drive from outside.
declare global {
  interface Window {
    capture: CaptureEngine;
    captureStatus: CaptureStatus;
    /** Session time of the newest levels. */
    lastPosition: number;
    /** End of what the host has said it has, samples. */
    acknowledged: number;
    /** Takes the nth device that was opened away, as pulling its plug does. */
    unplug: (index: number) => void;
    /** Grants microphones, or takes the permission back. */
    allow: (allowed: boolean) => void;
    /** Silences the nth device that is open, as a system's own switch does, or lets it be heard again. */
    hold: (index: number, held: boolean) => void;
    /** Loses what devices give, as a driver does that has no time, or hears them again. */
    deafen: (deaf: boolean) => void;
    /** The page's clock and the browser's go on by so much at once, as where they run while a computer sleeps. */
    sleepFor: (millis: number) => void;
    /** What the device that was opened last is read by fails, or ends, while the device stays open. */
    breakStream: (how: 'fails' | 'ends') => void;
    /** Breaks the line to the host. */
    hangUp: () => void;
    /** What the page says that nobody heard of each track, samples: gaps of so much are not what is tested. */
    unheardSamples: readonly number[];
    /** How often the line to the host was lost. */
    breaks: number;
  }
}

const sockets: WebSocket[] = [];
const PlainSocket = window.WebSocket;
window.WebSocket = class extends PlainSocket {
  constructor(url: string | URL) {
    super(url);
    sockets.push(this);
  }
};
window.hangUp = () => sockets.at(-1)?.close();

const opened: MediaStream[] = [];
const { mediaDevices } = navigator;
const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
let allowed = true;
window.allow = (granted) => {
  allowed = granted;
};
mediaDevices.getUserMedia = async (constraints) => {
  if (!allowed) throw new DOMException('', 'NotAllowedError');
  const stream = await getUserMedia(constraints);
  opened.push(stream);
  return stream;
};
window.unplug = (index) => {
  const live = opened.filter((stream) => stream.active);
  const [track] = live[index]?.getAudioTracks() ?? [];
  track?.stop();
  track?.dispatchEvent(new Event('ended'));
};

window.hold = (index, held) => {
  const live = opened.filter((stream) => stream.active);
  const [track] = live[index]?.getAudioTracks() ?? [];
  if (track === undefined) return;
  Object.defineProperty(track, 'muted', { value: held, configurable: true });
  track.dispatchEvent(new Event(held ? 'mute' : 'unmute'));
};

let deaf = false;
window.deafen = (deafened) => {
  deaf = deafened;
};
interface Processor {
  readonly readable: ReadableStream<AudioData>;
}
const processors = window as unknown as { MediaStreamTrackProcessor: new (options: object) => Processor };
let sleptMillis = 0;
const pageNow = performance.now.bind(performance);
performance.now = () => pageNow() + sleptMillis;
window.sleepFor = (millis) => {
  sleptMillis += millis;
};
/** What a device says after the sleep: its own samples, at the browser's time. */
function stampedLater(buffer: AudioData): AudioData {
  if (sleptMillis === 0) return buffer;
  const { numberOfFrames, numberOfChannels, sampleRate, timestamp } = buffer;
  const data = new Float32Array(numberOfFrames * numberOfChannels);
  for (let planeIndex = 0; planeIndex < numberOfChannels; planeIndex++) {
    const plane = data.subarray(planeIndex * numberOfFrames, (planeIndex + 1) * numberOfFrames);
    buffer.copyTo(plane, { planeIndex, format: 'f32-planar' });
  }
  buffer.close();
  return new AudioData({
    format: 'f32-planar',
    numberOfFrames,
    numberOfChannels,
    sampleRate,
    timestamp: timestamp + sleptMillis * 1000,
    data,
  });
}

let newest: TransformStreamDefaultController | undefined;
window.breakStream = (how) => {
  if (how === 'fails') newest?.error(new Error('The stream broke.'));
  else newest?.terminate();
};
const PlainProcessor = processors.MediaStreamTrackProcessor;
processors.MediaStreamTrackProcessor = class {
  readonly readable: ReadableStream<AudioData>;

  constructor(options: object) {
    const { readable } = new PlainProcessor(options);
    this.readable = readable.pipeThrough(
      new TransformStream<AudioData, AudioData>({
        start(controller) {
          newest = controller;
        },
        transform(buffer, controller) {
          if (deaf) buffer.close();
          else controller.enqueue(stampedLater(buffer));
        },
      }),
    );
  }
};

window.acknowledged = 0;
const transport = await openTransport();
const engine = new CaptureEngine(
  {
    api: transport.api,
    onConnected: transport.onConnected,
    sendPackets: async (frame) => {
      await transport.sendPackets(frame);
      const { positionSamples, packets } = parsePacketFrame(frame);
      window.acknowledged = Math.max(window.acknowledged, positionSamples + packets.length * BLOCK_SAMPLES);
    },
  },
  localStorage,
);
window.breaks = 0;
window.unheardSamples = [];
engine.onStatus((status) => {
  window.captureStatus = status;
  if (status.sessionId !== null)
    window.unheardSamples = status.tracks.map(({ unheardSamples }) => unheardSamples);
});
transport.onConnected((connected) => {
  if (!connected) window.breaks += 1;
});
window.lastPosition = 0;
engine.onLevels(({ positionSamples }) => {
  window.lastPosition = positionSamples ?? 0;
});
engine.start();
window.capture = engine;
document.documentElement.dataset['ready'] = 'true';
