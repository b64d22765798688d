import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOggOpus } from '../../../electron/media/ogg/reader.ts';
import { packetSamples } from '../../../electron/media/opus/toc.ts';
import { onCpu } from '../../support/on-cpu.ts';
import { needs, programPath } from '../../support/programs.ts';
import { oggOpus, page } from './ogg-writer.ts';

const speechFolder = join(import.meta.dirname, '../../../resources/speech');
const speech = readFileSync(join(speechFolder, 'ines.opus'));

const concat = (pages: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(pages));
const kinds = (bytes: Uint8Array): readonly string[] =>
  readOggOpus(bytes, 'x').findings.map(({ kind }) => kind);

/** Packets of 20 ms that differ in every byte but the first. */
const packetOf = (sizeBytes: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: sizeBytes }, (_, at) => (at === 0 ? 0xf8 : (seed * 31 + at * 7) & 0xff));
const packetsOf = (...sizes: readonly number[]): readonly Uint8Array[] => sizes.map(packetOf);

describe('files of other programs', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tailslate-ogg-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(['marit', 'tomas', 'ines', 'noor'])('opusenc: %s.opus is whole', (name) => {
    const { head, tags, packets, findings, durationSamples } = readOggOpus(
      readFileSync(join(speechFolder, `${name}.opus`)),
      name,
    );
    expect(findings).toEqual([]);
    expect(head).toEqual({ channels: 1, preSkipSamples: 312, inputRate: 48_000, outputGain: 0 });
    expect(tags?.vendor).toMatch(/^libopus/);
    expect(tags?.comments.some((comment) => comment.startsWith('title='))).toBe(true);
    expect(packets.every((packet) => packetSamples(packet, 0, packet.length) === 960)).toBe(true);
    // The input was a whole number of packets; the last one only flushes the lookahead.
    expect(durationSamples).toBe((packets.length - 1) * 960);
  });

  test('ffprobe finds the same packets', needs('ffprobe'), () => {
    const sizes = execFileSync(
      programPath('ffprobe'),
      ['-v', 'error', '-show_entries', 'packet=size', '-of', 'csv=p=0', join(speechFolder, 'ines.opus')],
      { encoding: 'utf8' },
    );
    const { packets } = readOggOpus(speech, 'ines.opus');
    expect(packets.map((packet) => String(packet.length))).toEqual(sizes.match(/^\d+/gm));
  });

  test('ffmpeg: copied into Ogg with large pages, the packets are the same', needs('ffmpeg'), () => {
    const path = join(folder, 'copy.opus');
    execFileSync(programPath('ffmpeg'), [
      ...[
        '-v',
        'error',
        '-i',
        join(speechFolder, 'ines.opus'),
        '-c',
        'copy',
        '-page_duration',
        '5000000',
        path,
      ],
    ]);
    const copy = readOggOpus(readFileSync(path), 'copy.opus');
    const original = readOggOpus(speech, 'ines.opus');
    expect(copy.findings).toEqual([]);
    expect(digest(copy.packets)).toBe(digest(original.packets));
    expect(copy.durationSamples).toBe(original.durationSamples);
  });

  test(
    'opusenc: stereo, 60 ms packets at 256 kb/s and a cover that spans pages',
    needs('opusenc', 'sox'),
    () => {
      const wav = join(folder, 'noise.wav');
      const cover = join(folder, 'cover.png');
      const path = join(folder, 'noise.opus');
      execFileSync(programPath('sox'), [
        ...['-R', '-n', '-r', '44100', '-c', '2', '-b', '16', wav, 'synth', '3', 'pinknoise', 'gain', '-12'],
      ]);
      // A PNG head and 100 kB that no reader of tags looks into.
      const png = Buffer.alloc(100_000, 0x55);
      png.set(Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080200000090', 'hex'));
      writeFileSync(cover, png);
      execFileSync(programPath('opusenc'), [
        ...[
          '--quiet',
          '--serial',
          '5',
          '--framesize',
          '60',
          '--bitrate',
          '256',
          '--picture',
          cover,
          wav,
          path,
        ],
      ]);
      const { head, tags, packets, durationSamples, findings } = readOggOpus(
        readFileSync(path),
        'noise.opus',
      );
      expect(findings).toEqual([]);
      expect(head).toMatchObject({ channels: 2, inputRate: 44_100 });
      expect(tags?.comments.find((comment) => comment.length > 100_000)).toMatch(/^METADATA_BLOCK_PICTURE=/i);
      // opusenc may shorten the last one.
      const samples = packets.map((packet) => packetSamples(packet, 0, packet.length));
      expect(new Set(samples.slice(0, -1))).toEqual(new Set([2880]));
      expect(durationSamples).toBe(144_000);
    },
  );
});

