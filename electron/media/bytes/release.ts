/**
 * Gives the memory of a large table back at once; it and everything that shares its memory has no rows afterwards.
 * Left to the collector, which does not see how much memory hangs on so small an object, it would be free only after
 * the peak.
 */
export function release(table: ArrayBufferView): void {
  if (table.buffer instanceof ArrayBuffer) table.buffer.transfer(0);
}
