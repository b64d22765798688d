import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packetUnits } from '../../electron/media/opus/toc.ts';
import { FRAME_UNIT_SAMPLES, SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import {
  editOf,
  type ExportedFile,
  ExportFolder,
  readExported,
  type ReadSample,
  ROUNDTABLE,
} from '../support/exported-session.ts';
import { decodeAudio, peakOf } from '../support/media-tools.ts';
import { writeOggOpus } from '../support/ogg-writer.ts';
import { needs } from '../support/programs.ts';
import { roundtableStamps } from './roundtable-stamps.ts';

/** Two neighbours of 20 ms overlap by 2.5 ms, and the decoder lags by its look-ahead: by then the last sound is out. */
const FADE_SAMPLES = 312;

const folder = new ExportFolder();
let roundtable: readonly ExportedFile[] = [];
let files: readonly ExportedFile[] = [];

beforeAll(async () => {
  // At 29.97 the start is no multiple of 2.5 ms before the packets, so that the edit trims more than the pre-skip.
  roundtable = await folder.export(ROUNDTABLE, '29.97df');
  files = [...roundtable, ...(await folder.export(await folder.sampleSession(0.4), '25'))];
});

afterAll(() => {
  folder.remove();
});

const known = new Map<string, Float32Array>();

/** What an exported file decodes to; decoded once for all tests. */
function decoded(path: string, decoder: 'opus' | 'libopus'): Float32Array {
  const key = `${decoder} ${path}`;
  const samples = known.get(key) ?? decodeAudio(path, decoder).samples;
  known.set(key, samples);
  return samples;
}

/** The packets as an Ogg Opus file, played from and to where it is said. */
function oggOf(
  name: string,
  samples: readonly ReadSample[],
  edit: { readonly startSamples: number; readonly durationSamples: number },
): string {
  const packets = samples.map(({ bytes }) => ({
    bytes,
    durationSamples: packetUnits(bytes, 0, bytes.length) * FRAME_UNIT_SAMPLES,
  }));
  const path = join(folder.path, name);
  const stream = { channels: 1, preSkipSamples: edit.startSamples, inputRate: 48_000 } as const;
  writeFileSync(
    path,
    writeOggOpus({ ...stream, endGranule: edit.startSamples + edit.durationSamples }, packets),
  );
  return path;
}

describe.each(['opus', 'libopus'] as const)('decoded by ffmpeg with %s', (decoder) => {
  test('a file sounds as its packets do in Ogg, sample for sample', needs('ffmpeg'), async () => {
    for (const { outcome } of files) {
      const { audio, samples } = await readExported(outcome.path);
      const edit = editOf(audio);
      const ours = decoded(outcome.path, decoder);
      const ogg = decodeAudio(oggOf('whole.opus', samples, edit), decoder);
      expect(ogg.warnings).toBe('');
      expect(ogg.samples.length).toBe(edit.durationSamples);
      // The m4a's last packet is played whole, see ffmpeg.test.ts.
      const bytes = Buffer.from(ours.buffer, 0, ogg.samples.byteLength);
      expect(bytes.equals(Buffer.from(ogg.samples.buffer))).toBe(true);
    }
  });

  test('there is speech where packets are, and silence everywhere else', needs('ffmpeg'), async () => {
    for (const { outcome } of files) {
      const { audio, samples } = await readExported(outcome.path);
      const pcm = decoded(outcome.path, decoder);
      let loudest = 0;
      let silentFrom = 0;
      for (const run of runsOf(samples, editOf(audio).startSamples)) {
        expect(peakOf(pcm, silentFrom, run.startSamples)).toBeLessThan(1e-9);
        loudest = Math.max(loudest, peakOf(pcm, run.startSamples, run.endSamples));
        silentFrom = run.endSamples + FADE_SAMPLES;
      }
      expect(peakOf(pcm, silentFrom)).toBeLessThan(1e-9);
      expect(loudest).toBeGreaterThan(0.05);
    }
  });
});

/** Recorded packets that follow each other, by when their decoder output is played. */
function runsOf(samples: readonly ReadSample[], editStartSamples: number): Run[] {
  const runs: Run[] = [];
  for (const sample of samples) {
    if (sample.isFiller) continue;
    const startSamples = sample.timeSamples - editStartSamples;
    let run = runs.at(-1);
    if (run?.endSamples !== startSamples) {
      run = { startSamples, endSamples: startSamples, packets: [] };
      runs.push(run);
    }
    run.endSamples += sample.durationSamples;
    run.packets.push(sample);
  }
  return runs;
}

interface Run {
  startSamples: number;
  endSamples: number;
  packets: ReadSample[];
}

/** How far from the place expected the sound of a run is looked for: 50 ms. */
const REACH_SAMPLES = 50 * SAMPLES_PER_MS;
const COMPARED_SAMPLES = 12_000;

/**
 * Listening with numbers: the packets of each run, decoded on their own, are looked for in the exported file, and must
 * be heard within 8 ms of when they arrived, however the file says that they are to be played.
 */
test('every run is heard when its first packet arrived', needs('ffmpeg'), async () => {
  const stamps = roundtableStamps();
  for (const { plan, outcome } of roundtable) {
    const { audio, samples } = await readExported(outcome.path);
    const preSkipSamples = audio.opus?.preSkipSamples ?? 0;
    const whole = decoded(outcome.path, 'opus');
    let packet = 0;
    for (const run of runsOf(samples, editOf(audio).startSamples)) {
      const arrived = (stamps.get(outcome.player)?.[packet] ?? NaN) - plan.item.originSamples;
      packet += run.packets.length;
      const lengthSamples = run.endSamples - run.startSamples - preSkipSamples;
      const alone = oggOf('run.opus', run.packets, {
        startSamples: preSkipSamples,
        durationSamples: lengthSamples,
      });
      const sound = decodeAudio(alone, 'opus').samples;
      const { offset, likeness } = locate(sound, whole, arrived);
      expect(likeness).toBeGreaterThan(0.999);
      expect(Math.abs(offset)).toBeLessThanOrEqual(8 * SAMPLES_PER_MS);
    }
    expect(packet).toBe(outcome.packets);
  }
});

/** Where the loudest stretch of `sound` is most alike in `whole`, from where it belongs if `sound` begins at `start`. */
function locate(
  sound: Float32Array,
  whole: Float32Array,
  start: number,
): { offset: number; likeness: number } {
  const from = loudestStretch(sound);
  const wanted = sound.subarray(from, from + COMPARED_SAMPLES);
  const energy = Math.sqrt(product(wanted, wanted));
  let best = { offset: NaN, likeness: -1 };
  for (let offset = -REACH_SAMPLES; offset <= REACH_SAMPLES; offset++) {
    const at = Math.round(start) + from + offset;
    const there = whole.subarray(at, at + COMPARED_SAMPLES);
    const likeness = product(wanted, there) / (energy * Math.sqrt(product(there, there)) || 1);
    if (likeness > best.likeness) best = { offset, likeness };
  }
  return best;
}

function loudestStretch(sound: Float32Array): number {
  let best = 0;
  let most = -1;
  for (let at = 0; at + COMPARED_SAMPLES <= sound.length; at += COMPARED_SAMPLES / 2) {
    const part = sound.subarray(at, at + COMPARED_SAMPLES);
    const energy = product(part, part);
    if (energy > most) [best, most] = [at, energy];
  }
  return best;
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < Math.min(a.length, b.length); i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
