/** The largest message, in the units of `weightOf`: somewhat more than the largest list of paths a call takes. */
export const MAX_MESSAGE_WEIGHT = 8 * 1024 * 1024;

/** The longest packet frame. A tick of 64 stereo tracks at 256 kb/s is about 100 KB. */
export const MAX_FRAME_BYTES = 1024 * 1024;

/** Bytes of packet frames that may be on their way: minutes of audio, kept while a disk catches its breath. */
export const MAX_BUFFERED_FRAME_BYTES = 64 * 1024 * 1024;

/** Calls of one port that may be unanswered at a time. */
export const MAX_PENDING_CALLS = 1000;

/** Most bytes a transport that counts them takes as one message: no fitting message is longer, in UTF-8 and escaped. */
export const MAX_TRANSPORT_BYTES = 6 * MAX_MESSAGE_WEIGHT;

/**
 * How much a value weighs: a unit for each UTF-16 unit of text and of keys, eight for everything else.
 * @returns more than `most` as soon as it is clear that it weighs more.
 */
export function weightOf(value: unknown, most: number): number {
  let weight = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0 && weight <= most) {
    const next = waiting.pop();
    weight += 8;
    if (typeof next === 'string') weight += next.length;
    else if (ArrayBuffer.isView(next)) weight += next.byteLength;
    else if (typeof next === 'object' && next !== null) {
      for (const [key, inner] of Object.entries(next)) {
        weight += key.length;
        waiting.push(inner);
      }
    }
  }
  return weight;
}
