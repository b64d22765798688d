/** Whether this machine's numbers lie in memory with their lowest byte first, as nearly every machine's do. */
export const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
