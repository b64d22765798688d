import type { PeaksProgress } from '../model/peaks.ts';

/** Content type of peaks on their way to a page. */
export const PEAKS_TYPE = 'application/vnd.tailslate.peaks';

const HEADER_BYTES = 16;

/** What a page gets for `media/peaks/...`: where filling in has got to, as two float64 in little-endian, then the blocks. */
export interface PeaksAnswer extends PeaksProgress {
  /** Blocks back to back, see PEAK_BLOCK_BYTES; none at all where nothing has been made yet. */
  readonly bytes: Uint8Array;
}

export function encodePeaks({ doneSamples, endSamples, bytes }: PeaksAnswer): Uint8Array<ArrayBuffer> {
  const answer = new Uint8Array(HEADER_BYTES + bytes.length);
  const view = new DataView(answer.buffer);
  view.setFloat64(0, doneSamples, true);
  view.setFloat64(8, endSamples, true);
  answer.set(bytes, HEADER_BYTES);
  return answer;
}

/** @throws RangeError for an answer that is too short to be one. */
export function decodePeaks(answer: ArrayBuffer): PeaksAnswer {
  const view = new DataView(answer);
  return {
    doneSamples: view.getFloat64(0, true),
    endSamples: view.getFloat64(8, true),
    bytes: new Uint8Array(answer, HEADER_BYTES),
  };
}
