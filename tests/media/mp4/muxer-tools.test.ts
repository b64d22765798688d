import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile, MP4BoxBuffer } from 'mp4box';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { needs, programPath } from '../../support/programs.ts';
import { sweepFile } from './mux-support.ts';

const sweep = readFileSync(new URL('../../golden/sweep.opus', import.meta.url));
/** What any file with a timecode track makes ffprobe and ffmpeg say: they have no decoder for it, and need none. */
const NO_TIMECODE_DECODER = /^Unsupported codec with id 0 for input stream \d+\n/gm;

interface Probe {
  readonly streams: readonly {
    readonly codec_type: string;
    readonly codec_name?: string;
    readonly codec_tag_string: string;
    readonly channels?: number;
    readonly start_pts: number;
    readonly duration_ts: number;
    readonly nb_frames: string;
    readonly initial_padding?: number;
    readonly tags: Readonly<Record<string, string>>;
  }[];
  readonly format: {
    readonly duration: string;
    readonly start_time: string;
    readonly tags: Readonly<Record<string, string>>;
  };
}

let folder = '';
const one = sweepFile(sweep);
const trimmed = sweepFile(sweep, { lastTrimSamples: 500 });
const two = sweepFile(sweep, { trackCount: 2 });
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tailslate-muxer-'));
  writeFileSync(path('one.m4a'), one.bytes);
  writeFileSync(path('trimmed.m4a'), trimmed.bytes);
  writeFileSync(path('two.m4a'), two.bytes);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function probe(name: string): { found: Probe; warnings: string } {
  const run = spawnSync(
    programPath('ffprobe'),
    ['-v', 'warning', '-show_streams', '-show_format', '-of', 'json', path(name)],
    { encoding: 'utf8' },
  );
  return { found: JSON.parse(run.stdout) as Probe, warnings: run.stderr.replaceAll(NO_TIMECODE_DECODER, '') };
}

/** Samples of one audio stream as 16-bit numbers, and what ffmpeg complained of. */
function decode(name: string, stream = 0): { samples: Int16Array; warnings: string } {
  const out = path(`${name}.${stream}.pcm`);
  const run = spawnSync(
    programPath('ffmpeg'),
    ['-v', 'warning', '-y', '-i', path(name), '-map', `0:a:${stream}`, '-f', 's16le', out],
    { encoding: 'utf8' },
  );
  const bytes = readFileSync(out);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return { samples, warnings: run.stderr.replaceAll(NO_TIMECODE_DECODER, '') };
}

