import { MAX_U32, type ByteWriter } from '../bytes/writer.ts';

/**
 * A box: size and type, then what `body` writes (ISO/IEC 14496-12 section 4.2). The size is set once it is known.
 * @returns what `body` returns: mostly nothing, sometimes the offset of a blank to be filled in later.
 */
export function box<Result>(writer: ByteWriter, type: string, body: () => Result): Result {
  const start = writer.length;
  writer.u32(0); // size
  writer.fourcc(type); // type
  const result = body();
  writer.u32At(start, writer.length - start);
  return result;
}

/** A box with a version and flags before its fields (ISO/IEC 14496-12 section 4.2). */
export function fullBox<Result>(
  writer: ByteWriter,
  type: string,
  version: number,
  flags: number,
  body: () => Result,
): Result {
  return box(writer, type, () => {
    writer.u8(version); // version
    writer.u24(flags); // flags
    return body();
  });
}

/** The version of a box whose times and durations are these: 0 while 32 bits hold all of them, else 1. */
export function timeVersion(...values: readonly number[]): 0 | 1 {
  return values.every((value) => value <= MAX_U32) ? 0 : 1;
}

/** A time or duration, as wide as the version of its box says. */
export function timeField(writer: ByteWriter, version: 0 | 1, value: number): void {
  if (version === 0) writer.u32(value);
  else writer.u64(value);
}

/** The transformation that changes nothing: fixed-point 1.0, 1.0 and 1.0 on the diagonal. */
export function unityMatrix(writer: ByteWriter): void {
  for (const value of [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000]) writer.u32(value); // matrix
}
