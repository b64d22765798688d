import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyMov } from '../../electron/media/mp4/verify-mov.ts';
import type { PcmFormat } from '../../shared/model/media-formats.ts';
import { type ExportedFile, ExportFolder, ROUNDTABLE } from '../support/exported-session.ts';
import { runTool } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';
import { readWave } from '../support/wave-file.ts';

const folder = new ExportFolder();
/** Of each player, a MOV beside the Broadcast Wave file: four of a nano-wal session, one of a session with a marker. */
let pairs: readonly { readonly bwf: ExportedFile; readonly mov: ExportedFile }[] = [];
let combined: ExportedFile;

beforeAll(async () => {
  const files: ExportedFile[] = [];
  const choices = { formats: ['bwf', 'mov'] } as const;
  files.push(...(await folder.export(ROUNDTABLE, '29.97df', { choices })));
  const [marked] = await folder.export(await folder.sampleSession(0.4), '29.97df', {
    choices: { formats: ['m4a'] },
  });
  if (marked === undefined) throw new Error('nothing was exported');
  const players = marked.plan.item.players.map(({ id }) => id);
  files.push(...(await folder.export(marked.plan.item.sessionFolder, '29.97df', { players, choices })));
  pairs = files.flatMap((mov, index) => {
    const bwf = files[index - 1];
    return mov.plan.kind === 'mov' && bwf !== undefined ? [{ bwf, mov }] : [];
  });
  combined = await one({ layout: 'combined' });
});

afterAll(() => {
  folder.remove();
});

/** The nano-wal session's first player, or all of them together. */
async function one(
  choices: { layout?: 'combined'; pcm?: PcmFormat },
  format: 'mov' | 'bwf' = 'mov',
): Promise<ExportedFile> {
  const players = choices.layout === 'combined' ? undefined : pairs[0]?.mov.plan.item.players;
  const [file] = await folder.export(ROUNDTABLE, '29.97df', {
    choices: { formats: [format], ...choices },
    ...(players !== undefined && { players: players.map(({ id }) => id) }),
  });
  if (file === undefined) throw new Error('nothing was exported');
  return file;
}

/** The bytes of one track's samples as ffmpeg reads them, whatever their form. */
function samplesOf(path: string, track: number, codec: string): Buffer {
  const args = ['-v', 'error', '-nostdin', '-i', path, '-map', `0:a:${track}`, '-c:a', codec];
  return runTool('ffmpeg', [...args, '-f', codec.replace('pcm_', ''), '-']).output;
}

function dataOf(file: ExportedFile): Buffer {
  const data = readWave(readFileSync(file.outcome.path)).chunks.get('data');
  if (data === undefined) throw new Error('no samples');
  return Buffer.from(data);
}

function probe(path: string) {
  const args = ['-v', 'warning', '-show_streams', '-show_format', '-show_chapters', '-of', 'json', path];
  const { output, warnings } = runTool('ffprobe', args);
  expect(warnings).toBe('');
  return JSON.parse(output.toString()) as {
    streams: {
      codec_type: string;
      codec_name?: string;
      codec_tag_string: string;
      duration_ts: number;
      tags: Record<string, string>;
    }[];
    chapters: { start: number; tags: { title: string } }[];
    format: { tags: Record<string, string> };
  };
}

