import { describe, expect, test } from 'vitest';
import { layOutMov, MAX_MOV_FRAMES, type MovSpec } from '../../../electron/media/mp4/mov.ts';
import { readChapters } from '../../../electron/media/mp4/read-chapters.ts';
import { readMovie } from '../../../electron/media/mp4/reader.ts';
import { monoSpec } from './mux-support.ts';

/** A file whose samples are all zero and nowhere in memory, as our reader sees it. */
async function readLaidOut(spec: MovSpec) {
  const { head, totalBytes } = layOutMov(spec);
  const source = {
    sizeBytes: totalBytes,
    read: (at: number, length: number) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, totalBytes - at)));
      bytes.set(head.subarray(at, at + length));
      return Promise.resolve(bytes);
    },
  };
  const movie = await readMovie(source);
  return { head, movie, totalBytes, chapters: await readChapters(source, movie) };
}

function spec(frames: number, changes: Partial<MovSpec> = {}): MovSpec {
  const { creationUnixSeconds, timecode } = monoSpec(1);
  const tracks = [{ name: 'Zoë', channels: 2 }] as const;
  return { creationUnixSeconds, timecode, metadata: [], format: 's24', frames, tracks, ...changes };
}

describe('layOutMov', () => {
  test('beyond 4 GiB chunk offsets take 64 bits, up to the most a track can count', async () => {
    const { head, movie, totalBytes } = await readLaidOut(spec(MAX_MOV_FRAMES));
    expect(totalBytes).toBe(head.length + 6 * MAX_MOV_FRAMES);
    expect(Buffer.from(head).includes('co64')).toBe(true);
    expect(movie.findings).toEqual([]);
    const [audio] = movie.tracks;
    let endByte = 0;
    audio?.samples.forEachChunk((offsetBytes, sizeBytes) => {
      endByte = offsetBytes + sizeBytes;
    });
    expect(endByte).toBe(totalBytes);
    expect(audio).toMatchObject({ codec: 'in24', durationTicks: MAX_MOV_FRAMES });
  });

  test.each([0, MAX_MOV_FRAMES + 1])('refuses %i samples', (frames) => {
    expect(() => layOutMov(spec(frames))).toThrow(RangeError);
  });

  test('lists more chapters than chpl can count, and those of a day to the millisecond', async () => {
    const chapters = Array.from({ length: 300 }, (_, i) => ({ title: `${i + 1}`, startSamples: i * 4801 }));
    const short = await readLaidOut(spec(48_000 * 60, { chapters }));
    expect(short.chapters).toEqual(chapters);
    const long = await readLaidOut(spec(MAX_MOV_FRAMES, { chapters }));
    const errors = (long.chapters ?? []).map(({ startSamples }, i) => Math.abs(startSamples - i * 4801));
    expect(errors).toHaveLength(300);
    expect(Math.max(...errors)).toBeLessThanOrEqual(24);
  });

  test.each([
    ['that do not begin at 0', [5]],
    ['at one place', [0, 7, 7]],
    ['after the end', [0, 48_000]],
  ])('refuses chapters %s', (_, starts) => {
    const chapters = starts.map((startSamples) => ({ title: 'x', startSamples }));
    expect(() => layOutMov(spec(48_000, { chapters }))).toThrow(RangeError);
  });
});
