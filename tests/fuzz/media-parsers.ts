import { crc32 } from 'node:zlib';
import { type Zippable, zipSync } from 'fflate';
import { readMovie } from '../../electron/media/mp4/reader.ts';
import { verifyMovie } from '../../electron/media/mp4/verify.ts';
import { oggChecksum } from '../../electron/media/ogg/checksum.ts';
import { verifyOgg } from '../../electron/media/ogg/verify.ts';
import { readOggOpus } from '../../electron/media/ogg/reader.ts';
import {
  checkPage,
  encodeFileHeader,
  FILE_HEADER_BYTES,
  MOST_PAGES,
  PAGE_BYTES,
  PAGE_SAMPLES,
  parseFileHeader,
  sealPage,
} from '../../electron/media/peaks/layout.ts';
import { layOutBwf } from '../../electron/media/wav/bwf.ts';
import { verifyWave } from '../../electron/media/wav/verify.ts';
import { entryDataByte, readZipDirectory } from '../../electron/media/zip/directory.ts';
import { EACH, fragmentAt, start } from '../media/mp4/fragmented-file.ts';
import { join, memorySource, somePackets, tailslateFile } from '../media/mp4/tailslate-file.ts';
import { bwfSpec } from '../media/wav/sample.ts';
import { oggTrack } from '../support/multitrack.ts';
import { packetsOf } from '../support/session-folder.ts';
import { mutated } from './mutation.ts';
import { checkFindings, type OpenParser, type Outcome, type Parser, refused } from './parser.ts';

/** A movie read, walked and verified, within what its bytes can have asked for. */
async function readsMovie(bytes: Uint8Array): Promise<Outcome> {
  try {
    const movie = await readMovie(memorySource(bytes));
    checkFindings(movie.findings, bytes.length);
    for (const { samples } of movie.tracks) {
      const cursor = samples.cursor();
      let walked = 0;
      while (cursor.next()) walked++;
      let chunked = 0;
      samples.forEachChunk((_offset, _size, first, count) => {
        if (first !== chunked) throw new Error(`a chunk begins with sample ${first}, not ${chunked}`);
        chunked += count;
      });
      if (walked !== samples.count || chunked !== samples.count)
        throw new Error(`${samples.count} samples, ${walked} walked, ${chunked} in chunks`);
    }
    const report = await verifyMovie(memorySource(bytes));
    JSON.stringify(report);
    return report.ok && report.findings.length === 0 ? 'read' : 'found';
  } catch (error) {
    return refused(error);
  }
}

function movie(): OpenParser {
  const packets = somePackets(12);
  const seeds = [tailslateFile(packets), tailslateFile(packets, { mdatFirst: true, extraMdatBytes: 9 })];
  return { make: (random) => mutated(seeds, random), read: readsMovie };
}

function fragmented(): OpenParser {
  const head = start();
  const ways = [
    EACH,
    { ...EACH, base: 'absolute', noise: true, timeTicks: 5000 },
    { ...EACH, base: 'inherited', say: { sizes: 'header', durations: 'preset' } },
  ] as const;
  const seeds = ways.map((way) => {
    const first = fragmentAt(head.length, way).bytes;
    return join(head, first, fragmentAt(head.length + first.length, EACH).bytes);
  });
  return { make: (random) => mutated(seeds, random), read: readsMovie };
}

/** Pages whose checksums hold again. */
export function repaged(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 27 <= bytes.length;) {
    const lacing = bytes.subarray(at + 27, at + 27 + (bytes[at + 26] ?? 0));
    const end = at + 27 + lacing.length + lacing.reduce((sum, size) => sum + size, 0);
    if (end > bytes.length) return bytes;
    view.setUint32(at, 0x5367_674f, true);
    view.setUint32(at + 22, 0, true);
    view.setUint32(at + 22, oggChecksum(bytes, at, end, 0), true);
    at = end;
  }
  return bytes;
}

