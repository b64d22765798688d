import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ByteSource } from '../../../electron/media/byte-source.ts';
import { FRAGMENT_SAMPLES } from '../../../electron/media/mp4/fragment-layout.ts';
import { metadataItems } from '../../../electron/media/mp4/metadata.ts';
import { Muxer, type MuxerSpec } from '../../../electron/media/mp4/muxer.ts';
import { type Movie, readMovie } from '../../../electron/media/mp4/reader.ts';
import { verifyMovie } from '../../../electron/media/mp4/verify.ts';
import { assembleFragmented, hex, monoSpec } from './mux-support.ts';
import { memorySource } from './tailslate-file.ts';

/** What a packet of the tests is; its bytes are made of its number, so that each is another. */
interface Packet {
  readonly sizeBytes: number;
  readonly units: number;
  readonly filler: boolean;
}

/** First bytes of Opus packets of one frame, by units of 120 samples (RFC 6716 section 3.1). */
const TOC = new Map([
  [1, 0xe0],
  [2, 0xe8],
  [4, 0xf0],
  [8, 0xf8],
]);

const packet: fc.Arbitrary<Packet> = fc.record({
  sizeBytes: fc.integer({ min: 2, max: 300 }),
  units: fc.constantFrom(1, 2, 4, 8, 8, 8, 8),
  filler: fc.boolean(),
});

/** Laid silence is the same packet wherever it lasts as long. */
function payload({ sizeBytes, units, filler }: Packet, seed: number): Uint8Array {
  const bytes = new Uint8Array(filler ? 3 : sizeBytes).fill(filler ? 0xff : seed);
  bytes[0] = TOC.get(units) ?? 0;
  return bytes;
}

function samplesOf(packets: readonly Packet[]): number {
  return packets.reduce((sum, { units }) => sum + units * 120, 0);
}

interface Track {
  readonly packets: readonly Packet[];
  readonly lastTrimSamples: number;
  readonly startSamples: number;
}

/** The file, and the payload of its tracks. */
function fileOf(
  tracks: readonly Track[],
  spec: Partial<MuxerSpec> = {},
): { bytes: Uint8Array; payloads: readonly (readonly Uint8Array[])[]; totalBytes: number } {
  const muxer = new Muxer({
    ...monoSpec(1),
    tracks: tracks.map(({ packets, lastTrimSamples, startSamples }, index) => ({
      name: `Player ${index}`,
      channels: 1,
      preSkipSamples: 312,
      inputRate: 48_000,
      editStartSamples: startSamples,
      editDurationSamples: samplesOf(packets) - lastTrimSamples - startSamples,
      lastTrimSamples,
    })),
    ...spec,
  });
  const payloads = tracks.map(({ packets }) => packets.map(payload));
  for (const [track, { packets }] of tracks.entries()) {
    const sizes = Uint16Array.from(payloads[track] ?? [], ({ length }) => length);
    const units = Uint8Array.from(packets, (each) => each.units);
    for (const [row, each] of packets.entries()) {
      if (each.filler) muxer.addFiller(track, 3, each.units, 1);
      else muxer.addSamples(track, sizes, units, row, 1);
    }
  }
  const layout = muxer.finishFragmented();
  return { bytes: assembleFragmented(layout, payloads), payloads, totalBytes: layout.totalBytes };
}

const track: fc.Arbitrary<Track> = fc.record({
  packets: fc.array(packet, { minLength: 1, maxLength: 400 }),
  lastTrimSamples: fc.nat({ max: 119 }),
  startSamples: fc.constant(0),
});

