/** Bytes of a disk, in a line. */
export function sizeInWords(bytes: number): string {
  return bytes < 1e7 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1e6)} MB`;
}
