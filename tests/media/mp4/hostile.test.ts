import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMovie } from '../../../electron/media/mp4/reader.ts';
import { verifyMovie } from '../../../electron/media/mp4/verify.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { box, full, join, memorySource, somePackets, tailslateFile, u32 } from './tailslate-file.ts';

const FILE = tailslateFile(somePackets(12));

/** Of the processor's time: far below what a hang or a large allocation would take. */
const LIMIT_MS = 15_000;

/** A damaged file gives a report or a typed error, soon, and its findings and samples stay within bounds. */
async function survives(bytes: Uint8Array): Promise<'report' | 'error'> {
  const began = process.threadCpuUsage();
  try {
    const movie = await readMovie(memorySource(bytes));
    expect(movie.findings.length).toBeLessThanOrEqual(101);
    for (const { samples } of movie.tracks) {
      const cursor = samples.cursor();
      let walked = 0;
      while (cursor.next()) walked++;
      expect(walked).toBe(samples.count);
      let chunked = 0;
      samples.forEachChunk((_offset, _size, first, count) => {
        expect(first).toBe(chunked);
        chunked += count;
      });
      expect(chunked).toBe(samples.count);
    }
    const report = await verifyMovie(memorySource(bytes));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    return 'report';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('unreadable');
    expect(error.next).toBeDefined();
    return 'error';
  } finally {
    expect(process.threadCpuUsage(began).user / 1000).toBeLessThan(LIMIT_MS);
  }
}

/** The file with one field replaced: `at` bytes after the type of the n-th box of that type. */
function withField(type: string, at: number, values: readonly number[], nth = 0): Uint8Array {
  const bytes = FILE.slice();
  let found = -1;
  for (let i = 0; i <= nth; i++) found = Buffer.from(bytes).indexOf(type, found + 1);
  expect(found).toBeGreaterThan(0);
  bytes.set(u32(...values), found + 4 + at);
  return bytes;
}

describe('damage anywhere', () => {
  test('each byte of a file, set to other values', async () => {
    for (let at = 0; at < FILE.length; at++) {
      const bytes = FILE.slice();
      bytes[at] = at % 2 === 0 ? 0xff : (bytes[at] ?? 0) ^ 0x40;
      await survives(bytes);
    }
  });

  test('a flipped payload byte never passes', async () => {
    const mdat = Buffer.from(FILE).indexOf('mdat') + 4;
    for (let at = mdat; at < FILE.length; at++) {
      const bytes = FILE.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const report = await verifyMovie(memorySource(bytes));
      // Silence that the exporter laid is in no digest: another value of it is still silence or no packet.
      const isFiller = report.checks.every(({ ok }) => ok);
      if (isFiller) expect([0xf8, 0xff, 0xfe]).toContain(FILE[at]);
    }
  });

  test('the file cut at every byte', async () => {
    const results = new Set<string>();
    for (let length = 0; length < FILE.length; length++)
      results.add(await survives(FILE.subarray(0, length)));
    expect([...results].sort()).toEqual(['error', 'report']);
  });

  test('many bytes at once', async () => {
    const edit = fc.record({
      at: fc.nat(FILE.length - 1),
      value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 8, 0x6d),
    });
    const property = fc.asyncProperty(
      fc.array(edit, { minLength: 1, maxLength: 12 }),
      fc.nat(40),
      fc.nat(FILE.length),
      async (edits, copied, from) => {
        const bytes = FILE.slice();
        for (const { at, value } of edits) bytes[at] = value;
        bytes.copyWithin((from * 7) % FILE.length, from, from + copied);
        await survives(bytes);
      },
    );
    await fc.assert(property, { seed: 11, numRuns: 3000 });
  });
});

describe('claims that no byte backs', () => {
  const most = 0xffffffff;
  test.each([
    ['stsz with a constant size', withField('stsz', 4, [1, most])],
    ['stsz with sizes of its own', withField('stsz', 4, [0, most])],
    ['stts', withField('stts', 4, [most])],
    ['stsc', withField('stsc', 4, [most])],
    ['stco', withField('stco', 4, [most])],
    ['elst', withField('elst', 4, [most])],
    ['sbgp', withField('sbgp', 8, [most])],
    ['sgpd', withField('sgpd', 12, [most])],
    ['samples in a chunk', withField('stsc', 12, [most])],
    ['samples of one duration', withField('stts', 8, [most, most])],
  ])('%s', async (_what, bytes) => {
    const { rss } = process.memoryUsage();
    expect(await survives(bytes)).toBe('report');
    expect(process.memoryUsage().rss - rss).toBeLessThan(200 * 2 ** 20);
    const movie = await readMovie(memorySource(bytes));
    const report = await verifyMovie(memorySource(bytes));
    expect(movie.findings.length).toBeGreaterThan(0);
    expect(report.ok).toBe(false);
    for (const { samples } of movie.tracks) expect(samples.count).toBeLessThanOrEqual(bytes.length);
  });

  test('a moov beyond its limit in a file that pretends to be as long', async () => {
    const head = join(box('ftyp', new Uint8Array(8)), u32(0x30000000, 0x6d6f6f76));
    const source = {
      sizeBytes: 2 ** 40,
      read: (offset: number, length: number) => {
        expect(length).toBeLessThanOrEqual(1 << 16);
        const bytes = new Uint8Array(length);
        bytes.set(head.subarray(offset, offset + length));
        return Promise.resolve(bytes);
      },
    };
    await expect(readMovie(source)).rejects.toMatchObject({ code: 'unreadable' });
  });
});