test('our reader gives back every packet of any tracks, its time, its length and who laid it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(track, { minLength: 1, maxLength: 4 }), async (tracks) => {
      const { bytes, payloads, totalBytes } = fileOf(tracks);
      expect(bytes.length).toBe(totalBytes);
      const movie = await readMovie(memorySource(bytes));
      expect(movie.findings).toEqual([]);
      expect(movie.fragmented).toBe(true);
      expect(movie.durationTicks).toBe(
        Math.max(...tracks.map(({ packets, lastTrimSamples }) => samplesOf(packets) - lastTrimSamples)),
      );
      for (const [index, { packets, lastTrimSamples }] of tracks.entries()) {
        const found = movie.tracks[index];
        if (found === undefined) throw new Error(`track ${index} is missing`);
        const cursor = found.samples.cursor();
        let timeTicks = 0;
        for (const [sample, { units }] of packets.entries()) {
          expect(cursor.next()).toBe(true);
          const { offsetBytes, sizeBytes, durationTicks } = cursor;
          const isLast = sample === packets.length - 1;
          expect(Buffer.from(bytes.subarray(offsetBytes, offsetBytes + sizeBytes))).toEqual(
            Buffer.from(payloads[index]?.[sample] ?? []),
          );
          expect(cursor.timeTicks).toBe(timeTicks);
          expect(durationTicks).toBe(units * 120 - (isLast ? lastTrimSamples : 0));
          timeTicks += durationTicks;
        }
        expect(cursor.next()).toBe(false);
        expect(fillOf(found.groups, packets.length)).toEqual(packets.map(({ filler }) => filler));
      }
      const [first] = movie.tracks.filter(({ timecode }) => timecode !== undefined);
      expect(first?.timecode?.startFrame).toBe(900_000);
      const report = await verifyMovie(memorySource(bytes));
      const failed = report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
      // The file of this test says nothing of itself.
      expect(failed).toEqual(['metadata']);
    }),
    { seed: 11, numRuns: 40 },
  );
});

function fillOf(
  groups: readonly { type: string; runCounts: Uint32Array; runIndexes: Uint32Array }[],
  count: number,
): readonly boolean[] {
  const group = groups.find(({ type }) => type === 'fill');
  const flags: boolean[] = [];
  for (const [run, samples] of (group?.runCounts ?? []).entries()) {
    flags.push(...Array<boolean>(samples).fill(group?.runIndexes[run] === 1));
  }
  return [...flags, ...Array<boolean>(count - flags.length).fill(false)];
}

const SPOKEN: readonly Packet[] = Array.from({ length: 250 }, (_, i) => ({
  sizeBytes: 4 + (i % 5),
  units: 8,
  filler: i % 50 < 20,
}));

describe('a file that was cut short', () => {
  test('at any byte: everything up to the last whole fragment is read, and nothing else', async () => {
    const chapters = [{ title: 'Start', startSamples: 0 }];
    const { bytes } = fileOf(
      [
        { packets: SPOKEN, lastTrimSamples: 7, startSamples: 312 },
        { packets: SPOKEN.slice(0, 150), lastTrimSamples: 0, startSamples: 312 },
      ],
      { chapters },
    );
    const whole = await readMovie(memorySource(bytes));
    const ends = whole.mdats.map(({ endByte }) => endByte);
    expect(ends).toHaveLength(3);
    const perFragment = FRAGMENT_SAMPLES / 960;
    const sizes = (movie: Movie): readonly number[] => [
      ...(movie.tracks[0]?.samples.columns.sizesBytes ?? []),
    ];
    for (let length = whole.moov.endByte; length < bytes.length; length++) {
      const movie = await readMovie(memorySource(bytes.subarray(0, length)));
      const fragments = ends.filter((end) => end <= length).length;
      const counts = movie.tracks.map(({ samples }) => samples.count);
      const most = fragments * perFragment;
      const some = Math.min(1, fragments);
      expect(counts, `${length} bytes`).toEqual([Math.min(250, most), Math.min(150, most), some, some]);
      if (ends.includes(length)) expect(sizes(movie)).toEqual(sizes(whole).slice(0, most));
    }
  });

  test('is not whole to verify, also where it ends between two fragments', async () => {
    const { bytes } = fileOf([{ packets: SPOKEN, lastTrimSamples: 0, startSamples: 312 }]);
    const { mdats } = await readMovie(memorySource(bytes));
    for (const { endByte } of mdats) {
      const { checks } = await verifyMovie(memorySource(bytes.subarray(0, endByte)));
      expect(checks.find(({ name }) => name === 'fragments')?.ok).toBe(false);
    }
  });
});

