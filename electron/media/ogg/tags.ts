/** What an Ogg Opus file says about itself (RFC 7845 section 5.2). */
export interface OpusTags {
  /** The program that encoded it. */
  readonly vendor: string;
  /** `NAME=value`, as written. */
  readonly comments: readonly string[];
}

const SIGNATURE = new TextEncoder().encode('OpusTags');
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether a packet begins as an OpusTags packet does. */
export function isOpusTags(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, at) => bytes[at] === byte);
}

/** The OpusTags packet (RFC 7845 section 5.2). */
export function serialiseOpusTags({ vendor, comments }: OpusTags): Uint8Array {
  const encoder = new TextEncoder();
  const texts = [vendor, ...comments].map((text) => encoder.encode(text));
  const bytes = new Uint8Array(SIGNATURE.length + 4 + texts.reduce((sum, text) => sum + 4 + text.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(SIGNATURE);
  let at = SIGNATURE.length;
  for (const [index, text] of texts.entries()) {
    view.setUint32(at, text.length, true); // vendor string length, or user comment string length
    bytes.set(text, at + 4); // vendor string, or user comment string
    at += 4 + text.length;
    if (index > 0) continue;
    view.setUint32(at, comments.length, true); // user comment list length
    at += 4;
  }
  return bytes;
}

/** Reads an OpusTags packet; undefined when a length runs past its end. What follows the comments is padding. */
export function parseOpusTags(bytes: Uint8Array): OpusTags | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = SIGNATURE.length;
  const number = (): number | undefined => {
    if (at + 4 > bytes.length) return undefined;
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const text = (): string | undefined => {
    const length = number();
    if (length === undefined || length > bytes.length - at) return undefined;
    at += length;
    return utf8.decode(bytes.subarray(at - length, at));
  };
  const vendor = text();
  const count = number();
  if (vendor === undefined || count === undefined) return undefined;
  const comments: string[] = [];
  for (let i = 0; i < count; i++) {
    const comment = text();
    if (comment === undefined) return undefined;
    comments.push(comment);
  }
  return { vendor, comments };
}