function ogg(): OpenParser {
  const comments = ['TITLE=Pilot', 'DATE=2026-03-14T23:59:12Z'];
  const early = { positionSamples: 0, packets: packetsOf(25, 1, 9) };
  const seeds = [
    oggTrack([early, { positionSamples: 60 * 960, packets: packetsOf(3, 2, 300) }], { comments }),
    oggTrack([{ positionSamples: 5 * 960, packets: packetsOf(3, 3, 6) }]),
  ];
  const head = { channels: 1, preSkipSamples: 312, inputRate: 48_000, outputGain: 0 } as const;
  return {
    make: (random) => {
      const bytes = mutated(seeds, random);
      return random.next() < 0.6 ? repaged(bytes) : bytes;
    },
    read: async (bytes) => {
      const read = readOggOpus(bytes, 'a.ogg');
      checkFindings(read.findings, bytes.length);
      const { packets, positionsSamples, durationSamples } = read;
      if (packets.length !== positionsSamples.length || packets.length > bytes.length)
        throw new Error(`${packets.length} packets, ${positionsSamples.length} positions`);
      if (positionsSamples.some((at, row) => !(at >= (positionsSamples[row - 1] ?? 0))))
        throw new Error('positions run backwards');
      if (!(durationSamples >= 0 && durationSamples < Infinity)) throw new Error(`lasts ${durationSamples}`);
      await verifyOgg(memorySource(bytes), {
        name: 'a',
        head,
        durationSamples: 1,
        sha256: '',
        runs: [{ count: early.packets.length }],
      });
      if (read.head === undefined) return 'refused';
      return read.findings.length === 0 ? 'read' : 'found';
    },
  };
}

function wave(): OpenParser {
  const seeds = [bwfSpec(), bwfSpec({ frames: 1000, cues: [] })].map((spec) => {
    const { head, dataBytes, tail } = layOutBwf(spec);
    return join(head, new Uint8Array(dataBytes), tail);
  });
  // The head of a file beyond 4 GiB, whose samples are missing.
  seeds.push(layOutBwf(bwfSpec({ frames: 2 ** 31, cues: [] })).head);
  const expected = {
    sampleRate: 48_000,
    channels: 1,
    bitDepth: 24,
    frames: 3,
    timeReferenceSamples: 1_727_998_272,
    sha256: '',
    cues: 1,
    integratedLufs: -23,
  };
  return {
    make: (random) => mutated(seeds, random),
    read: async (bytes) => {
      const { checks } = await verifyWave(memorySource(bytes), expected);
      if (checks.some(({ detail }) => detail === '')) throw new Error('a check without a word');
      return checks[0]?.ok === true ? 'read' : 'found';
    },
  };
}

function zip(): OpenParser {
  const files: Zippable = {
    '1-Alice.ogg': [new Uint8Array(60), { level: 0 }],
    'info.txt': new Uint8Array(40),
  };
  const seeds = [zipSync(files), zipSync({ 'é/2-Bob.opus': new Uint8Array(9) }, { comment: 'take' })];
  return {
    make: (random) => mutated(seeds, random),
    read: async (bytes) => {
      const source = memorySource(bytes);
      const result = await readZipDirectory(source);
      if (!('entries' in result)) return 'refused';
      if (result.entries.length > bytes.length / 46) throw new Error(`${result.entries.length} entries`);
      for (const entry of result.entries) {
        const at = await entryDataByte(source, entry);
        if (at !== undefined && !(at >= 0 && at + entry.packedBytes <= bytes.length))
          throw new Error(`an entry at ${at} of ${bytes.length}`);
      }
      return 'read';
    },
  };
}

function peaks(): OpenParser {
  const identity = new Uint8Array(32).fill(7);
  const page = new Uint8Array(PAGE_BYTES);
  sealPage(page, { page: 0, fingerprint: 5, packets: 50, undecodable: 0 });
  const head = encodeFileHeader({ identity, channels: 1, doneSamples: 960, endSamples: PAGE_SAMPLES });
  const seeds = [join(head, page), head];
  return {
    make: (random) => {
      const bytes = mutated(seeds, random);
      // Behind a checksum that holds.
      if (bytes.length >= 64 && random.next() < 0.5)
        new DataView(bytes.buffer, bytes.byteOffset).setUint32(60, crc32(bytes.subarray(0, 60)), true);
      return bytes;
    },
    read: (bytes) => {
      const header = parseFileHeader(bytes.subarray(0, FILE_HEADER_BYTES));
      const sound = checkPage(bytes.subarray(FILE_HEADER_BYTES, FILE_HEADER_BYTES + PAGE_BYTES));
      if (header === undefined) return 'refused';
      const { doneSamples, endSamples } = header;
      if (!(doneSamples <= endSamples && endSamples <= MOST_PAGES * PAGE_SAMPLES))
        throw new Error(`peaks up to ${doneSamples} of ${endSamples}`);
      return sound === undefined ? 'found' : 'read';
    },
  };
}

const parser = (name: string, oneIn: number, open: () => OpenParser): Parser => ({
  name,
  oneIn,
  open: () => Promise.resolve(open()),
});

export const MEDIA_PARSERS: readonly Parser[] = [
  parser('mp4', 8, movie),
  parser('mp4-fragmented', 8, fragmented),
  parser('ogg', 8, ogg),
  parser('wav', 4, wave),
  parser('zip', 2, zip),
  parser('peaks', 8, peaks),
];