describe('pages', () => {
  test('packets of every size come back, however they fall on pages', () => {
    const size = fc.oneof(
      fc.constantFrom(1, 254, 255, 256, 509, 510, 511, 1276),
      fc.integer({ min: 1, max: 1276 }),
    );
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 255 }),
        (sizes, lacings) => {
          const packets = packetsOf(...sizes);
          const read = readOggOpus(concat(oggOpus(packets, lacings)), 'x');
          expect(read.findings).toEqual([]);
          expect(read.packets.map((packet) => [...packet])).toEqual(packets.map((packet) => [...packet]));
          expect(read.durationSamples).toBe(packets.length * 960 - 312);
        },
      ),
      { seed: 31, numRuns: 200 },
    );
  });

  test('the position on the last page cuts the end off', () => {
    const pages = [...oggOpus(packetsOf(100, 100), 1)];
    pages[3] = page({ body: packetOf(100, 1), lacing: [100], sequence: 3, granule: 1500n, flags: 4 });
    expect(readOggOpus(concat(pages), 'x')).toMatchObject({ durationSamples: 1500 - 312, findings: [] });
  });

  test('a stream that was cut out of another starts where its first position says', () => {
    const pages = [...oggOpus(packetsOf(100, 100), 1)];
    pages[2] = page({ body: packetOf(100, 0), lacing: [100], sequence: 2, granule: 48_000n });
    pages[3] = page({ body: packetOf(100, 1), lacing: [100], sequence: 3, granule: 48_600n, flags: 4 });
    expect(readOggOpus(concat(pages), 'x')).toMatchObject({ durationSamples: 960 + 600 - 312, findings: [] });
  });
});

describe('damage', () => {
  const packets = packetsOf(...Array.from({ length: 60 }, (_, at) => 100 + at * 10));
  const pages = oggOpus(packets, 7);
  const whole = concat(pages);
  const startOf = (index: number): number =>
    pages.slice(0, index).reduce((sum, each) => sum + each.length, 0);

  test('a flipped bit costs its page and what lies on it, and no more', () => {
    const bytes = Uint8Array.from(whole);
    const at = startOf(5) + 60;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const read = readOggOpus(bytes, 'log.opus');
    expect(read.findings[0]).toEqual({
      kind: 'bad-checksum',
      file: 'log.opus',
      startByte: startOf(5),
      endByte: startOf(6),
      reason: 'An Ogg page whose checksum does not match.',
    });
    expect(read.findings.map(({ kind }) => kind)).toEqual(['bad-checksum', 'hole', 'bad-header']);
    expect(read.packets.length).toBeGreaterThanOrEqual(packets.length - 8);
    for (const packet of read.packets)
      expect(packets.some((each) => Buffer.compare(each, packet) === 0)).toBe(true);
  });

  test('a lost page is a hole', () => {
    const bytes = concat([...pages.slice(0, 5), ...pages.slice(6)]);
    expect(readOggOpus(bytes, 'x').findings[0]).toMatchObject({ kind: 'hole', startByte: startOf(5) });
  });

  test('bytes between pages are named and skipped', () => {
    const bytes = concat([...pages.slice(0, 5), Buffer.from('Ogg? no, OggS!'), ...pages.slice(5)]);
    const read = readOggOpus(bytes, 'x');
    expect(read.packets.length).toBe(packets.length);
    expect(read.findings.map(({ kind }) => kind)).toEqual(['foreign-bytes', 'bad-header']);
    expect(read.findings[1]?.endByte).toBe(startOf(5) + 14);
  });

  test('a file that stops anywhere keeps all packets before', () => {
    const first = startOf(2);
    for (let length = first; length < whole.length; length += 37) {
      const read = readOggOpus(whole.subarray(0, length), 'x');
      expect(read.findings.at(-1)).toMatchObject({ kind: 'torn-tail', endByte: length });
      expect(read.packets.map((packet) => packet.length)).toEqual(
        packets.slice(0, read.packets.length).map((packet) => packet.length),
      );
    }
  });

  test('another stream is named and not read', () => {
    const other = oggOpus(packetsOf(50, 60, 70), 50, 8);
    const read = readOggOpus(concat([...pages, ...other]), 'x');
    expect(read.packets.length).toBe(packets.length);
    expect(read.findings).toEqual([
      {
        kind: 'foreign-bytes',
        file: 'x',
        startByte: whole.length,
        endByte: whole.length + concat(other).length,
        reason: 'A page of another stream, which is not read.',
      },
    ]);
  });

  test('a packet that is not Opus is left out, an empty one too', () => {
    const code3 = Uint8Array.of(0xfb, 0x00);
    const bad = oggOpus([packetOf(10, 1), code3, new Uint8Array(0), packetOf(12, 2)], 50);
    const read = readOggOpus(concat(bad), 'x');
    expect(read.packets.map((packet) => packet.length)).toEqual([10, 12]);
    expect(read.findings.map(({ kind }) => kind)).toEqual(['not-opus', 'not-opus']);
  });

  test('missing and unreadable tags', () => {
    expect(kinds(concat([pages[0] ?? new Uint8Array(0), ...pages.slice(2)]))).toContain('bad-header');
    const lying = Buffer.concat([Buffer.from('OpusTags'), Buffer.from('ffffff7f', 'hex')]);
    const read = readOggOpus(
      concat([
        pages[0] ?? new Uint8Array(0),
        page({ body: lying, lacing: [lying.length], sequence: 1 }),
        ...pages.slice(2),
      ]),
      'x',
    );
    expect(read.tags).toBeUndefined();
    expect(read.packets.length).toBe(packets.length);
    expect(read.findings.map(({ reason }) => reason)).toEqual(['Tags that cannot be read.']);
  });

  test('surround sound is refused in words', () => {
    const head = Buffer.from('4f707573486561640106380180bb0000000001040200040102030506', 'hex');
    const read = readOggOpus(page({ body: head, lacing: [head.length], sequence: 0, flags: 2 }), 'x');
    expect(read.head).toBeUndefined();
    expect(read.findings[0]?.reason).toContain('family 1 with 6 channels');
  });

  test.each([0, 3, 26, 27, 1000])('%i bytes of anything are no Opus file', (length) => {
    const read = readOggOpus(new Uint8Array(length).fill(0x4f), 'x');
    expect(read).toMatchObject({ head: undefined, packets: [], durationSamples: 0 });
    expect(read.findings.at(-1)?.kind).toBe('bad-header');
  });
});

