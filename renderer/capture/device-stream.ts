import type { DeviceBuffer } from './device-line.ts';

/** So much may wait while the page is busy: buffers are of 10 ms at least. */
const MOST_WAITING_BUFFERS = 1000;

/** What the compiler's DOM library lacks (MediaStreamTrack Insertable Media Processing; for audio in Chromium). */
interface TrackProcessor {
  readonly readable: ReadableStream<AudioData>;
}
type NewTrackProcessor = new (options: {
  readonly track: MediaStreamTrack;
  readonly maxBufferSize: number;
}) => TrackProcessor;
declare const MediaStreamTrackProcessor: NewTrackProcessor | undefined;

/** A buffer with what the device says of itself at the time. */
export interface StreamedBuffer extends DeviceBuffer {
  /** Hertz. */
  readonly rate: number;
}

/** Whether this browser hands out what a microphone hears as it comes. */
export function canStream(): boolean {
  return typeof MediaStreamTrackProcessor !== 'undefined';
}

/** Reads an open device until its track is stopped. @throws Error as the browser's stream does. */
export async function readDevice(
  track: MediaStreamTrack,
  onBuffer: (buffer: StreamedBuffer) => void,
): Promise<void> {
  if (MediaStreamTrackProcessor === undefined) return;
  const reader = new MediaStreamTrackProcessor({
    track,
    maxBufferSize: MOST_WAITING_BUFFERS,
  }).readable.getReader();
  for (;;) {
    const { value } = await reader.read();
    if (value === undefined) return;
    const nowMillis = performance.now();
    const { numberOfFrames: samples, numberOfChannels, sampleRate: rate, timestamp } = value;
    const planes = Array.from({ length: numberOfChannels }, (_, planeIndex) => {
      const plane = new Float32Array(samples);
      value.copyTo(plane, { planeIndex, format: 'f32-planar' });
      return plane;
    });
    value.close();
    onBuffer({ samples, planes, rate, stampMillis: timestamp / 1000, nowMillis });
  }
}
