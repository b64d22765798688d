import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oggChecksum } from '../../electron/media/ogg/checksum.ts';
import { oggPageAt } from '../../electron/media/ogg/page.ts';
import type { ExportChoices } from '../../electron/services/export-plan.ts';
import { verifyFile } from '../../electron/services/verify-file.ts';
import { documentOf, tailslate } from '../support/cli.ts';
import { ExportFolder } from '../support/exported-session.ts';
import { writeOggOpus } from '../support/ogg-writer.ts';
import { readWave } from '../support/wave-file.ts';

const folder = new ExportFolder();
let session = '';
/** Paths of the exported files, by what is in them. */
const files = new Map<string, string>();

beforeAll(async () => {
  session = await folder.sampleSession(0.4);
  const players = ['Marit Solheim', 'Tomás Berg'];
  const make = async (prefix: string, choices: Partial<ExportChoices>): Promise<void> => {
    for (const { plan, outcome } of await folder.export(session, '29.97df', { players, choices })) {
      const who = plan.playerId ?? 'all';
      files.set(`${prefix} ${plan.kind} ${who}`, outcome.path);
    }
  };
  await make('whole', { formats: ['m4a', 'bwf', 'mov', 'ogg', 'mix'] });
  await make('fragmented', { fragmented: true });
  await make('combined', { layout: 'combined', formats: ['m4a', 'mov'], fragmented: true });
  await make('short', { layout: 'combined', formats: ['bwf'], pcm: 's16' });
  await make('trimmed', { align: 'trim', formats: ['bwf', 'ogg'] });
});

afterAll(() => {
  folder.remove();
});

const pathOf = (name: string): string => files.get(name) ?? '';
const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
const failed = async (path: string, of?: string): Promise<readonly string[]> =>
  (await verifyFile(path, of, quiet)).checks
    .filter(({ ok }) => !ok)
    .map(({ name, detail }) => `${name}: ${detail}`);

test('a file of every format is whole by itself, and says what was not compared', async () => {
  expect(files.size).toBe(18);
  for (const [name, path] of files) {
    const report = await verifyFile(path, undefined, quiet);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.format).toBe(name.split(' ')[1]);
    expect(report.fragmented).toBe(report.format === 'm4a' && !name.startsWith('whole'));
    expect(report.timecode?.label).toMatch(/^\d\d:\d\d:\d\d;\d\d$/u);
    if (report.format === 'mix') {
      expect(report.checks.find(({ name }) => name === 'loudness')?.detail).toMatch(
        /^the samples measure -\d+\.\d LUFS and a true peak of -\d+\.\d dBTP, as the file says$/u,
      );
    }
    if (report.format === 'm4a') expect(report.notCompared).toEqual([]);
    else if (report.format !== 'ogg') expect(report.notCompared[0]).toMatch(/^the samples: /u);
  }
});

test('compared with its session it is the same, packet by packet or sample by sample', async () => {
  for (const [, path] of files) {
    const report = await verifyFile(path, session, quiet);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.session).toBe(session);
    if (report.format === 'mix') {
      expect(report.notCompared).toEqual([expect.stringMatching(/^the samples: how loud/u)]);
    } else {
      expect(report.notCompared).toEqual([]);
      expect(report.checks.some(({ name }) => name.startsWith('session-'))).toBe(true);
    }
  }
});

test('sound in all of the packets that were laid as silence is found, though they are alike', async () => {
  const path = join(folder.path, 'haunted.m4a');
  for (const name of ['whole m4a 0', 'fragmented m4a 0']) {
    const bytes = readFileSync(pathOf(name));
    const silence = Buffer.from('f8fffe', 'hex');
    let laid = 0;
    for (let at = bytes.indexOf(silence); at >= 0; at = bytes.indexOf(silence, at + 3), laid++)
      bytes.write('f81234', at, 'hex');
    expect(laid).toBeGreaterThan(100);
    writeFileSync(path, bytes);
    // Recorded packets of digital silence are changed with them, which the digest tells.
    expect(await failed(path)).toContain('silence: packets that were laid as silence hold sound');
  }
});

test('what a file is called does not matter', async () => {
  const path = join(folder.path, 'wrong.m4a');
  copyFileSync(pathOf('whole bwf 0'), path);
  expect((await verifyFile(path, session, quiet)).format).toBe('bwf');
  copyFileSync(pathOf('whole ogg 0'), path);
  expect((await verifyFile(path, session, quiet)).format).toBe('ogg');
});

/** A copy of a file with one bit changed. */
function broken(name: string, at: (bytes: Buffer) => number): string {
  const bytes = readFileSync(pathOf(name));
  const place = at(bytes);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  const path = join(folder.path, 'broken');
  writeFileSync(path, bytes);
  return path;
}