describe('hostile files', () => {
  test('mutated ones give packets that are Opus and findings within the file', () => {
    const small = concat(oggOpus(packetsOf(90, 400, 20, 700, 3, 260), 4));
    const change = fc.tuple(fc.nat({ max: small.length - 1 }), fc.nat({ max: 255 }));
    const cut = fc.tuple(fc.nat({ max: small.length }), fc.nat({ max: 300 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.option(cut), (changes, removed) => {
        let bytes = Uint8Array.from(small);
        for (const [at, value] of changes) bytes[at] = value;
        if (removed !== null) {
          bytes = Uint8Array.from(
            Buffer.concat([bytes.subarray(0, removed[0]), bytes.subarray(removed[0] + removed[1])]),
          );
        }
        const read = readOggOpus(bytes, 'x');
        for (const packet of read.packets) expect(packetSamples(packet, 0, packet.length)).toBeGreaterThan(0);
        for (const { startByte, endByte } of read.findings) {
          expect(startByte).toBeGreaterThanOrEqual(0);
          expect(endByte).toBeGreaterThanOrEqual(startByte);
          expect(endByte).toBeLessThanOrEqual(bytes.length);
        }
        expect(read.findings.length > 0).toBe(!Buffer.from(bytes).equals(Buffer.from(small)));
      }),
      { seed: 32, numRuns: 1500 },
    );
  });

  test('overlapping page headers do not cost more than a few times the length', () => {
    // Every 28 bytes a page header begins whose lacing runs over all the headers after it.
    const header = Buffer.alloc(28, 0xff);
    header.set(Buffer.from('OggS'));
    header.set([0, 0], 4);
    const bytes = new Uint8Array(1_400_000);
    for (let at = 0; at < bytes.length; at += header.length) bytes.set(header, at);
    const { value: read, cpuMillis } = onCpu(() => readOggOpus(bytes, 'x'));
    expect(cpuMillis).toBeLessThan(15_000);
    expect(read.packets).toEqual([]);
    expect(read.findings.length).toBeLessThanOrEqual(1000);
  });
});

function digest(packets: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const packet of packets) hash.update(packet);
  return hash.digest('hex');
}
