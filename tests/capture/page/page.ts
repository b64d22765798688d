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
    /** Breaks the line to the host. */
    hangUp: () => void;
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
mediaDevices.getUserMedia = async (constraints) => {
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
engine.onStatus((status) => {
  window.captureStatus = status;
});
window.lastPosition = 0;
engine.onLevels(({ positionSamples }) => {
  window.lastPosition = positionSamples ?? 0;
});
engine.start();
window.capture = engine;
document.documentElement.dataset['ready'] = 'true';
