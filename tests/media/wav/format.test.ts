import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodePcm } from '../../../electron/media/pcm/pcm-format.ts';
import { type BwfSpec, layOutBwf } from '../../../electron/media/wav/bwf.ts';
import { verifyWave } from '../../../electron/media/wav/verify.ts';
import { asInteger, channelOf, readWave } from '../../support/wave-file.ts';
import { bwfSpec } from './sample.ts';

/** The worked example of FORMAT.md, comments taken off. */
function exampleBytes(): Buffer {
  const path = join(import.meta.dirname, '../../../electron/media/wav/FORMAT.md');
  const block = /```hex\n([\s\S]*?)```/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
  return Buffer.from(block.replaceAll(/#.*$/gm, '').replaceAll(/\s+/g, ''), 'hex');
}

function fileOf(spec: BwfSpec, channels: readonly Float32Array[]): Buffer {
  const { head, dataBytes, tail, totalBytes } = layOutBwf(spec);
  const data = Buffer.alloc(dataBytes);
  expect(encodePcm(spec.format, channels, spec.frames, data)).toBe(dataBytes);
  const file = Buffer.concat([head, data, tail]);
  expect(file.length).toBe(totalBytes);
  return file;
}

const LOUD = Float32Array.of(1.5, -1.5, 0);

const source = (bytes: Uint8Array) => ({
  sizeBytes: bytes.length,
  read: (at: number, length: number) => Promise.resolve(bytes.subarray(at, at + length)),
});

test('the worked example of FORMAT.md is what is written', () => {
  expect(fileOf(bwfSpec(), [LOUD]).toString('hex')).toBe(exampleBytes().toString('hex'));
  const wave = readWave(exampleBytes());
  expect(wave.order).toEqual(['JUNK', 'bext', 'fmt ', 'iXML', 'data', 'cue ', 'LIST']);
  expect(wave.timeReference).toBe(1_727_998_272n);
  expect([...channelOf(wave, 0)]).toEqual([2 ** 23 - 1, -(2 ** 23), 0]);
});

test('integers are those of Math.round, at every place between two of them', () => {
  const samples = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 1777);
  for (const [format, bits] of [
    ['s16', 16],
    ['s24', 24],
  ] as const) {
    const spec = bwfSpec({ format, frames: samples.length, channels: 2 });
    const wave = readWave(fileOf(spec, [samples, samples.map((value) => -value)]));
    expect([...channelOf(wave, 0)]).toEqual(Array.from(samples, (value) => asInteger(value, bits)));
    expect([...channelOf(wave, 1)]).toEqual(Array.from(samples, (value) => asInteger(-value, bits)));
  }
});

test('the samples of a single channel are the same, wherever they are written', () => {
  const samples = Float32Array.from({ length: 4003 }, (_, i) => (i - 2000) / 1777);
  const wanted = Array.from(samples, (value) => asInteger(value, 24));
  for (const offsetBytes of [0, 1, 4]) {
    const into = new Uint8Array(offsetBytes + 3 * samples.length).subarray(offsetBytes);
    expect(encodePcm('s24', [samples], samples.length, into)).toBe(into.length);
    const found = Buffer.from(into);
    expect(wanted.map((_, i) => found.readIntLE(3 * i, 3))).toEqual(wanted);
  }
});

test('what does not fit 32 bits is RF64, on the byte', () => {
  const headOf = (frames: number) => layOutBwf(bwfSpec({ frames, cues: [] }));
  const around = layOutBwf(bwfSpec({ frames: 2, cues: [] }));
  const most = Math.floor((0xffff_ffff + 8 - (around.totalBytes - 6)) / 6) * 2;
  const narrow = Buffer.from(headOf(most).head);
  expect(narrow.toString('latin1', 0, 4)).toBe('RIFF');
  expect(narrow.readUInt32LE(4)).toBe(headOf(most).totalBytes - 8);
  const wide = headOf(most + 2);
  const head = Buffer.from(wide.head);
  expect(head.toString('latin1', 0, 4)).toBe('RF64');
  expect(head.readUInt32LE(4)).toBe(0xffff_ffff);
  expect(head.toString('latin1', 12, 16)).toBe('ds64');
  expect(head.readBigUInt64LE(20)).toBe(BigInt(wide.totalBytes - 8));
  expect(head.readBigUInt64LE(28)).toBe(BigInt(wide.dataBytes));
  expect(head.readBigUInt64LE(36)).toBe(BigInt(most + 2));
  expect(head.readUInt32LE(head.length - 4)).toBe(0xffff_ffff);
  expect(head.length).toBe(narrow.length);
});

test('reading it again finds every byte of the samples, the sizes and the start', async () => {
  const spec = bwfSpec();
  const file = fileOf(spec, [LOUD]);
  const data = readWave(file).chunks.get('data') ?? Buffer.alloc(0);
  const expected = {
    sampleRate: 48_000,
    channels: 1,
    bitDepth: 24,
    frames: 3,
    timeReferenceSamples: spec.bext.timeReferenceSamples,
    sha256: createHash('sha256').update(data).digest('hex'),
    cues: 1,
  };
  expect((await verifyWave(source(file), expected)).checks.filter(({ ok }) => !ok)).toEqual([]);
  const failing = async (at: number): Promise<readonly string[]> => {
    const broken = Buffer.from(file);
    broken[at] = (broken[at] ?? 0) ^ 1;
    const { checks, ok } = await verifyWave(source(broken), expected);
    expect(ok).toBe(false);
    return checks.filter((check) => !check.ok).map(({ name }) => name);
  };
  expect(await failing(file.indexOf(data) + 4)).toEqual(['pcm-digest']);
  expect(await failing(file.indexOf('bext') + 8 + 338)).toEqual(['timecode']);
  expect(await failing(4)).toEqual(['readable']);
  expect((await verifyWave(source(file.subarray(0, -1)), expected)).ok).toBe(false);
});

test('names from other people stay text', () => {
  const spec = bwfSpec({ cues: [{ atSamples: 0, name: 'a\0b' }] });
  const named = { ...spec, ixml: { ...spec.ixml, channelNames: ['</NAME>&\u0001\ud800'] } };
  const { chunks } = readWave(fileOf(named, [LOUD]));
  expect(chunks.get('iXML')?.toString()).toContain('<NAME>&lt;/NAME&gt;&amp;\ufffd\ufffd</NAME>');
  expect(chunks.get('LIST')?.toString('latin1')).toContain('ab\0');
  expect(chunks.get('bext')?.toString('latin1', 0, 12)).toBe('Pilot / Zoe\0');
});
