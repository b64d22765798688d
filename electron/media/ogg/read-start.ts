import { type ByteSource } from '../byte-source.ts';
import { type OpusHead, parseOpusHead } from '../opus/head.ts';
import { PacketAssembler } from './packets.ts';
import { oggPages } from './page.ts';
import { isOpusTags, type OpusTags, parseOpusTags } from './tags.ts';

/** Tags that are longer are not ours: a thousand chapters take a tenth of it. */
const MOST_BYTES = 1 << 20;

/** The two packets that an Ogg Opus file begins with (RFC 7845 section 3), as far as they can be read. */
export async function readOggStart(
  source: ByteSource,
): Promise<{ readonly head: OpusHead | undefined; readonly tags: OpusTags | undefined }> {
  const bytes = await source.read(0, Math.min(MOST_BYTES, source.sizeBytes));
  const assembler = new PacketAssembler(bytes);
  let head: OpusHead | undefined;
  for (const page of oggPages(bytes, () => undefined)) {
    for (const packet of assembler.add(page, true)) {
      if (head === undefined) {
        const result = parseOpusHead(packet.bytes);
        if (result.kind !== 'head') return { head, tags: undefined };
        ({ head } = result);
      } else {
        return { head, tags: isOpusTags(packet.bytes) ? parseOpusTags(packet.bytes) : undefined };
      }
    }
  }
  return { head, tags: undefined };
}
