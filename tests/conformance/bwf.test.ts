import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodedTrack } from '../support/decoded-track.ts';
import { type ExportedFile, ExportFolder, ROUNDTABLE } from '../support/exported-session.ts';
import { runTool } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';
import { asInteger, channelOf, readWave } from '../support/wave-file.ts';

const folder = new ExportFolder();
let pairs: readonly { readonly m4a: ExportedFile; readonly bwf: ExportedFile }[] = [];
let combined: ExportedFile | undefined;

beforeAll(async () => {
  const files: ExportedFile[] = [];
  for (const session of [ROUNDTABLE, await folder.sampleSession(0.4)]) {
    files.push(...(await folder.export(session, '29.97df', { choices: { formats: ['m4a', 'bwf'] } })));
  }
  pairs = files.flatMap((bwf, index) => {
    const m4a = files[index - 1];
    return bwf.plan.kind === 'bwf' && m4a !== undefined ? [{ m4a, bwf }] : [];
  });
  [combined] = await folder.export(ROUNDTABLE, '29.97df', {
    choices: { formats: ['bwf'], layout: 'combined' },
  });
});

afterAll(() => {
  folder.remove();
});

/** Index of the first sample that differs, or -1. */
function firstDifference(actual: Float64Array, expected: Float32Array, bits: number): number {
  if (actual.length !== expected.length) return Math.min(actual.length, expected.length);
  return actual.findIndex((value, i) => value !== asInteger(expected[i] ?? 0, bits));
}

describe('a Broadcast Wave file', () => {
  test('holds what the m4a plays, sample for sample', async () => {
    expect(pairs.length).toBe(8);
    for (const { m4a, bwf } of pairs) {
      const wave = readWave(readFileSync(bwf.outcome.path));
      const [expected] = await decodedTrack(m4a.outcome.path);
      expect(firstDifference(channelOf(wave, 0), expected ?? new Float32Array(0), 24)).toBe(-1);
      expect(bwf.outcome.durationSamples).toBe(m4a.outcome.durationSamples);
    }
  });

  test('begins at the same instant: TimeReference is the start frame in samples', () => {
    for (const { m4a, bwf } of pairs) {
      const { startFrame } = m4a.plan.item.timecode;
      const wave = readWave(readFileSync(bwf.outcome.path));
      expect(startFrame % 5).toBe(0);
      expect(wave.timeReference).toBe((BigInt(startFrame) * 8008n) / 5n);
      const ixml = wave.chunks.get('iXML')?.toString() ?? '';
      expect(ixml).toContain('<TIMECODE_RATE>30000/1001</TIMECODE_RATE><TIMECODE_FLAG>DF</TIMECODE_FLAG>');
      expect(ixml).toContain(`<NAME>${bwf.outcome.player}</NAME>`);
    }
  });

  test('of all players has a channel for each, which is that of the player alone', () => {
    if (combined === undefined) throw new Error('nothing was exported');
    const wave = readWave(readFileSync(combined.outcome.path));
    const alone = pairs.slice(0, 4).map(({ bwf }) => readWave(readFileSync(bwf.outcome.path)));
    expect(wave.channels).toBe(4);
    for (const [channel, one] of alone.entries()) {
      expect(Buffer.from(channelOf(wave, channel).buffer).equals(Buffer.from(channelOf(one, 0).buffer))).toBe(
        true,
      );
    }
    expect(wave.timeReference).toBe(alone[0]?.timeReference);
    expect(combined.outcome.path).toContain('all players');
  });

  test.each([
    ['s16', 16],
    ['f32', 32],
  ] as const)('can hold %s', async (pcm, bits) => {
    const [file] = await folder.export(ROUNDTABLE, '29.97df', { choices: { formats: ['bwf'], pcm } });
    const [expected] = await decodedTrack(pairs[0]?.m4a.outcome.path ?? '');
    if (file === undefined || expected === undefined) throw new Error('nothing was exported');
    const wave = readWave(readFileSync(file.outcome.path));
    expect(wave.bits).toBe(bits);
    const actual = channelOf(wave, 0);
    if (pcm === 's16') expect(firstDifference(actual, expected, 16)).toBe(-1);
    else {
      expect(actual.length).toBe(expected.length);
      expect(actual.every((value, i) => Math.abs(value - (expected[i] ?? 0)) < 1e-12)).toBe(true);
    }
  });

  test('is the same every time', async () => {
    const [again] = await folder.export(ROUNDTABLE, '29.97df', { choices: { formats: ['bwf'] } });
    const once = pairs[0]?.bwf.outcome.path ?? '';
    expect(readFileSync(again?.outcome.path ?? '').equals(readFileSync(once))).toBe(true);
  });
});

describe('other programs read it', () => {
  test('ffprobe', needs('ffprobe'), () => {
    for (const path of paths()) {
      const args = ['-v', 'warning', '-show_format', '-show_streams', '-of', 'json', path];
      const { output, warnings } = runTool('ffprobe', args);
      expect(warnings).toBe('');
      const { format, streams } = JSON.parse(output.toString()) as {
        format: { tags: Record<string, string>; duration: string };
        streams: { codec_name: string; duration_ts: number }[];
      };
      expect(format.tags['time_reference']).toBe(String(readWave(readFileSync(path)).timeReference));
      expect(streams[0]?.codec_name).toBe('pcm_s24le');
    }
  });

  test('mediainfo', needs('mediainfo'), () => {
    for (const path of paths()) {
      const inform = '--Inform=Audio;%Delay_Source%|%BitDepth%|%SamplingRate%|%Format%';
      const said = runTool('mediainfo', [inform, path]).output.toString().trim();
      expect(said).toMatch(/^Container \(bext\)\|24\|48000\|(PCM|Extensible)$/u);
    }
  });

  test('sox', needs('sox'), () => {
    for (const path of paths()) {
      const run = runTool('sox', [path, '-n', 'stat']);
      expect(run.warnings).not.toMatch(/WARN|FAIL/u);
    }
  });
});

function paths(): readonly string[] {
  return [...pairs.map(({ bwf }) => bwf), ...(combined === undefined ? [] : [combined])].map(
    ({ outcome }) => outcome.path,
  );
}