test('a fragment that is missing, and one that is there twice, is found', async () => {
  const { bytes } = fileOf([{ packets: SPOKEN, lastTrimSamples: 0, startSamples: 312 }]);
  const { moofs, mdats } = await readMovie(memorySource(bytes));
  const [from, to] = [moofs[1]?.startByte ?? 0, mdats[1]?.endByte ?? 0];
  const without = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  const twice = Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  for (const bent of [without, twice]) {
    const { checks } = await verifyMovie(memorySource(bent));
    expect(checks.find(({ name }) => name === 'fragments')).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^track 1: fragment \d begins at/u) as string,
    });
  }
});

test('an index that names another fragment than the one of that time is found', async () => {
  const packets = Array.from({ length: 500 }, (): Packet => ({ sizeBytes: 20, units: 8, filler: false }));
  const bytes = Buffer.from(fileOf([{ packets, lastTrimSamples: 0, startSamples: 0 }]).bytes);
  // tfra, version 0: after 24 bytes an entry of 12 for each fragment, whose second field is the place of its moof.
  const places = bytes.indexOf('tfra') - 4 + 24 + 4;
  const second = bytes.readUInt32BE(places + 12);
  bytes.writeUInt32BE(bytes.readUInt32BE(places + 24), places + 12);
  bytes.writeUInt32BE(second, places + 24);
  const { checks } = await verifyMovie(memorySource(bytes));
  expect(checks.find(({ name }) => name === 'fragments')).toEqual({
    name: 'fragments',
    ok: false,
    detail: 'track 1: fragment 2 is not where the index says',
  });
});

test('beyond 4 GiB places are read right', async () => {
  const count = 90_000;
  const sizeBytes = 61_298;
  const muxer = new Muxer(monoSpec(count * 960 - 312));
  muxer.addSamples(0, new Uint16Array(count).fill(sizeBytes), new Uint8Array(count).fill(8), 0, count);
  const layout = muxer.finishFragmented();
  expect(layout.totalBytes).toBeGreaterThan(2 ** 32);
  const movie = await readMovie(sparse(layout));
  expect(movie.findings).toEqual([]);
  const [audio] = movie.tracks;
  expect(audio?.samples.count).toBe(count);
  const cursor = audio?.samples.cursor();
  while (cursor?.next() === true);
  expect(cursor?.offsetBytes).toBe(layout.totalBytes - layout.tail.length - sizeBytes);
  expect(movie.fragmentIndex?.[0]?.moofBytes.at(-1)).toBe(movie.moofs.at(-1)?.startByte);
  expect(movie.moofs.at(-1)?.startByte).toBeGreaterThan(2 ** 32);

  /** The boxes of the file in their places, zeros between them. */
  function sparse({ head, tail, totalBytes }: typeof layout): ByteSource {
    const pieces = [{ at: 0, bytes: head }];
    let at = head.length;
    for (const fragment of layout.fragments()) {
      pieces.push({ at, bytes: fragment.head });
      at += fragment.head.length + (fragment.sampleCounts[0] ?? 0) * sizeBytes;
    }
    pieces.push({ at, bytes: tail });
    expect(at + tail.length).toBe(totalBytes);
    return {
      sizeBytes: totalBytes,
      read: (offset, length) => {
        const read = new Uint8Array(Math.min(length, totalBytes - offset));
        for (const piece of pieces) {
          const from = Math.max(offset, piece.at);
          const to = Math.min(offset + read.length, piece.at + piece.bytes.length);
          if (from < to) read.set(piece.bytes.subarray(from - piece.at, to - piece.at), from - offset);
        }
        return Promise.resolve(read);
      },
    };
  }
});

