import { startsWithMarker } from './frame.ts';
import { fileStem } from './log-file.ts';

const FILE_MAGIC = Buffer.from('NANO-LOG', 'latin1');

/** Bytes of the file header before the key: magic, a number that is 0, expiry, length of the key. */
const FIXED_HEADER_BYTES = 32;

/** A player's name is shorter by far; a length beyond this is damage. */
const MAX_KEY_BYTES = 4096;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What the start of a log file holds; `needs-more` when more bytes decide. */
export type FileHeaderResult =
  | { readonly status: 'read'; readonly player: string; readonly sizeBytes: number }
  | { readonly status: 'needs-more' | 'cut' | 'bad' };

/** Whether a file begins as a log does. */
export function isLogStart(bytes: Uint8Array): boolean {
  return FILE_MAGIC.equals(bytes.subarray(0, FILE_MAGIC.length));
}

/**
 * Reads the header of a log file: whose it is. The key has no checksum, so it counts only where what lies behind it
 * bears it out, a record or the end of the file, or where the file's name is made from it: a damaged length would
 * otherwise turn "Alice" into "Al", another player.
 * @param stem the readable part of the file's name, see `parseLogFileName`; undefined when the name has none.
 * @param final whether the file ends with `bytes`.
 */
export function readFileHeader(
  bytes: Uint8Array,
  stem: string | undefined,
  final: boolean,
): FileHeaderResult {
  const short = final ? 'cut' : 'needs-more';
  for (let i = 0; i < FILE_MAGIC.length && i < bytes.length; i++) {
    if (bytes[i] !== FILE_MAGIC[i]) return { status: 'bad' };
  }
  if (bytes.length < FIXED_HEADER_BYTES) return { status: short };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const keyBytes = view.getUint32(24, true);
  if (view.getUint32(28, true) !== 0 || keyBytes === 0 || keyBytes > MAX_KEY_BYTES) return { status: 'bad' };
  const sizeBytes = FIXED_HEADER_BYTES + keyBytes;
  if (bytes.length < sizeBytes) return { status: short };
  const follows = startsWithMarker(bytes, sizeBytes);
  if (follows === 'cut' && !final) return { status: 'needs-more' };
  const player = decodeKey(bytes.subarray(FIXED_HEADER_BYTES, sizeBytes));
  if (player === undefined || (follows === 'no' && fileStem(player) !== stem?.normalize('NFC'))) {
    return { status: 'bad' };
  }
  return { status: 'read', player, sizeBytes };
}

function decodeKey(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
