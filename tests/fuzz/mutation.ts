import type { Random } from '../support/random.ts';

/** Numbers that lengths, counts and positions are wrong with. */
const EXTREMES = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x10_0000, 0x7fff_ffff, 0xffff_ffff];

/** A copy with one to four things wrong with it, each of a kind that disks, programs or people do. */
export function mutated(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(pick(seeds, random));
  for (let i = random.int(1, 4); i > 0; i--) bytes = mutatedOnce(bytes, seeds, random);
  return bytes;
}

/** What may stand in a field whose writer was wrong, or mischievous. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1,
  2,
  65_535,
  65_536,
  2 ** 32,
  2 ** 53,
  1e300,
  '',
  'a',
  '1',
  'Europe/Oslo',
  '\u0000',
  '../..',
  'x'.repeat(600),
  [],
  {},
  [null],
  ['Zoë', 'Zoë'],
  { id: 1 },
  '2025-02-30T00:00:00Z',
];

/** JSON that is whole, but for one or two fields somewhere in it that hold something else, or are missing. */
export function mutatedJson(text: string, random: Random): Uint8Array {
  const value = JSON.parse(text) as unknown;
  for (let i = random.int(1, 2); i > 0; i--) changeField(value, random);
  return new TextEncoder().encode(JSON.stringify(value));
}

function changeField(value: unknown, random: Random): void {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return;
  const key = pick(Object.keys(value), random);
  const inner = Reflect.get(value, key) as unknown;
  if (typeof inner === 'object' && inner !== null && random.next() < 0.8) changeField(inner, random);
  else if (random.next() < 0.2) Reflect.deleteProperty(value, key);
  else Reflect.set(value, key, structuredClone(pick(VALUES, random)));
}

function mutatedOnce(bytes: Uint8Array, seeds: readonly Uint8Array[], random: Random): Uint8Array {
  const at = random.int(0, bytes.length);
  const end = Math.min(bytes.length, at + random.int(1, 80));
  switch (random.int(0, 8)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7));
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = random.int(0, 255);
      return bytes;
    case 2:
      return bytes.slice(0, at);
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(end));
    case 4:
      return joined(bytes.subarray(0, at), random.bytes(random.int(1, 40)), bytes.subarray(at));
    case 5:
      return joined(bytes.subarray(0, end), bytes.subarray(at));
    case 6:
      return bytes.fill(0, at, end);
    case 7: {
      const sizeBytes = pick([2, 4, 8], random);
      if (at + sizeBytes > bytes.length) return bytes;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const value = pick(EXTREMES, random);
      const little = random.next() < 0.5;
      if (sizeBytes === 2) view.setUint16(at, value & 0xffff, little);
      else if (sizeBytes === 4) view.setUint32(at, value, little);
      else view.setBigUint64(at, BigInt(value) << BigInt(random.int(0, 32)), little);
      return bytes;
    }
    default: {
      const other = pick(seeds, random);
      return joined(bytes.subarray(0, at), other.subarray(random.int(0, other.length)));
    }
  }
}

/** One of them. */
export function pick<T>(from: readonly T[], random: Random): T {
  const one = from[random.int(0, from.length - 1)];
  if (one === undefined) throw new RangeError('nothing to pick from');
  return one;
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