describe('what other programs read', () => {
  test('ffprobe: tracks, exact duration, timecode, tags, no warning', needs('ffprobe'), () => {
    const { found, warnings } = probe('one.m4a');
    expect(warnings).toBe('');
    const [audio, timecode] = found.streams;
    expect(found.streams).toHaveLength(2);
    expect(audio).toMatchObject({
      codec_name: 'opus',
      channels: 1,
      start_pts: 0,
      duration_ts: one.durationSamples,
      nb_frames: String(one.packets),
    });
    expect(audio?.tags).toMatchObject({ handler_name: 'Zoë & Max 1', timecode: '10:00:00;00' });
    expect(timecode).toMatchObject({ codec_type: 'data', codec_tag_string: 'tmcd' });
    expect(timecode?.tags).toMatchObject({ timecode: '10:00:00;00' });
    expect(Number(found.format.duration)).toBeCloseTo(one.durationSamples / 48_000, 6);
    expect(Number(found.format.start_time)).toBe(0);
    expect(found.format.tags).toMatchObject({
      title: 'Round table - Zoë & Max 1',
      artist: 'Zoë & Max 1',
      album: 'Round table',
      track: '1/1',
      creation_time: '2026-11-20T10:00:00.000000Z',
      PLAYER_ID: 'player-1',
      TIMECODE_START: '10:00:00;00',
      DURATION_SAMPLES: String(one.durationSamples),
    });
    expect(found.format.tags['PACKETS_SHA256']).toMatch(/^(?!0{64})[0-9a-f]{64}$/);
  });

  test('ffprobe: a shortened last packet and several players', needs('ffprobe'), () => {
    const short = probe('trimmed.m4a');
    expect(short.warnings).toBe('');
    expect(short.found.streams[0]?.duration_ts).toBe(trimmed.durationSamples);
    const several = probe('two.m4a');
    expect(several.warnings).toBe('');
    expect(several.found.streams.map((stream) => stream.tags['handler_name'])).toEqual([
      'Zoë & Max 1',
      'Zoë & Max 2',
      'Timecode',
    ]);
    expect(several.found.streams.map((stream) => stream.tags['timecode'])).toEqual(
      Array(3).fill('10:00:00;00'),
    );
  });

  test('ffmpeg decodes every sample of the edit, without a warning', needs('ffmpeg'), () => {
    const whole = decode('one.m4a');
    expect(whole.warnings).toBe('');
    expect(whole.samples.length).toBe(one.durationSamples);
    // ffmpeg starts where the edit says, but plays the last packet whole.
    const cut = decode('trimmed.m4a');
    expect(cut.warnings).toBe('');
    expect(cut.samples.length).toBe(trimmed.durationSamples + 500);
    expect(cut.samples.subarray(0, 100_000)).toEqual(whole.samples.subarray(0, 100_000));
    const second = decode('two.m4a', 1);
    expect(second.warnings).toBe('');
    expect(second.samples).toEqual(whole.samples);
  });

  test('ffmpeg decodes the sweep at its place, to the sample', needs('ffmpeg'), () => {
    const { samples } = decode('one.m4a');
    const reference = execFileSync(programPath('ffmpeg'), ['-v', 'error', '-i', '-', '-f', 's16le', '-'], {
      input: sweep,
    });
    const plain = new Int16Array(
      reference.buffer.slice(reference.byteOffset, reference.byteOffset + reference.length),
    );
    // 30 packets of silence, less what the edit drops beyond the sweep's own pre-skip of 312.
    const startSamples = 30 * 960 - (412 - 312);
    let difference = 0;
    for (let i = 4800; i < 40_000; i++) {
      difference = Math.max(difference, Math.abs((samples[startSamples + i] ?? 0) - (plain[i] ?? 0)));
    }
    expect(difference).toBeLessThanOrEqual(2);
  });

  test('ffmpeg copies the packets out unchanged', needs('ffmpeg'), () => {
    const hash = execFileSync(
      programPath('ffmpeg'),
      ['-v', 'error', '-i', path('two.m4a'), '-map', '0:a:0', '-c', 'copy', '-f', 'md5', '-'],
      { encoding: 'utf8' },
    );
    const single = execFileSync(
      programPath('ffmpeg'),
      ['-v', 'error', '-i', path('one.m4a'), '-map', '0:a:0', '-c', 'copy', '-f', 'md5', '-'],
      { encoding: 'utf8' },
    );
    expect(hash).toBe(single);
  });

  test('mediainfo: Opus, and a timecode track of the right rate', needs('mediainfo'), () => {
    const report = execFileSync(programPath('mediainfo'), [path('one.m4a')], { encoding: 'utf8' });
    expect(report).toMatch(/^Format +: Opus$/m);
    expect(report).toMatch(/^Time code of first frame +: 10:00:00;00$/m);
    expect(report).toMatch(/^Frame rate +: 29\.970 \(30000\/1001\) FPS$/m);
    expect(report).toMatch(/^Performer +: Zoë & Max 1$/m);
    expect(report).toMatch(/^Encoded date +: 2026-11-20 10:00:00 UTC$/m);
  });

  test('mp4box.js: the tree, the edit, the references and both sample groups', () => {
    // It loses its way in `----` items, which have three boxes each, and says so.
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => {
      said.mockRestore();
    });
    const file = createFile();
    file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(one.bytes.slice().buffer, 0));
    file.flush();
    const info = file.getInfo();
    expect(info).toMatchObject({ timescale: 48_000, duration: one.durationSamples, isProgressive: true });
    expect(info.tracks[0]).toMatchObject({
      codec: 'Opus',
      nb_samples: one.packets,
      references: [{ type: 'tmcd' }],
      edits: [{ segment_duration: one.durationSamples, media_time: 412 }],
    });
    const stbl = file.moov.traks[0]?.mdia.minf.stbl;
    expect(stbl).toMatchObject({
      sgpds: [
        { grouping_type: 'roll', entries: [{ roll_distance: -7 }] },
        { grouping_type: 'fill', default_length: 1 },
      ],
      sbgps: [
        { grouping_type: 'roll', entries: [{ sample_count: one.packets, group_description_index: 1 }] },
        {
          grouping_type: 'fill',
          entries: [
            { sample_count: 30, group_description_index: 1 },
            { sample_count: 51, group_description_index: 0 },
            { sample_count: 13, group_description_index: 1 },
            { sample_count: 51, group_description_index: 0 },
            { sample_count: 5, group_description_index: 1 },
          ],
        },
      ],
    });
  });
});