describe('boxes that cannot be', () => {
  const moovOf = (...children: Uint8Array[]) =>
    join(box('ftyp', new Uint8Array(8)), box('moov', ...children));

  test('nested a hundred thousand deep', async () => {
    const depth = 100_000;
    const nested = new Uint8Array(depth * 8);
    const types = ['trak', 'mdia', 'minf', 'stbl', 'udta', 'meta'];
    for (let i = 0; i < depth; i++) {
      nested.set(u32((depth - i) * 8), i * 8);
      nested.set(new TextEncoder().encode(types[i % types.length]), i * 8 + 4);
    }
    expect(await survives(moovOf(nested))).toBe('report');
  });

  test('hundreds of thousands of empty ones', async () => {
    const empty = (type: string, count: number) => {
      const one = box(type);
      const all = new Uint8Array(one.length * count);
      for (let i = 0; i < count; i++) all.set(one, i * one.length);
      return all;
    };
    expect(await survives(moovOf(empty('trak', 300_000)))).toBe('report');
    expect(await survives(join(moovOf(), empty('free', 300_000)))).toBe('report');
    expect(await survives(join(moovOf(box('mvex')), empty('moof', 100_000)))).toBe('report');
    expect((await readMovie(memorySource(moovOf(empty('trak', 3000))))).tracks.length).toBeLessThan(1025);
  });

  test.each([
    ['size 0 within a box', u32(0, 0x7472616b)],
    ['a size below its header', u32(7, 0x7472616b)],
    ['64 bits that are smaller than the header', u32(1, 0x7472616b, 0, 15)],
    ['64 bits of ones', u32(1, 0x7472616b, 0xffffffff, 0xffffffff)],
    ['more than its parent has', u32(1000, 0x7472616b)],
  ])('%s', async (_what, child) => {
    const bytes = moovOf(child);
    expect(await survives(bytes)).toBe('report');
    expect((await readMovie(memorySource(bytes))).findings).toMatchObject([{ kind: 'bad-box' }]);
  });

  test('the same track twice is read once', async () => {
    const at = Buffer.from(FILE).indexOf('trak') - 4;
    const trak = FILE.subarray(at, at + new DataView(FILE.buffer, at).getUint32(0));
    const movie = await readMovie(memorySource(moovOf(trak, trak, full('mvhd', 0))));
    expect(movie.tracks.length).toBe(1);
    expect(movie.findings.some(({ reason }) => reason.includes('second track'))).toBe(true);
  });

  test('a source that ends early', async () => {
    const inner = memorySource(FILE);
    for (const end of [40, 500, FILE.length - 100]) {
      const source = {
        sizeBytes: FILE.length,
        read: (offset: number, length: number) =>
          inner.read(offset, Math.max(0, Math.min(length, end - offset))),
      };
      await verifyMovie(source).then(
        (report) => {
          expect(report.ok).toBe(false);
        },
        (error: unknown) => {
          expect(error).toBeInstanceOf(AppError);
        },
      );
    }
  });
});

test.each([
  ['', 'empty'],
  ['OggS\0\x02\0\0\0\0\0\0\0\0\0\0', 'Ogg'],
  ['RIFF\x10\0\0\0WAVEfmt ', 'WAV'],
  ['RIFF\x10\0\0\0AVI LIST', 'RIFF'],
  ['fLaC\0\0\0\x22\0\0\0\0\0\0\0\0', 'FLAC'],
  ['{"session":"of ours"}', 'text'],
  ['NANO-LOG\0\0\0\0\0\0\0\0', 'log'],
  ['\0'.repeat(64), 'zeros'],
  ['what is this thing?', 'text'],
  ['\x01\x02\xff\xfe\x80\x90\x07\x0b', 'does not begin like one'],
])('%j is not a movie and is called by its name', async (start, name) => {
  const bytes = Uint8Array.from(start, (char) => char.charCodeAt(0));
  await expect(readMovie(memorySource(bytes))).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringContaining(name) as string,
    next: expect.any(String) as string,
  });
});