const middle = (bytes: Buffer): number => Math.floor(bytes.length / 2);

describe('one flipped bit is found', () => {
  test.each(['whole bwf 0', 'whole mov 0', 'combined mov all', 'short bwf all', 'trimmed bwf 1'])(
    'in the samples of %s, and where',
    async (name) => {
      const path = broken(name, middle);
      expect(await failed(path)).toEqual([]);
      const [first, ...others] = await failed(path, session);
      expect(first).toMatch(/^session-samples: they differ from what .*, first at sample \d+/u);
      expect(others).toEqual([]);
    },
  );

  test('in a page of Ogg, with and without the session', async () => {
    const path = broken('whole ogg 0', middle);
    for (const of of [undefined, session]) {
      expect((await failed(path, of))[0]).toMatch(/^readable: at byte \d+: An Ogg page whose checksum/u);
    }
    // With the session it is told which packet it hit, and where in it.
    const report = await verifyFile(path, session, quiet);
    const { firstDifference: found } = report;
    expect(found).toMatchObject({ trackId: 1, what: 'payload' });
    expect(found?.expected).toBe((found?.actual ?? 0) ^ 1);
    expect(report.checks.find(({ name }) => name === 'session-digest')?.detail).toBe(
      `the payload differs, first at packet ${found?.packet} (payload)`,
    );
  });

  test('in a page of Ogg that was given a right checksum again', async () => {
    const path = broken('whole ogg 0', middle);
    const before = (await verifyFile(path, session, quiet)).firstDifference;
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length;) {
      const page = oggPageAt(bytes.subarray(at)) ?? expect.fail(`no page at ${at}`);
      bytes.fill(0, at + 22, at + 26);
      bytes.writeUInt32LE(oggChecksum(bytes, at, at + page.endByte, 0), at + 22);
      at += page.endByte;
    }
    writeFileSync(path, bytes);
    const { checks, firstDifference } = await verifyFile(path, session, quiet);
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['session-digest']);
    expect(firstDifference).toEqual(before);
  });

  test('in a fragment and in the index of fragments', async () => {
    const name = 'fragmented m4a 0';
    const late = (bytes: Buffer): number => bytes.indexOf('tfdt', middle(bytes)) + 15;
    expect((await failed(broken(name, late))).join()).toMatch(/fragments: track 1: fragment \d+ begins at/u);
    const index = (bytes: Buffer): number => bytes.indexOf('tfra') + 27;
    expect((await failed(broken(name, index))).join()).toMatch(
      /fragments: track 1: fragment 1 is not where the index says/u,
    );
    expect(await failed(broken(name, middle))).not.toEqual([]);
  });

  test.each([
    ['whole bwf 0', (bytes: Buffer) => bytes.indexOf('bext') + 8 + 338, /^timecode: samples since midnight/u],
    ['whole bwf 0', (bytes: Buffer) => bytes.indexOf('fmt ') + 8 + 5, /^audio-format: 1 channels, 4\d+ Hz/u],
    ['whole mov 0', (bytes: Buffer) => bytes.indexOf('mvhd') + 4 + 14, /^audio-format: .* at 4\d+ Hz/u],
    ['whole mov 0', (bytes: Buffer) => bytes.indexOf('mdhd') + 4 + 14, /^audio-format: track 1 is not/u],
    ['combined mov all', (bytes: Buffer) => bytes.indexOf('stts') + 4 + 15, /^audio-format: track 1 is not/u],
    ['whole bwf 0', (bytes: Buffer) => bytes.indexOf('TIMECODE_START=') + 25, /^timecode: /u],
    ['whole mix all', (bytes: Buffer) => bytes.indexOf('DURATION_SAMPLES=') + 20, /^item-duration: /u],
    ['whole mix all', (bytes: Buffer) => bytes.indexOf('bext') + 8 + 413, /^loudness: .*, the file says /u],
    ['whole mix all', (bytes: Buffer) => bytes.indexOf('bext') + 8 + 417, /^loudness: .*, the file says /u],
    ['whole mov 0', (bytes: Buffer) => bytes.lastIndexOf('mdat') + 7, /^(?:item-timecode|timecode): /u],
  ])('in what %s says of itself', async (name, at, says) => {
    expect((await failed(broken(name, at))).some((line) => says.test(line))).toBe(true);
  });
});