describe('a QuickTime movie', () => {
  test('holds the samples of the Broadcast Wave file, byte for byte', needs('ffmpeg'), () => {
    expect(pairs.length).toBe(5);
    for (const { bwf, mov } of [...pairs.slice(0, 1), ...pairs.slice(4)]) {
      expect(samplesOf(mov.outcome.path, 0, 'pcm_s24le').equals(dataOf(bwf))).toBe(true);
      expect(mov.outcome.durationSamples).toBe(bwf.outcome.durationSamples);
      expect(mov.outcome.timecode).toBe(bwf.outcome.timecode);
      expect(mov.outcome.verification?.ok).toBe(true);
    }
  });

  test('of all players has a track for each, which is that of the player alone', needs('ffmpeg'), () => {
    for (const [track, { bwf }] of pairs.slice(0, 4).entries()) {
      expect(samplesOf(combined.outcome.path, track, 'pcm_s24le').equals(dataOf(bwf))).toBe(true);
    }
    expect(combined.outcome.verification?.ok).toBe(true);
  });

  test.each([
    ['s16', 'pcm_s16le', 'sowt'],
    ['s24', 'pcm_s24le', 'in24'],
    ['f32', 'pcm_f32le', 'fl32'],
  ] as const)('can hold %s', needs('ffmpeg', 'ffprobe'), async (pcm, codec, code) => {
    const mov = await one({ pcm });
    const bwf = await one({ pcm }, 'bwf');
    expect(samplesOf(mov.outcome.path, 0, codec).equals(dataOf(bwf))).toBe(true);
    const { streams } = probe(mov.outcome.path);
    expect(streams[0]).toMatchObject({ codec_name: codec, codec_tag_string: code });
    expect(mov.outcome.verification?.ok).toBe(true);
  });

  test('is the same every time', async () => {
    const again = await one({});
    expect(readFileSync(again.outcome.path).equals(readFileSync(pairs[0]?.mov.outcome.path ?? ''))).toBe(
      true,
    );
  });

  test('does not pass where one bit has changed, or less is there than was written', async () => {
    const bytes = readFileSync(combined.outcome.path);
    const frameBytes = 3;
    const { durationSamples, timecode } = combined.outcome;
    const dataBytes = 4 * frameBytes * durationSamples;
    const expected = {
      code: 'in24',
      tracks: combined.plan.item.players.map(({ name }) => ({ name, frameBytes })),
      frames: durationSamples,
      startFrame: combined.plan.item.timecode.startFrame,
      chapters: [],
      dataStartByte: bytes.length - dataBytes,
      sha256: combined.outcome.packetsSha256,
    };
    const failed = async (changed: Uint8Array, wanted: Partial<typeof expected> = {}) => {
      const source = {
        sizeBytes: changed.length,
        read: (at: number, length: number) => Promise.resolve(changed.subarray(at, at + length)),
      };
      const { checks } = await verifyMov(source, { ...expected, ...wanted });
      return checks.filter(({ ok }) => !ok).map(({ name }) => name);
    };
    expect(timecode).not.toBe('');
    expect(await failed(bytes)).toEqual([]);
    const changed = Uint8Array.from(bytes);
    changed[bytes.length - 1] = (changed[bytes.length - 1] ?? 0) ^ 1;
    expect(await failed(changed)).toEqual(['pcm-digest']);
    expect(await failed(bytes.subarray(0, -6))).toContain('pcm-digest');
    expect(await failed(bytes, { startFrame: 5 })).toEqual(['timecode-track']);
    expect(await failed(bytes, { frames: 5 })).toEqual(['audio-format']);
    expect(await failed(bytes, { tracks: expected.tracks.slice(1) })).toEqual(['audio-format']);
    const chapters = [{ title: 'A', startSamples: 0 }];
    expect(await failed(bytes, { chapters } as Partial<typeof expected>)).toEqual(['chapters']);
  });
});

describe('other programs read it', () => {
  test('ffprobe: codec, length, timecode, names, tags and chapters', needs('ffprobe'), () => {
    for (const [index, { mov }] of pairs.entries()) {
      const { outcome } = mov;
      const { streams, chapters, format } = probe(outcome.path);
      expect(streams[0]).toMatchObject({
        codec_type: 'audio',
        codec_name: 'pcm_s24le',
        codec_tag_string: 'in24',
        duration_ts: outcome.durationSamples,
      });
      expect(streams[1]).toMatchObject({ codec_tag_string: 'tmcd', tags: { timecode: outcome.timecode } });
      expect(format.tags).toMatchObject({ major_brand: 'qt  ', artist: outcome.player });
      // The sample session is marked with a clap at its beginning, which lies a few samples into the file.
      expect(chapters.map(({ tags }) => tags.title).at(-1)).toBe(index < 4 ? undefined : 'Clap');
    }
    const { streams } = probe(combined.outcome.path);
    expect(streams.map(({ codec_tag_string }) => codec_tag_string)).toEqual([
      ...Array<string>(4).fill('in24'),
      'tmcd',
    ]);
  });

  test('mediainfo: form, names and start', needs('mediainfo'), () => {
    const { output } = runTool('mediainfo', ['--Output=JSON', combined.outcome.path]);
    const { media } = JSON.parse(output.toString()) as { media: { track: Record<string, string>[] } };
    const players = combined.plan.item.players.map(({ name }) => name);
    expect(media.track).toMatchObject([
      { '@type': 'General', Format: 'MPEG-4', Format_Profile: 'QuickTime' },
      ...players.map((Title) => ({
        '@type': 'Audio',
        Format: 'PCM',
        Format_Settings_Endianness: 'Little',
        BitDepth: '24',
        Title,
      })),
      { '@type': 'Other', Type: 'Time code', TimeCode_FirstFrame: combined.outcome.timecode },
    ]);
    expect(JSON.stringify(media.track)).not.toMatch(/conformance|truncated|invalid/iu);
  });
});
