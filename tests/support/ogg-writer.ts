/** What an Ogg Opus file says of its stream (RFC 7845 section 5.1). */
export interface OggStream {
  readonly channels: 1 | 2;
  /** Decoder output to drop at the start; a 16-bit field. */
  readonly preSkipSamples: number;
  readonly inputRate: number;
  /** Granule position of the last page: pre-skip and all samples that are played (section 4.5). */
  readonly endGranule: number;
}

/** One Opus packet and how many samples at 48 kHz it decodes to. */
export interface OggPacket {
  readonly bytes: Uint8Array;
  readonly durationSamples: number;
}

const FIRST_PAGE = 2;
const LAST_PAGE = 4;
const MOST_SEGMENTS = 255;
const SERIAL = 0x7a11_51a7;

/**
 * Writes packets as an Ogg Opus file (RFC 3533, RFC 7845). It shares nothing with the code under test, so that a file
 * of ours can be compared with the same packets in a container of somebody else's design.
 */
export function writeOggOpus(stream: OggStream, packets: readonly OggPacket[]): Uint8Array {
  const pages = [page([head(stream)], FIRST_PAGE, 0, 0), page([tags()], 0, 0, 1)];
  let open: Uint8Array[] = [];
  let segments = 0;
  let granule = 0;
  for (const [index, { bytes, durationSamples }] of packets.entries()) {
    const needed = lacing(bytes.length).length;
    if (segments + needed > MOST_SEGMENTS) {
      pages.push(page(open, 0, granule, pages.length));
      open = [];
      segments = 0;
    }
    open.push(bytes);
    segments += needed;
    granule += durationSamples;
    if (index === packets.length - 1) pages.push(page(open, LAST_PAGE, stream.endGranule, pages.length));
  }
  return Buffer.concat(pages);
}

function head({ channels, preSkipSamples, inputRate }: OggStream): Uint8Array {
  const bytes = Buffer.alloc(19);
  bytes.write('OpusHead', 0, 'latin1');
  bytes.writeUInt8(1, 8); // version
  bytes.writeUInt8(channels, 9);
  bytes.writeUInt16LE(preSkipSamples, 10);
  bytes.writeUInt32LE(inputRate, 12);
  return bytes; // output gain 0, mapping family 0
}

function tags(): Uint8Array {
  const vendor = Buffer.from('tests');
  const bytes = Buffer.alloc(8 + 4 + vendor.length + 4);
  bytes.write('OpusTags', 0, 'latin1');
  bytes.writeUInt32LE(vendor.length, 8);
  vendor.copy(bytes, 12);
  return bytes; // no comments
}

/** One page of whole packets (RFC 3533 section 6). */
function page(packets: readonly Uint8Array[], flags: number, granule: number, sequence: number): Uint8Array {
  const table = packets.flatMap(({ length }) => lacing(length));
  const header = Buffer.alloc(27);
  header.write('OggS', 0, 'latin1');
  header.writeUInt8(flags, 5);
  header.writeBigInt64LE(BigInt(granule), 6);
  header.writeUInt32LE(SERIAL, 14);
  header.writeUInt32LE(sequence, 18);
  header.writeUInt8(table.length, 26);
  const bytes = Buffer.concat([header, Uint8Array.from(table), ...packets]);
  bytes.writeUInt32LE(checksum(bytes), 22);
  return bytes;
}

/** The segment table's entries for a packet: 255 as often as it fits, then what is left, which may be 0. */
function lacing(sizeBytes: number): number[] {
  return [...Array<number>(Math.floor(sizeBytes / 255)).fill(255), sizeBytes % 255];
}

/** CRC-32 with polynomial 04c11db7, not reflected, starting from 0 (RFC 3533 section 6). */
function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c1_1db7 : 0);
  }
  return crc >>> 0;
}
