import { createHash } from 'node:crypto';
import type { ByteSource } from '../../../electron/media/byte-source.ts';

/** A packet to lay into a hand-made file; `units` are 2.5 ms each. */
export interface LaidPacket {
  readonly payload: Uint8Array;
  readonly units: number;
  readonly silence?: boolean;
}

/** What a test bends out of shape; everything else is as a Tailslate file has it. */
export interface Bends {
  readonly deltas?: (deltas: number[]) => void;
  readonly chunkOffsets?: (offsets: number[]) => void;
  readonly items?: (items: Map<string, string>) => void;
  readonly edit?: { durationSamples?: number; mediaTime?: number };
  readonly startFrame?: number;
  readonly nominalFrames?: number;
  readonly rollDistance?: number;
  readonly timecodeReference?: boolean;
  readonly mdatFirst?: boolean;
  readonly extraMdatBytes?: number;
}

export const PRE_SKIP = 312;
const SAMPLES_PER_CHUNK = 7;
/** 10:00:00:00 at 25 frames a second. */
const START_FRAME = 900_000;

const text = (value: string) => new TextEncoder().encode(value);
const code = (value: string) => Uint8Array.from(value, (char) => char.charCodeAt(0));

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return concat(parts);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function u32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint32(index * 4, value);
  });
  return bytes;
}

export function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [(value >> 8) & 255, value & 255]));
}

export function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = join(...parts);
  return join(u32(body.length + 8), code(type), body);
}

/** A box with version and flags in one word. */
export function full(type: string, versionAndFlags: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return box(type, u32(versionAndFlags), ...parts);
}

const zeros = (length: number) => new Uint8Array(length);

/** Equal neighbours as counts and values. */
function runs(values: readonly number[]): Uint8Array {
  const pairs: number[] = [];
  let count = 0;
  values.forEach((value, index) => {
    count++;
    if (values[index + 1] === value) return;
    pairs.push(count, value);
    count = 0;
  });
  return u32(pairs.length / 2, ...pairs);
}

function trackHeader(id: number, duration: number): Uint8Array {
  return full('tkhd', 3, u32(0, 0, id, 0, duration), zeros(8), u16(0, 0, 256, 0), zeros(36 + 8));
}

function media(
  handler: string,
  name: string,
  duration: number,
  header: Uint8Array,
  tables: Uint8Array[],
): Uint8Array {
  return box(
    'mdia',
    full('mdhd', 0, u32(0, 0, 48000, duration), u16(0x55c4, 0)),
    full('hdlr', 0, u32(0), code(handler), zeros(12), text(`${name}\0`)),
    box('minf', header, box('dinf', full('dref', 0, u32(1), full('url ', 1))), box('stbl', ...tables)),
  );
}

/** A group of samples: `sgpd` of version 1 and `sbgp`. */
function group(type: string, description: Uint8Array, indexes: readonly number[]): Uint8Array[] {
  return [
    full('sgpd', 0x0100_0000, code(type), u32(description.length, 1), description),
    full('sbgp', 0, code(type), runs(indexes)),
  ];
}

function freeform(name: string, value: string): Uint8Array {
  return box(
    '----',
    full('mean', 0, text('com.tailslate')),
    full('name', 0, text(name)),
    box('data', u32(1, 0), text(value)),
  );
}