test.each(['s16', 'f32'] as const)('a mix-down in %s whose level was changed is found', async (pcm) => {
  const choices = { formats: ['mix' as const], pcm };
  const [made] = await folder.export(session, '25', { choices });
  const path = made?.outcome.path ?? '';
  expect(await failed(path)).toEqual([]);
  const bytes = readFileSync(path);
  const data = readWave(bytes).chunks.get('data') ?? Buffer.alloc(0);
  for (let at = 0; at < data.length; at += pcm === 's16' ? 2 : 4) {
    if (pcm === 's16') data.writeInt16LE(Math.trunc(data.readInt16LE(at) * 0.9), at);
    else data.writeFloatLE(data.readFloatLE(at) * 0.9, at);
  }
  writeFileSync(path, bytes);
  expect((await failed(path)).join()).toMatch(/^loudness: the samples measure .*, the file says /u);
});

test('where an Ogg file that was cut short stops is told as a packet, too', async () => {
  const whole = readFileSync(pathOf('whole ogg 0'));
  const path = join(folder.path, 'short.opus');
  let end = 0;
  while (end < whole.length / 2) end += oggPageAt(whole.subarray(end))?.endByte ?? whole.length;
  writeFileSync(path, whole.subarray(0, end));
  const { checks, tracks, firstDifference } = await verifyFile(path, session, quiet);
  const packets = tracks[0]?.packets ?? 0;
  expect(packets).toBeGreaterThan(10);
  expect(firstDifference).toMatchObject({ packet: packets, what: 'count', actual: packets });
  expect(checks.find(({ name }) => name === 'session-digest')?.detail).toBe(
    `the payload differs, first at packet ${packets} (count)`,
  );
});

test('what was cut short is not whole', async () => {
  const path = join(folder.path, 'cut');
  for (const name of ['whole bwf 0', 'whole mov 0', 'whole ogg 0', 'whole mix all', 'fragmented m4a 0']) {
    const bytes = readFileSync(pathOf(name));
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    for (const of of [undefined, session]) expect(await failed(path, of)).not.toEqual([]);
  }
});

test('a WAV of others is no export, and an Ogg file without Opus is refused', async () => {
  const bytes = Buffer.alloc(44);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.write('data', 36);
  const path = join(folder.path, 'other');
  writeFileSync(path, bytes);
  expect(await failed(path)).toContain('metadata: no Tailslate metadata');
  await expect(verifyFile(path, session, quiet)).rejects.toThrow(/it is not a Tailslate export/u);
  writeFileSync(path, 'OggS and no more');
  await expect(verifyFile(path, undefined, quiet)).rejects.toThrow(/an Ogg file without Opus/u);
});

/** A WAVE file of nothing but these chunks. */
function wave(...chunks: readonly (readonly [code: string, body: Buffer])[]): Buffer {
  const bodies = chunks.map(([code, body]) => {
    const head = Buffer.from(`${code}    `);
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body]);
  });
  const bytes = Buffer.concat([Buffer.from('RIFF    WAVE'), ...bodies]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
}

test('a WAV whose iXML was made to take long does not', async () => {
  const path = join(folder.path, 'slow.wav');
  writeFileSync(path, wave(['iXML', Buffer.from('<TRACK>'.repeat(149_796))]));
  expect(await failed(path)).toContain('metadata: no Tailslate metadata');
}, 5000);

test('an Ogg Opus file of others has no numbers that are none', async () => {
  const path = join(folder.path, 'other.opus');
  const packet = { bytes: Uint8Array.of(0xf8, 1, 2, 3), durationSamples: 960 };
  const stream = { channels: 1, preSkipSamples: 312, inputRate: 48_000, endGranule: 1920 } as const;
  writeFileSync(path, writeOggOpus(stream, [packet, packet]));
  const report = await verifyFile(path, undefined, quiet);
  expect(report.ok).toBe(false);
  expect(report.checks.map(({ detail }) => detail).join()).not.toMatch(/NaN/u);
  expect(report.tracks).toMatchObject([{ packets: 2, silencePackets: 0, sha256: null }]);
  await expect(verifyFile(path, session, quiet)).rejects.toThrow(/it is not a Tailslate export/u);
});

test('the terminal tells in a line each, and in one document', async () => {
  const paths = [pathOf('whole bwf 0'), pathOf('fragmented m4a 0')];
  const run = await tailslate(['verify', ...paths, '--session', session]);
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toMatch(
    /^ok .*\.wav: identical to the session \(Broadcast Wave, .*\nok .*\.m4a: identical/u,
  );
  const alone = await tailslate(['verify', ...paths, '--json']);
  expect(documentOf(alone)).toMatchObject({
    ok: true,
    files: [
      { format: 'bwf', session: null, notCompared: [expect.stringMatching(/^the samples: /u)] },
      { format: 'm4a', fragmented: true, notCompared: [] },
    ],
  });
  const misused = await tailslate(['export', session, '--out', 'o', '--format', 'bwf', '--fragmented']);
  expect(misused.code).toBe(2);
  expect(misused.stderr).toMatch(/--fragmented is a form of m4a.*\n {2}Add --format m4a/u);
});
