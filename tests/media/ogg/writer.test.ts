import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readOggOpus } from '../../../electron/media/ogg/reader.ts';
import { verifyOgg } from '../../../electron/media/ogg/verify.ts';
import { OggWriter } from '../../../electron/media/ogg/writer.ts';
import { writeOggOpus } from '../../support/ogg-writer.ts';

const HEAD = { channels: 1, preSkipSamples: 312, inputRate: 48_000, outputGain: 0 } as const;

/** A packet of 20 ms: a CELT frame of any content. */
function packetOf(sizeBytes: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes).fill(seed);
  bytes[0] = 0xf8;
  return bytes;
}

function written(packets: readonly Uint8Array[], trim: number, comments: readonly string[]): Buffer {
  const endGranule = packets.length * 960 - trim;
  const writer = new OggWriter({ head: HEAD, serial: 0x7a11_51a7, endGranule });
  const pages: Uint8Array[] = [...writer.headers({ vendor: 'tests', comments })];
  for (const packet of packets) {
    const page = writer.add(packet, 960);
    if (page !== undefined) pages.push(page.slice());
  }
  pages.push(writer.finish());
  return Buffer.concat(pages);
}

const source = (bytes: Uint8Array) => ({
  sizeBytes: bytes.length,
  read: (at: number, length: number) => Promise.resolve(bytes.subarray(at, at + length)),
});

test('our reader gives back what was written, however long packets and tags are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 1275 }), { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 0, max: 959 }),
      fc.integer({ min: 0, max: 200_000 }),
      async (sizes, trim, tagBytes) => {
        const packets = sizes.map((size, i) => packetOf(size, i));
        const sha256 = createHash('sha256').update(Buffer.concat(packets)).digest('hex');
        const comments = [`PACKETS_SHA256=${sha256}`, `NOTE=${'n'.repeat(tagBytes)}`];
        const file = written(packets, trim, comments);
        const read = readOggOpus(file, 'file');
        expect(read.findings).toEqual([]);
        expect(read.tags?.comments).toEqual(comments);
        expect(read.packets.map((bytes) => Buffer.from(bytes))).toEqual(packets.map((b) => Buffer.from(b)));
        const durationSamples = Math.max(0, packets.length * 960 - trim - 312);
        expect(read.durationSamples).toBe(durationSamples);
        if (packets.length < 2) return;
        const expected = {
          name: 'Ada',
          head: HEAD,
          durationSamples,
          sha256,
          runs: [{ count: packets.length }],
        };
        expect((await verifyOgg(source(file), expected)).ok).toBe(true);
        const broken = Uint8Array.from(file);
        const at = broken.length - 1;
        broken[at] = (broken[at] ?? 0) ^ 1;
        expect((await verifyOgg(source(broken), expected)).ok).toBe(false);
        expect((await verifyOgg(source(file.subarray(0, -1)), expected)).ok).toBe(false);
      },
    ),
    { numRuns: 25 },
  );
});

test('other sound in the place of laid silence is found, be the pages as whole as they like', async () => {
  const [first, silence, last] = [packetOf(40, 1), packetOf(3, 0), packetOf(40, 2)] as const;
  const sha256 = createHash('sha256')
    .update(Buffer.concat([first, last]))
    .digest('hex');
  const comments = [`PACKETS_SHA256=${sha256}`];
  const expected = {
    name: 'Ada',
    head: HEAD,
    durationSamples: 4 * 960 - 312,
    sha256,
    runs: [{ count: 1 }, { count: 2, silence }, { count: 1 }],
  };
  const check = async (third: Uint8Array) =>
    verifyOgg(source(written([first, silence, third, last], 0, comments)), expected);
  expect((await check(silence)).ok).toBe(true);
  expect((await check(packetOf(3, 9))).checks.filter(({ ok }) => !ok)[0]).toMatchObject({
    name: 'readable',
    detail: 'packet 2 is not the silence that was laid there',
  });
});

test('a file of one page is byte for byte that of another writer', () => {
  const packets = Array.from({ length: 20 }, (_, i) => packetOf(100, i));
  const stream = { channels: 1, preSkipSamples: 312, inputRate: 48_000, endGranule: 20 * 960 - 5 } as const;
  const other = writeOggOpus(
    stream,
    packets.map((bytes) => ({ bytes, durationSamples: 960 })),
  );
  expect(written(packets, 5, []).equals(other)).toBe(true);
});

test('an end that lies behind the last packet is refused', () => {
  const writer = new OggWriter({ head: HEAD, serial: 1, endGranule: 961 });
  writer.headers({ vendor: '', comments: [] });
  writer.add(packetOf(10, 1), 960);
  expect(() => writer.finish()).toThrow('expected an end within 960 samples, got 961');
});
