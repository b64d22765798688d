import { constants, openSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';

/** What a feeder is told when it begins. */
export interface FeederOptions {
  readonly pipe: string;
  /** 48 kHz, by channel. */
  readonly sound: readonly Float32Array[];
  /** Frames it delivers in a second of this machine's time. */
  readonly rate: number;
  /** When the sound begins, milliseconds since 1970. */
  readonly epochMillis: number;
}

const SOUND_RATE = 48_000;
const STEP_MS = 4;
const BYTES_PER_SAMPLE = 2;

/** What a microphone with this crystal hears: each frame is the sound at the frame's own moment. */
function render({ sound, rate }: FeederOptions, from: number, to: number): Buffer {
  const bytes = Buffer.alloc((to - from) * sound.length * BYTES_PER_SAMPLE);
  let offset = 0;
  for (let frame = from; frame < to; frame++) {
    const at = (frame * SOUND_RATE) / rate;
    const before = Math.floor(at);
    for (const channel of sound) {
      const left = channel[before] ?? 0;
      const right = channel[before + 1] ?? 0;
      const value = left + (right - left) * (at - before);
      offset = bytes.writeInt16LE(Math.round(value * 32_767), offset);
    }
  }
  return bytes;
}

/**
 * What finds no room, in a third of a second, is lost as a device's own buffer loses it; what is heard once the plug
 * is out too.
 */
function write(bytes: Buffer): void {
  try {
    writeSync(pipe, bytes);
  } catch (error) {
    if (!['EAGAIN', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

const options = workerData as FeederOptions;
const pipe = openSync(options.pipe, constants.O_WRONLY | constants.O_NONBLOCK);
const due = (): number =>
  Math.floor(((performance.timeOrigin + performance.now() - options.epochMillis) * options.rate) / 1000);
let sent = due();
for (;;) {
  const until = due();
  if (until > sent) {
    write(render(options, sent, until));
    sent = until;
  }
  await setTimeout(STEP_MS);
}
