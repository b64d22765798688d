import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ByteSource } from '../../../electron/media/byte-source.ts';
import type { FileLayout } from '../../../electron/media/mp4/layout.ts';
import { Muxer } from '../../../electron/media/mp4/muxer.ts';
import { readMovie, type Movie } from '../../../electron/media/mp4/reader.ts';
import type { Track } from '../../../electron/media/mp4/read-track.ts';
import { RunList } from '../../../electron/media/mp4/run-list.ts';
import { checkTimecode } from '../../../electron/media/mp4/verify-timecode.ts';
import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import { timecodeRate } from '../../../shared/time/timecode.ts';
import { needs, programPath } from '../../support/programs.ts';
import { inTemporaryFolder } from '../../support/session-folder.ts';
import { monoSpec } from './mux-support.ts';

const HOUR_SAMPLES = 3600 * 48_000;

/** Silence of that length, all of it in packets of 120 ms. */
function silence(hours: number, rate: string, startFrame: number): FileLayout {
  const durationSamples = Math.round(hours * HOUR_SAMPLES);
  const { timescale, frameDuration, nominalFrames, dropFrame } = timecodeRate(rate);
  const muxer = new Muxer({
    ...monoSpec(durationSamples),
    timecode: { timescale, frameDuration, nominalFrames, dropFrame, startFrame },
  });
  muxer.addFiller(0, 3, 48, Math.ceil((durationSamples + 312) / 5760));
  return muxer.finish();
}

/** The head as a file whose payload is zeros. */
function sourceOf({ head, totalBytes }: FileLayout): ByteSource {
  return {
    sizeBytes: totalBytes,
    read: (offsetBytes, lengthBytes, into) => {
      const bytes = into ?? new Uint8Array(lengthBytes);
      bytes.fill(0);
      bytes.set(head.subarray(offsetBytes, offsetBytes + lengthBytes));
      return Promise.resolve(bytes);
    },
  };
}

function timecodeTrack(movie: Movie): Track {
  const track = movie.tracks.find(({ handler }) => handler === 'tmcd');
  if (track === undefined) throw new Error('no timecode track');
  return track;
}

/** The counts in the timecode samples, as the tables say where they lie. */
function counts({ head }: FileLayout, { samples }: Track): number[] {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const cursor = samples.cursor();
  const found: number[] = [];
  while (cursor.next()) found.push(view.getUint32(cursor.offsetBytes));
  return found;
}

describe('a timecode track longer than a sample of 32 bits', () => {
  test.each([
    ['25', 30, 900_000, [900_000, 1_980_000, 900_000]],
    ['29.97df', 41, 1_078_920, [1_078_920, 2_373_624, 1_078_920, 2_373_624]],
    ['59.94df', 20, 5_178_810, [5_178_810, 2_589_402]],
  ])('at %s for %i hours', async (rate, hours, startFrame, expected) => {
    const layout = silence(hours, rate, startFrame);
    const movie = await readMovie(sourceOf(layout));
    expect(movie.findings).toEqual([]);
    const track = timecodeTrack(movie);
    const { timescale, frameDuration } = timecodeRate(rate);
    const ticks = Math.ceil((hours * 3600 * timescale) / frameDuration) * frameDuration;
    expect(track).toMatchObject({
      timescale,
      durationTicks: ticks,
      edits: [{ durationTicks: hours * HOUR_SAMPLES, mediaTimeTicks: 0 }],
    });
    expect(track.samples.durationTicks()).toBe(ticks);
    expect(counts(layout, track)).toEqual(expected);
    expect(checkTimecode(movie)).toMatchObject({ ok: true });
  });

  test('one sample as long as it fits', async () => {
    // 2^32 ticks are 24.8551 hours, and ffmpeg misreads the last ten seconds of them.
    for (const [hours, count] of [
      [24.852, 1],
      [24.854, 3],
      [24.856, 3],
    ] as const) {
      const layout = silence(hours, '25', 900_000);
      const movie = await readMovie(sourceOf(layout));
      expect(timecodeTrack(movie).samples.count).toBe(count);
    }
  });

  test('ffprobe and mediainfo read start and length', needs('ffprobe', 'mediainfo'), async () => {
    await inTemporaryFolder((folder) => {
      const path = join(folder, 'long.m4a');
      const { head, totalBytes } = silence(30, '25', 900_000);
      writeFileSync(path, head);
      truncateSync(path, totalBytes);
      const args = ['-v', 'fatal', '-show_entries', 'stream=codec_tag_string,duration:stream_tags=timecode'];
      const json = execFileSync(programPath('ffprobe'), [...args, '-of', 'json', path], { encoding: 'utf8' });
      expect(JSON.parse(json)).toMatchObject({
        streams: [
          { codec_tag_string: 'Opus', tags: { timecode: '10:00:00:00' } },
          { codec_tag_string: 'tmcd', duration: '108000.000000', tags: { timecode: '10:00:00:00' } },
        ],
      });
      const report = execFileSync(programPath('mediainfo'), [path], { encoding: 'utf8' });
      const other = report.slice(report.indexOf('\nOther'));
      expect(other).toMatch(/^Duration +: 30 h 0 min$/m);
      expect(other).toMatch(/^Time code of first frame +: 10:00:00:00$/m);
      return Promise.resolve();
    });
  });
});

describe('the timecode check', () => {
  const broken = async (change: (track: Track) => Partial<Track>): Promise<VerifyCheck> => {
    const movie = await readMovie(sourceOf(silence(1, '25', 900_000)));
    const tracks = movie.tracks.map((track) =>
      track.handler === 'tmcd' ? { ...track, ...change(track) } : track,
    );
    return checkTimecode({ ...movie, tracks });
  };

  test('finds a media header that differs from the samples', async () => {
    const found = await broken(({ durationTicks }) => ({ durationTicks: durationTicks + 2 ** 32 }));
    expect(found.ok).toBe(false);
    expect(found.detail).toContain('mdhd says');
  });

  test('finds an edit beyond the samples', async () => {
    const edits = [{ durationTicks: HOUR_SAMPLES + 2 ** 32, mediaTimeTicks: 0, rate: 1 }];
    const found = await broken(() => ({ edits }));
    expect(found.ok).toBe(false);
    expect(found.detail).toContain('reaches beyond');
  });
});

test('a run list refuses what 32 bits do not hold', () => {
  const list = new RunList();
  list.add(1, 2 ** 32 - 1);
  expect(() => {
    list.add(1, 2 ** 32);
  }).toThrow(RangeError);
  expect(() => {
    list.add(2 ** 32 - 1, 2 ** 32 - 1);
  }).toThrow(RangeError);
  expect([list.length, list.countAt(0), list.valueAt(0)]).toEqual([1, 1, 2 ** 32 - 1]);
});