test('the boxes of a fragment stay small for as long as a file may be', () => {
  const hours = 30;
  const count = hours * 3600 * 50;
  const muxer = new Muxer(monoSpec(count * 960 - 312));
  muxer.addFiller(0, 3, 8, count);
  const layout = muxer.finishFragmented();
  let fragments = 0;
  let largest = 0;
  for (const { head } of layout.fragments()) {
    fragments++;
    if (fragments > 1) largest = Math.max(largest, head.length);
  }
  expect(fragments).toBe(hours * 1800);
  expect(largest).toBeLessThan(256);
  expect(layout.tail.length).toBeLessThan(fragments * 20 + 64);
});

test('refuses an edit that ends before the media does', () => {
  const muxer = new Muxer(monoSpec(1000));
  muxer.addFiller(0, 3, 8, 2);
  expect(() => muxer.finishFragmented()).toThrow(/expected an edit up to 1920 samples/u);
});

test('the fragmented example of FORMAT.md is the file we write', async () => {
  const document = readFileSync(new URL('../../../electron/media/mp4/FORMAT.md', import.meta.url), 'utf8');
  const example = [...document.matchAll(/```hex\n([\s\S]*?)```/gu)].at(1)?.[1] ?? '';
  const base = monoSpec(720, 48);
  const recorded = hex('f8a1b2c3d4');
  const muxer = new Muxer({
    ...base,
    tracks: base.tracks.map((each) => ({ ...each, name: 'Alice', editStartSamples: 1272 })),
    timecode: {
      timescale: 30_000,
      frameDuration: 1001,
      nominalFrames: 30,
      dropFrame: true,
      startFrame: 1_078_920,
    },
  });
  muxer.addFiller(0, 3, 8, 1);
  muxer.addSamples(0, Uint16Array.of(5), Uint8Array.of(8), 0, 1);
  muxer.addFiller(0, 3, 1, 1);
  const layout = muxer.finishFragmented();
  const file = assembleFragmented(layout, [[hex('f8fffe'), recorded, hex('e0fffe')]]);
  // The example leaves out what the progressive one shows: ftyp and moov but for mvex.
  const mvex = Buffer.from(layout.head).indexOf('mvex') - 4;
  const mvexEnd = mvex + Buffer.from(layout.head).readUInt32BE(mvex);
  const shown = Buffer.concat([file.subarray(mvex, mvexEnd), file.subarray(layout.head.length)]);
  expect(shown.toString('hex')).toBe(Buffer.from(hex(example)).toString('hex'));
  expect((await verifyMovie(memorySource(file))).tracks[0]).toMatchObject({
    packets: 1,
    silencePackets: 2,
    durationSamples: 720,
    sha256: createHash('sha256').update(recorded).digest('hex'),
  });
});

test('the metadata of a session with its digest is that of the progressive file', () => {
  const session = {
    title: 'T',
    player: 'P',
    playerId: 'p',
    sessionId: 's',
    sessionStartIso: '2026-11-20T10:00:00.000Z',
    index: 1,
    of: 1,
    timecodeStart: '10:00:00:00',
    timecodeRate: '25',
    durationSamples: 1608,
    sourceFormat: 'tailslate',
    packets: 0,
    silencePackets: 2,
    gaps: 0,
    damage: 0,
    tool: 'Tailslate',
  };
  const muxer = new Muxer({ ...monoSpec(1608), metadata: metadataItems(session) });
  muxer.addFiller(0, 3, 8, 2);
  const progressive = muxer.finish();
  const fragmented = muxer.finishFragmented();
  const udta = (head: Uint8Array): string => {
    const bytes = Buffer.from(head);
    const at = bytes.lastIndexOf('udta') - 4;
    return bytes.subarray(at, at + bytes.readUInt32BE(at)).toString('hex');
  };
  expect(udta(fragmented.head)).toBe(udta(progressive.head));
  const digits = fragmented.digestOffset ?? 0;
  expect(Buffer.from(fragmented.head.subarray(digits, digits + 64)).toString()).toBe('0'.repeat(64));
});
