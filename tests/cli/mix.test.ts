import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MixReport } from '../../shared/model/loudness.ts';
import { tailslate } from '../support/cli.ts';
import { writeSession } from '../support/session-folder.ts';
import { encodeAudio, tone } from '../support/spoken-audio.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = temporaryFolder();
const session = join(root, 'session');

beforeAll(async () => {
  const packets = encodeAudio(250, tone(6000));
  const spoken = [{ track: 0, positionSamples: 0, packets }];
  await writeSession(session, { players: ['Ada = host', 'Ben'], spoken, endSamples: 6 * 48_000 });
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

test('export --format mix makes one file and tells how loud everybody is', async () => {
  const out = join(root, 'out');
  const args = ['export', session, '--out', out, '--format', 'mix', '--pan', 'Ada = host=-30'];
  const { code, stdout } = await tailslate([...args, '--gain', 'Ada = host=-2.5']);
  expect(code).toBe(0);
  expect(readdirSync(out)).toHaveLength(1);
  expect(readdirSync(out)[0]).toMatch(/mix.*\.wav$/);
  expect(stdout).toMatch(/Ada = host\s+-\d+\.\d LUFS.*-30\s+-2\.5 dB/);
  expect(stdout).toMatch(/Ben\s+no packets/);
  // Packets, then no silence: that of all players together is no part of this file's length.
  expect(stdout).toMatch(/^mix .* 250 {2,}0\.0 ms/mu);
  expect(stdout).toMatch(/the file\s+-16\.0 LUFS/);
  expect(stdout).toMatch(/Raised by \d+\.\d dB; the limiter took 0\.0 dB at most\./);
});

test('the encoded ones have the same name and the bitrate that was asked for', async () => {
  const out = join(root, 'encoded');
  const formats = ['mix', 'mix-m4a', 'mix-ogg'].flatMap((format) => ['--format', format]);
  const args = ['export', session, '--out', out, ...formats, '--mix-kbps', '96', '--gain', 'Ben=3'];
  const { code, stdout } = await tailslate([...args, '--json']);
  expect(code).toBe(0);
  const names = readdirSync(out).sort();
  expect(names.map((name) => name.slice(name.lastIndexOf('.')))).toEqual(['.m4a', '.opus', '.wav']);
  expect(new Set(names.map((name) => name.slice(0, name.lastIndexOf('.')))).size).toBe(1);
  const { files } = JSON.parse(stdout) as { files: { sizeBytes: number; mixReport: MixReport }[] };
  // 6 s at 96 kb/s are 72 kB.
  expect(files.slice(1).every(({ sizeBytes }) => sizeBytes < 100_000)).toBe(true);
  for (const { mixReport } of files) {
    expect(mixReport.mix.integratedLufs).toBeCloseTo(-16, 0);
    expect(mixReport.players[1]?.place.gainDb).toBe(3);
  }
  const m4a = join(out, names[0] ?? '');
  const verified = await tailslate(['verify', m4a, '--session', session]);
  expect(verified.code).toBe(0);
  expect(verified.stdout).toMatch(/whole, a mix-down of packets that were encoded for it/);
});

test('--json carries the same numbers', async () => {
  const out = join(root, 'json');
  const { stdout } = await tailslate(['export', session, '--out', out, '--format', 'mix', '--json']);
  const { files } = JSON.parse(stdout) as { files: { mixReport: MixReport; tracks: unknown[] }[] };
  // Tracks are those that hold one player.
  expect(files[0]?.tracks).toEqual([]);
  expect(files[0]?.mixReport.mix.integratedLufs).toBeCloseTo(-16, 1);
  expect(files[0]?.mixReport.players).toHaveLength(2);
});

test.each([
  [['--format', 'mix', '--pan', 'Ada'], /--pan Ada names no player and number/],
  [['--format', 'mix', '--pan', 'Ben=101'], /number from -100 to 100/],
  [['--format', 'mix', '--gain', 'Eve=0'], /no player "Eve"/],
  [['--format', 'mix-ogg', '--pan', 'Eve=0'], /Its players are "Ada = host", "Ben"/],
  [['--pan', 'Ben=10'], /--format mix/],
  [['--format', 'mix', '--mix-kbps', '96'], /--format mix-m4a or --format mix-ogg/],
  [['--format', 'mix-ogg', '--mix-kbps', '64'], /96, 128, 160, 192/],
])('%j is wrong use', async (options, said) => {
  const { code, stderr } = await tailslate(['export', session, '--out', join(root, 'wrong'), ...options]);
  expect(code).toBe(2);
  expect(stderr).toMatch(said);
});
