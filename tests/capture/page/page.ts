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
  }
}

const engine = new CaptureEngine(await openTransport(), localStorage);
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
