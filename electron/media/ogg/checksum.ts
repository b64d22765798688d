/** CRC-32 with polynomial 0x04C11DB7, most significant bit first, as Ogg has it; zlib's runs the other way. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000_0000) === 0 ? crc << 1 : (crc << 1) ^ 0x04c1_1db7;
  return crc >>> 0;
});

/** The checksum of Ogg pages over bytes `from` to `to`, going on from `seed`, which is 0 at the start (RFC 3533 section 6). */
export function oggChecksum(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let value = seed;
  for (let at = from; at < to; at++) {
    value = ((value << 8) ^ (CRC_TABLE[(value >>> 24) ^ (bytes[at] ?? 0)] ?? 0)) >>> 0;
  }
  return value;
}
