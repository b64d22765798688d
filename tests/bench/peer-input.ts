import { BlockFile } from './block-file.ts';
import { FILLER, type Recording } from './recording.ts';

/** A second a page, as opusenc and ffmpeg lay them out. */
const PACKETS_PER_PAGE = 50;
const SERIAL = 7;
/** 255 lacing values of at most 255 bytes, and the head. */
const MOST_PAGE_BYTES = 27 + 255 + 255 * 255;

const HEAD = Buffer.from('4f707573486561640101380180bb0000000000', 'hex');
const TAGS = Buffer.from('4f7075735461677305000000' + '62656e6368' + '00000000', 'hex');

/** CRC-32 with polynomial 0x04C11DB7, most significant bit first (RFC 3533 section 6). */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  return crc >>> 0;
});

/** The packets an exporter emits for a player, silence included, as the Ogg Opus file that ffmpeg copies. */
export function writeOgg(path: string, recording: Recording, player: number): void {
  const file = new BlockFile(path, MOST_PAGE_BYTES);
  let sequence = 0;
  const put = (packets: readonly Uint8Array[], granule: number, flags: number): void => {
    file.took(writePage(file.room(), packets, granule, flags, sequence++));
  };
  put([HEAD], 0, 2);
  put([TAGS], 0, 0);
  for (let slot = 0; slot < recording.slots; slot += PACKETS_PER_PAGE) {
    const packets: Uint8Array[] = [];
    const end = Math.min(recording.slots, slot + PACKETS_PER_PAGE);
    for (let i = slot; i < end; i++) packets.push(recording.packet(player, i) ?? FILLER);
    put(packets, recording.positionSamples(end), end === recording.slots ? 4 : 0);
  }
  file.close();
}

/** The same packets, each behind its length in 16 bits: the least that a muxer can be given to read. */
export function writePackets(path: string, recording: Recording): void {
  const file = new BlockFile(path, MOST_PAGE_BYTES);
  for (let slot = 0; slot < recording.slots; slot++) {
    const packet = recording.packet(0, slot) ?? FILLER;
    const room = file.room();
    room.writeUInt16LE(packet.length, 0);
    room.set(packet, 2);
    file.took(2 + packet.length);
  }
  file.close();
}

function writePage(
  page: Buffer,
  packets: readonly Uint8Array[],
  granule: number,
  flags: number,
  sequence: number,
): number {
  const lacing = packets.flatMap(({ length }) => [
    ...new Array<number>(Math.floor(length / 255)).fill(255),
    length % 255,
  ]);
  page.write('OggS', 0, 'latin1');
  page.writeUInt8(0, 4);
  page.writeUInt8(flags, 5);
  page.writeBigInt64LE(BigInt(granule), 6);
  page.writeUInt32LE(SERIAL, 14);
  page.writeUInt32LE(sequence, 18);
  page.writeUInt32LE(0, 22);
  page.writeUInt8(lacing.length, 26);
  page.set(lacing, 27);
  let end = 27 + lacing.length;
  for (const packet of packets) {
    page.set(packet, end);
    end += packet.length;
  }
  let crc = 0;
  for (let at = 0; at < end; at++)
    crc = (crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ (page[at] ?? 0)) & 255] ?? 0);
  page.writeUInt32LE(crc >>> 0, 22);
  return end;
}
