/** A stretch of a file, `endBytes` not included. */
export interface ByteRange {
  readonly startBytes: number;
  readonly endBytes: number;
}

/**
 * What a `Range` header asks for of a file of this size (RFC 9110, 14.2). Several ranges, other units and what
 * cannot be read count as no header at all, as the standard allows; undefined then.
 * @returns `outside` when the range lies beyond the file, to be answered with 416.
 */
export function byteRange(header: string | null, sizeBytes: number): ByteRange | 'outside' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const startBytes = Math.max(0, sizeBytes - Number(last));
    return startBytes < sizeBytes ? { startBytes, endBytes: sizeBytes } : 'outside';
  }
  const startBytes = Number(first);
  if (startBytes >= sizeBytes) return 'outside';
  if (last === '') return { startBytes, endBytes: sizeBytes };
  return Number(last) < startBytes
    ? undefined
    : { startBytes, endBytes: Math.min(sizeBytes, Number(last) + 1) };
}
