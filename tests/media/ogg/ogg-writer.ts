/** A page to make; whatever is not given is what a plain page in the middle of a stream has. */
export interface PageSpec {
  readonly body: Uint8Array;
  readonly lacing: readonly number[];
  readonly granule?: bigint;
  readonly sequence: number;
  readonly serial?: number;
  /** 1 continued, 2 first, 4 last. */
  readonly flags?: number;
}

/** One Ogg page (RFC 3533 section 6), made without the code under test. */
export function page({ body, lacing, granule = 0n, sequence, serial = 7, flags = 0 }: PageSpec): Uint8Array {
  const bytes = new Uint8Array(27 + lacing.length + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from('OggS'));
  view.setUint8(5, flags);
  view.setBigInt64(6, granule, true);
  view.setUint32(14, serial, true);
  view.setUint32(18, sequence, true);
  view.setUint8(26, lacing.length);
  bytes.set(lacing, 27);
  bytes.set(body, 27 + lacing.length);
  view.setUint32(22, oggCrc(bytes), true);
  return bytes;
}

/** Pages of an Opus stream: head, tags, then the packets, so many lacing values a page that packets are torn apart. */
export function oggOpus(
  packets: readonly Uint8Array[],
  lacingsPerPage = 50,
  serial = 7,
): readonly Uint8Array[] {
  const head = Buffer.from('4f707573486561640101380180bb0000000000', 'hex');
  const tags = Buffer.concat([
    Buffer.from('OpusTags'),
    Buffer.from([2, 0, 0, 0]),
    Buffer.from('me'),
    Buffer.alloc(4),
  ]);
  const pages = [
    page({ body: head, lacing: [head.length], sequence: 0, serial, flags: 2 }),
    page({ body: tags, lacing: [tags.length], sequence: 1, serial }),
  ];
  const lacing: number[] = [];
  for (const packet of packets) {
    for (let left = packet.length; left >= 255; left -= 255) lacing.push(255);
    lacing.push(packet.length % 255);
  }
  const body = Buffer.concat(packets);
  let bodyAt = 0;
  let samples = 0n;
  for (let at = 0; at < lacing.length; at += lacingsPerPage) {
    const part = lacing.slice(at, at + lacingsPerPage);
    const size = part.reduce((sum, value) => sum + value, 0);
    const ends = BigInt(part.filter((value) => value < 255).length);
    samples += ends * 960n;
    pages.push(
      page({
        body: body.subarray(bodyAt, bodyAt + size),
        lacing: part,
        granule: ends === 0n ? -1n : samples,
        sequence: pages.length,
        serial,
        flags: (lacing[at - 1] === 255 ? 1 : 0) + (at + lacingsPerPage >= lacing.length ? 4 : 0),
      }),
    );
    bodyAt += size;
  }
  return pages;
}

/** Bit by bit, as RFC 3533 states the polynomial. */
function oggCrc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  }
  return crc >>> 0;
}
