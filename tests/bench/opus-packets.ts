import { spawnSync } from 'node:child_process';
import { readOggOpus } from '../../electron/media/ogg/reader.ts';
import { Random } from '../support/random.ts';
import { programPath } from '../support/programs.ts';

const SAMPLE_RATE = 48_000;
const SECONDS = 180;

/** A few minutes of 20 ms packets as an encoder makes them of something like speech, 64 kb/s and 160 bytes on average. */
export function encodePackets(): readonly Uint8Array[] {
  const encoder = ['-c:a', 'libopus', '-b:a', '60.7k', '-frame_duration', '20', '-application', 'voip'];
  const input = ['-f', 's16le', '-ar', String(SAMPLE_RATE), '-ac', '1', '-i', 'pipe:0'];
  const { status, stdout, stderr } = spawnSync(
    programPath('ffmpeg'),
    ['-loglevel', 'error', ...input, ...encoder, '-f', 'ogg', 'pipe:1'],
    { input: speechLike(), maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`ffmpeg cannot encode Opus: ${stderr.toString()}`);
  const { packets } = readOggOpus(stdout, 'speech-like audio');
  const bytes = packets.reduce((sum, packet) => sum + packet.length, 0);
  const mean = bytes / packets.length;
  if (!(mean > 150 && mean < 170))
    throw new Error(`packets should average 160 bytes, got ${mean.toFixed(1)}`);
  return packets;
}

/** Syllables of a voice with harmonics and breath: a pitch that wanders, five syllables a second, some noise. */
function speechLike(): Buffer {
  const random = new Random(20_261_120);
  const samples = Buffer.alloc(2 * SECONDS * SAMPLE_RATE);
  let phase = 0;
  let pitch = 140;
  let loudness = 0;
  let wanted = 0.5;
  for (let i = 0; i < SECONDS * SAMPLE_RATE; i++) {
    if (i % 9600 === 0) {
      pitch = 110 + 90 * random.next();
      wanted = random.next() < 0.15 ? 0.02 : 0.3 + 0.7 * random.next();
    }
    loudness += (wanted - loudness) / 1200;
    phase += (2 * Math.PI * pitch) / SAMPLE_RATE;
    let value = 0;
    for (let harmonic = 1; harmonic <= 8; harmonic++) value += Math.sin(harmonic * phase) / harmonic;
    value = 0.25 * value + 0.15 * (random.next() - 0.5);
    samples.writeInt16LE(Math.round(20_000 * loudness * value), 2 * i);
  }
  return samples;
}
