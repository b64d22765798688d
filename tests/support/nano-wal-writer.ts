import { createHash } from 'node:crypto';
import { fileStem } from '../../electron/media/nano-wal/log-file.ts';

/** The header before a packet, as Bedrock Voice Chat writes it. */
export interface NanoHeader {
  /** 0: own microphone. 1: another player, whose stamp is not optional. Default 0. */
  readonly variant?: number;
  /** Milliseconds from T0; absent: an Input header with an empty option. */
  readonly stampMs?: number | bigint;
  readonly sampleRate?: number;
  readonly channels?: number;
  /** What follows the stamp. */
  readonly metadata?: Uint8Array;
}

/** What the app puts behind the stamp of its own microphone: no player data, gain 1.0, no more. */
const INPUT_METADATA = Uint8Array.of(0, 0, 1, 0, 0, 0x80, 0x3f, 0);

const EXPIRY_SECONDS = 1_795_276_836;

/** Unsigned varint, seven bits a byte, lowest first. */
export function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

/** The bytes of a packet's header. */
export function nanoHeader(header: NanoHeader): Uint8Array {
  const { variant = 0, stampMs, sampleRate = 48_000, channels = 1, metadata = INPUT_METADATA } = header;
  const option = variant === 0 ? [stampMs === undefined ? 0 : 1] : [];
  const stamp = stampMs === undefined ? [] : varint(stampMs);
  return Uint8Array.of(
    ...varint(variant),
    ...varint(sampleRate),
    ...varint(channels),
    ...option,
    ...stamp,
    ...metadata,
  );
}

/** A record; a `declaredBytes` other than the content's length is a lie for tests. */
export function nanoRecord(
  content: Uint8Array,
  header: NanoHeader | Uint8Array = {},
  declaredBytes: number | bigint = content.length,
): Uint8Array {
  const head = header instanceof Uint8Array ? header : nanoHeader(header);
  const record = Buffer.alloc(6 + 2 + head.length + 8 + content.length);
  record.write('NANORC', 0, 'latin1');
  record.writeUInt16LE(head.length, 6);
  record.set(head, 8);
  record.writeBigUInt64LE(BigInt(declaredBytes), 8 + head.length);
  record.set(content, 16 + head.length);
  return record;
}

/** The header of a log file. */
export function nanoFileHeader(player: string, expirySeconds: number = EXPIRY_SECONDS): Uint8Array {
  const key = Buffer.from(player, 'utf8');
  const header = Buffer.alloc(32 + key.length);
  header.write('NANO-LOG', 0, 'latin1');
  header.writeBigUInt64LE(BigInt(expirySeconds), 16);
  header.writeBigUInt64LE(BigInt(key.length), 24);
  header.set(key, 32);
  return header;
}

/** A log file from its records. */
export function nanoLog(player: string, records: readonly Uint8Array[]): Buffer {
  return Buffer.concat([nanoFileHeader(player), ...records]);
}

/** A file name shaped like nano-wal's; its hash is not the same, but as stable. */
export function nanoFileName(player: string, number = 1): string {
  const hash = createHash('sha256').update(player).digest().readBigUInt64LE();
  return `${fileStem(player)}-${hash}-${String(number).padStart(4, '0')}.log`;
}

/** An Opus packet that passes for real: SILK or hybrid or CELT mono of 20 ms in one frame, then any bytes. */
export function opusPacket(frame: Uint8Array, toc = 0x78): Uint8Array {
  return Uint8Array.of(toc, ...frame);
}
