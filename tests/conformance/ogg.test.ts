import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOggOpus } from '../../electron/media/ogg/reader.ts';
import {
  editOf,
  type ExportedFile,
  ExportFolder,
  readExported,
  ROUNDTABLE,
} from '../support/exported-session.ts';
import { decodeAudio, runTool } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';

const folder = new ExportFolder();
let pairs: readonly { readonly m4a: ExportedFile; readonly ogg: ExportedFile }[] = [];

beforeAll(async () => {
  const sample = await folder.sampleSession(0.4);
  const files: ExportedFile[] = [];
  for (const session of [ROUNDTABLE, sample]) {
    // At 29.97 the start is no multiple of 2.5 ms before the packets, so that more than the lookahead is trimmed.
    files.push(...(await folder.export(session, '29.97df', { choices: { formats: ['m4a', 'ogg'] } })));
  }
  pairs = files.flatMap((ogg, index) => {
    const m4a = files[index - 1];
    return ogg.plan.kind === 'ogg' && m4a !== undefined ? [{ m4a, ogg }] : [];
  });
});

afterAll(() => {
  folder.remove();
});

test('there is an Ogg file beside every m4a, with the same name, length and packets', async () => {
  expect(pairs.length).toBe(8);
  for (const { m4a, ogg } of pairs) {
    expect(ogg.outcome.path.replace(/\.opus$/u, '.m4a')).toBe(m4a.outcome.path);
    expect(ogg.outcome.packetsSha256).toBe(m4a.outcome.packetsSha256);
    const { audio, samples } = await readExported(m4a.outcome.path);
    const read = readOggOpus(readFileSync(ogg.outcome.path), 'ogg');
    expect(read.findings).toEqual([]);
    expect(read.durationSamples).toBe(editOf(audio).durationSamples);
    expect(read.head?.preSkipSamples).toBe(editOf(audio).startSamples);
    expect(read.packets.length).toBe(samples.length);
    expect(read.packets.every((packet, i) => Buffer.compare(packet, samples[i]?.bytes ?? packet) === 0)).toBe(
      true,
    );
    expect(read.tags?.comments).toContain(`PACKETS_SHA256=${m4a.outcome.packetsSha256}`);
    expect(read.tags?.comments).toContain(`TIMECODE_START=${m4a.outcome.timecode}`);
  }
});

test('opusinfo has nothing to complain of', needs('opusinfo'), () => {
  for (const { ogg } of pairs) {
    const said = runTool('opusinfo', [ogg.outcome.path]);
    expect(said.output.toString() + said.warnings).not.toMatch(/warning|error/iu);
    expect(said.output.toString()).toContain(`PLAYER=${ogg.outcome.player}`);
  }
});

test('ffprobe finds the length and the tags', needs('ffprobe'), () => {
  for (const { ogg } of pairs) {
    const args = ['-v', 'warning', '-show_format', '-show_streams', '-of', 'json', ogg.outcome.path];
    const { output, warnings } = runTool('ffprobe', args);
    expect(warnings).toBe('');
    const probed = JSON.parse(output.toString()) as {
      format: { duration: string };
      streams: { codec_name: string; tags: Record<string, string> }[];
    };
    const seconds = ogg.outcome.durationSamples / 48_000;
    // ffprobe counts from the first packet and leaves the pre-skip in.
    expect(Math.abs(Number(probed.format.duration) - seconds)).toBeLessThan(0.02);
    expect(probed.streams[0]?.codec_name).toBe('opus');
    expect(probed.streams[0]?.tags['TIMECODE_RATE']).toBe('29.97df');
  }
});

test('it sounds as the m4a does, sample for sample', needs('ffmpeg'), () => {
  for (const { m4a, ogg } of pairs) {
    const ours = decodeAudio(m4a.outcome.path, 'libopus').samples;
    const { samples, warnings } = decodeAudio(ogg.outcome.path, 'libopus');
    expect(warnings).toBe('');
    expect(samples.length).toBe(ogg.outcome.durationSamples);
    // The m4a's last packet is played whole by ffmpeg, see ffmpeg.test.ts.
    expect(Buffer.from(ours.buffer, 0, samples.byteLength).equals(Buffer.from(samples.buffer))).toBe(true);
  }
});

test('the same session gives the same bytes again', async () => {
  const choices = { formats: ['ogg'] } as const;
  const [once, again] = [
    await folder.export(ROUNDTABLE, '25', { choices }),
    await folder.export(ROUNDTABLE, '25', { choices }),
  ].map((files) => files.map(({ outcome }) => readFileSync(outcome.path).toString('base64')));
  expect(again).toEqual(once);
});