/** A Tailslate `.m4a`, written here byte by byte from the format's description and nothing of the product. */
export function tailslateFile(packets: readonly LaidPacket[], bends: Bends = {}): Uint8Array {
  const deltas = packets.map(({ units }) => units * 120);
  const mediaTime = bends.edit?.mediaTime ?? PRE_SKIP;
  const last = deltas.length - 1;
  deltas[last] = (deltas[last] ?? 0) - 17;
  bends.deltas?.(deltas);
  const mediaSamples = deltas.reduce((sum, delta) => sum + delta, 0);
  const durationSamples = bends.edit?.durationSamples ?? mediaSamples - mediaTime;
  const kept = packets.filter(({ silence }) => silence !== true);
  const hash = createHash('sha256');
  for (const { payload } of kept) hash.update(payload);
  const items = new Map([
    ['PLAYER', 'Zoë'],
    ['TIMECODE_START', '10:00:00:00'],
    ['TIMECODE_RATE', '25/1'],
    ['DURATION_SAMPLES', String(durationSamples)],
    ['PACKETS', String(kept.length)],
    ['SILENCE_PACKETS', String(packets.length - kept.length)],
    ['PACKETS_SHA256', hash.digest('hex')],
  ]);
  bends.items?.(items);

  const payload = concat(packets.map((packet) => packet.payload));
  const mdat = box('mdat', u32(bends.startFrame ?? START_FRAME), payload, zeros(bends.extraMdatBytes ?? 0));
  const chunkSizes: number[] = [];
  packets.forEach((packet, index) => {
    const chunk = Math.floor(index / SAMPLES_PER_CHUNK);
    chunkSizes[chunk] = (chunkSizes[chunk] ?? 0) + packet.payload.length;
  });
  const rest = packets.length % SAMPLES_PER_CHUNK;
  const wholeChunks = (packets.length - rest) / SAMPLES_PER_CHUNK;
  const stsc: number[] = [];
  if (wholeChunks > 0) stsc.push(1, SAMPLES_PER_CHUNK, 1);
  if (rest > 0) stsc.push(wholeChunks + 1, rest, 1);

  const moov = (mdatByte: number) => {
    const offsets: number[] = [];
    let at = mdatByte + 12;
    for (const size of chunkSizes) {
      offsets.push(at);
      at += size;
    }
    bends.chunkOffsets?.(offsets);
    const opus = box(
      'Opus',
      zeros(6),
      u16(1),
      zeros(8),
      u16(1, 16, 0, 0, 48000, 0),
      box('dOps', Uint8Array.of(0, 1), u16(PRE_SKIP), u32(48000), u16(0), Uint8Array.of(0)),
    );
    const audio = box(
      'trak',
      trackHeader(1, durationSamples),
      box('edts', full('elst', 0, u32(1, durationSamples, mediaTime, 0x10000))),
      ...(bends.timecodeReference === false ? [] : [box('tref', box('tmcd', u32(2)))]),
      media('soun', 'Zoë', mediaSamples, full('smhd', 0, zeros(4)), [
        full('stsd', 0, u32(1), opus),
        full('stts', 0, runs(deltas)),
        full('stsc', 0, u32(stsc.length / 3, ...stsc)),
        full('stsz', 0, u32(0, packets.length), concat(packets.map((packet) => u32(packet.payload.length)))),
        full('stco', 0, u32(offsets.length), concat(offsets.map((offset) => u32(offset)))),
        ...group(
          'roll',
          u16((bends.rollDistance ?? -4) & 0xffff),
          packets.map(() => 1),
        ),
        ...group(
          'fill',
          Uint8Array.of(0),
          packets.map(({ silence }) => (silence === true ? 1 : 0)),
        ),
      ]),
      box('udta', box('name', text('Zoë'))),
    );
    const tmcd = box(
      'tmcd',
      zeros(6),
      u16(1),
      u32(0, 2, 48000, 1920),
      Uint8Array.of(bends.nominalFrames ?? 25, 0),
    );
    const timecode = box(
      'trak',
      trackHeader(2, durationSamples),
      media('tmcd', 'Timecode', durationSamples, full('nmhd', 0), [
        full('stsd', 0, u32(1), tmcd),
        full('stts', 0, u32(1, 1, durationSamples)),
        full('stsc', 0, u32(1, 1, 1, 1)),
        full('stsz', 0, u32(4, 1)),
        full('stco', 0, u32(1, mdatByte + 8)),
      ]),
    );
    const list = box(
      'ilst',
      box('©nam', box('data', u32(1, 0), text('Zoë & Max'))),
      box('trkn', box('data', u32(0, 0), u16(0, 3, 12, 0))),
      ...[...items].map(([name, value]) => freeform(name, value)),
    );
    const handler = full('hdlr', 0, u32(0), code('mdir'), code('appl'), zeros(9));
    return box(
      'moov',
      full('mvhd', 0, u32(2_082_844_800 + 1_700_000_000, 0, 48000, durationSamples), zeros(76), u32(3)),
      audio,
      timecode,
      box('udta', full('meta', 0, handler, list)),
    );
  };
  const ftyp = box('ftyp', code('M4A '), u32(0), code('M4A mp42isomiso2Opus'));
  if (bends.mdatFirst === true) return join(ftyp, mdat, moov(ftyp.length));
  const moovBytes = moov(0).length;
  return join(ftyp, moov(ftyp.length + moovBytes), mdat);
}

/** Packets of one 20 ms CELT frame with payloads that all differ; every fifth is silence. */
export function somePackets(count: number): LaidPacket[] {
  return Array.from({ length: count }, (_, index) => {
    if (index % 5 === 4) return { payload: Uint8Array.of(0xf8, 0xff, 0xfe), units: 8, silence: true };
    const payload = new Uint8Array(20 + ((index * 7) % 40));
    payload.forEach((_byte, at) => {
      payload[at] = at === 0 ? 0xf8 : (index * 31 + at * 17) & 255;
    });
    return { payload, units: 8 };
  });
}

/** Bytes in memory as a source; `into` is filled as a file would. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (offsetBytes, lengthBytes, into) => {
      const found = bytes.subarray(offsetBytes, offsetBytes + lengthBytes);
      if (into === undefined) return Promise.resolve(found);
      into.set(found);
      return Promise.resolve(into.subarray(0, found.length));
    },
  };
}
