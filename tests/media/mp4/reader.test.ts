import { afterAll, describe, expect, test } from 'vitest';
import { itemValue } from '../../../electron/media/mp4/read-metadata.ts';
import { timecodeLabel } from '../../../electron/media/mp4/read-timecode.ts';
import { readMovie } from '../../../electron/media/mp4/reader.ts';
import { verifyMovie } from '../../../electron/media/mp4/verify.ts';
import { needs } from '../../support/programs.ts';
import { MediaFolder, samplesOf } from './media-files.ts';
import { memorySource, PRE_SKIP, somePackets, tailslateFile } from './tailslate-file.ts';

const folder = new MediaFolder();
afterAll(() => {
  folder.remove();
});

const TONE = ['-f', 'lavfi', '-i', 'sine=frequency=330:duration=3:sample_rate=48000'];
const OPUS = ['-c:a', 'libopus', '-b:a', '48k', '-vbr', 'on'];

describe('files that ffmpeg made', needs('ffmpeg', 'ffprobe'), () => {
  const files: readonly [string, readonly string[]][] = [
    ['opus.mp4', [...TONE, ...OPUS]],
    ['opus-first.mp4', [...TONE, ...OPUS, '-movflags', '+faststart']],
    ['opus-60ms.mp4', [...TONE, ...OPUS, '-frame_duration', '60']],
    ['aac.mov', [...TONE, '-c:a', 'aac']],
    ['aac.m4a', [...TONE, '-c:a', 'aac']],
    ['pcm.mov', [...TONE, '-c:a', 'pcm_s16le']],
    [
      'fragmented.mp4',
      [...TONE, ...OPUS, '-movflags', 'frag_keyframe+empty_moov', '-frag_duration', '500000'],
    ],
    [
      'moof-based.mp4',
      [...TONE, ...OPUS, '-movflags', 'empty_moov+default_base_moof', '-frag_duration', '400000'],
    ],
    ['two-tracks.mp4', [...TONE, ...TONE, '-map', '0', '-map', '1', ...OPUS]],
    [
      'two-fragmented.mp4',
      [
        ...TONE,
        ...TONE,
        '-map',
        '0',
        '-map',
        '1',
        ...OPUS,
        '-movflags',
        'empty_moov',
        '-frag_duration',
        '700000',
      ],
    ],
    [
      'two-separate.mp4',
      [
        ...TONE,
        ...TONE,
        '-map',
        '0',
        '-map',
        '1',
        ...OPUS,
        '-movflags',
        'empty_moov+separate_moof',
        '-frag_duration',
        '700000',
      ],
    ],
    ['late-moov.mp4', [...TONE, ...OPUS, '-movflags', 'frag_custom', '-frag_duration', '1000000']],
  ];
  test.each(files)('%s: every packet is where ffprobe sees it', async (name, args) => {
    const movie = await readMovie(memorySource(folder.make(name, ...args)));
    expect(movie.findings).toEqual([]);
    const sounds = movie.tracks.filter(({ handler }) => handler === 'soun');
    expect(sounds.length).toBe(name.startsWith('two') ? 2 : 1);
    for (const [stream, track] of sounds.entries()) {
      const probed = folder.packets(name, stream);
      const samples = samplesOf(track);
      if (name === 'pcm.mov') {
        // ffprobe joins PCM samples into packets of its own; what they cover is the same.
        expect(track.samples.totalBytes()).toBe(probed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
        expect(samples[0]?.offsetBytes).toBe(probed[0]?.offsetBytes);
        continue;
      }
      expect(samples.map(({ offsetBytes, sizeBytes }) => [offsetBytes, sizeBytes])).toEqual(
        probed.map(({ offsetBytes, sizeBytes }) => [offsetBytes, sizeBytes]),
      );
      const first = (probed[0]?.timeTicks ?? 0) - (samples[0]?.timeTicks ?? 0);
      expect(samples.map(({ timeTicks }) => timeTicks + first)).toEqual(
        probed.map(({ timeTicks }) => timeTicks),
      );
    }
  });

  test('a video with timecode, drop frame and references', async () => {
    const video = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=30000/1001:duration=1'];
    const args = [...video, ...TONE, '-c:v', 'mpeg4', '-c:a', 'aac', '-timecode', '10:00:00;00'];
    const movie = await readMovie(memorySource(folder.make('tc.mov', ...args)));
    expect(movie.findings).toEqual([]);
    const timecode = movie.tracks.find(({ handler }) => handler === 'tmcd');
    expect(timecode?.timecode).toMatchObject({
      timescale: 30000,
      frameDuration: 1001,
      nominalFrames: 30,
      dropFrame: true,
      startFrame: 1_078_920,
      label: '10:00:00;00',
    });
    const picture = movie.tracks.find(({ handler }) => handler === 'vide');
    expect(picture?.references).toEqual([{ type: 'tmcd', trackIds: [timecode?.id] }]);
    expect(samplesOf(picture)).toEqual(folder.packets('tc.mov', 0));
  });

  test('tags, languages and track facts', async () => {
    const tags = [
      '-metadata',
      'title=Zoë & Max',
      '-metadata',
      'track=3/12',
      '-metadata:s:a:0',
      'language=nob',
    ];
    const movie = await readMovie(memorySource(folder.make('tags.mp4', ...TONE, ...OPUS, ...tags)));
    expect(movie.brands?.major).toBe('isom');
    expect(itemValue(movie.metadata, undefined, '©nam')).toBe('Zoë & Max');
    expect(itemValue(movie.metadata, undefined, 'trkn')).toBe('3/12');
    const [track] = movie.tracks;
    expect(track).toMatchObject({ codec: 'Opus', language: 'nob', enabled: true, timescale: 48000 });
    expect(track?.opus).toMatchObject({ channels: 1, preSkipSamples: PRE_SKIP, inputRate: 48000, gain: 0 });
    expect(track?.edits).toMatchObject([{ mediaTimeTicks: PRE_SKIP, rate: 1 }]);
    expect(track?.groups.find(({ type }) => type === 'roll')?.rollDistances[0]).toBeLessThan(0);
    const quick = await readMovie(memorySource(folder.make('tags.mov', ...TONE, '-c:a', 'aac', ...tags)));
    expect(itemValue(quick.metadata, undefined, '©nam')).toBe('Zoë & Max');
  });

  test('verify says that a file is not ours, and still checks it', async () => {
    const report = await verifyMovie(memorySource(folder.make('other.mp4', ...TONE, ...OPUS)));
    expect(report).toMatchObject({ ok: false, tailslate: false, timecode: null, findings: [] });
    const byName = new Map(report.checks.map((check) => [check.name, check]));
    expect(byName.get('metadata')?.detail).toBe('no Tailslate metadata');
    expect(byName.get('chunks')?.ok).toBe(true);
    expect(byName.get('packets')?.ok).toBe(true);
    expect(byName.has('item-digest')).toBe(false);
  });
});

describe('a Tailslate file', () => {
  test('is read in every field', async () => {
    const bytes = tailslateFile(somePackets(17));
    const movie = await readMovie(memorySource(bytes));
    expect(movie).toMatchObject({
      brands: { major: 'M4A ', compatible: ['M4A ', 'mp42', 'isom', 'iso2', 'Opus'] },
      fragmented: false,
      timescale: 48000,
      creationSeconds: 1_700_000_000,
      findings: [],
    });
    expect(itemValue(movie.metadata, 'com.tailslate', 'PLAYER')).toBe('Zoë');
    expect(itemValue(movie.metadata, undefined, 'trkn')).toBe('3/12');
    const [audio, timecode] = movie.tracks;
    expect(audio).toMatchObject({ id: 1, handler: 'soun', handlerName: 'Zoë', name: 'Zoë', language: 'und' });
    expect(audio?.references).toEqual([{ type: 'tmcd', trackIds: [2] }]);
    expect(timecode?.timecode).toMatchObject({ startFrame: 900_000, label: '10:00:00:00' });
    const fill = audio?.groups.find(({ type }) => type === 'fill');
    expect([...(fill?.runCounts ?? [])]).toEqual([4, 1, 4, 1, 4, 1, 2]);
    expect([...(fill?.runIndexes ?? [])]).toEqual([0, 1, 0, 1, 0, 1, 0]);
    const chunks: number[][] = [];
    audio?.samples.forEachChunk((...chunk) => chunks.push(chunk));
    expect(chunks.map(([, , first, count]) => [first, count])).toEqual([
      [0, 7],
      [7, 7],
      [14, 3],
    ]);
    expect(chunks.reduce((sum, [, size]) => sum + (size ?? 0), 0)).toBe(audio?.samples.totalBytes());
    expect(audio?.samples.durationTicks()).toBe(17 * 960 - 17);
  });

  test('sizes of 64 bits, to the end of the file, and an index behind the media are read alike', async () => {
    const plain = tailslateFile(somePackets(9), { mdatFirst: true });
    const report = await verifyMovie(memorySource(plain));
    expect(report.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['moov-first']);
    const open = tailslateFile(somePackets(9)).slice();
    const at = Buffer.from(open).indexOf('mdat');
    open.fill(0, at - 4, at);
    expect((await verifyMovie(memorySource(open))).ok).toBe(true);
  });
});

test.each([
  [30, true, 1_078_920, '10:00:00;00'],
  [30, true, 1799, '00:00:59;29'],
  [30, true, 1800, '00:01:00;02'],
  [30, true, 17_982, '00:10:00;00'],
  [60, true, 3600, '00:01:00;04'],
  [30, true, 2_589_407, '23:59:59;29'],
  [30, true, 2_589_408, undefined],
  [25, false, 2_159_999, '23:59:59:24'],
  [25, true, 0, undefined],
  [0, false, 0, undefined],
])('%d frames, drop %s: frame %d is %s', (nominalFrames, dropFrame, frame, label) => {
  expect(timecodeLabel({ nominalFrames, dropFrame }, frame)).toBe(label);
});
