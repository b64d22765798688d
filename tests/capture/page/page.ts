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
    /** Stops the sound as a system does that gives the device to a call, or gives it back; nothing else resumes it. */
    rest: (resting: boolean) => Promise<void>;
    /** Breaks the line to the host. */
    hangUp: () => void;
    /** What the page says of its recording that nobody heard, samples: gaps of so much are not what is tested. */
    unheardSamples: number;
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

let resting = false;
const contexts: AudioContext[] = [];
window.AudioContext = class extends AudioContext {
  constructor(options?: AudioContextOptions) {
    super(options);
    contexts.push(this);
  }
  override resume(): Promise<void> {
    return resting ? new Promise(() => undefined) : super.resume();
  }
};
window.rest = async (rests) => {
  resting = rests;
  if (rests) await contexts.at(-1)?.suspend();
  else await contexts.at(-1)?.resume();
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
window.unheardSamples = 0;
engine.onStatus((status) => {
  window.captureStatus = status;
  if (status.sessionId !== null) window.unheardSamples = status.skippedSamples + status.stalledSamples;
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
