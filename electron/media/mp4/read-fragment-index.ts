import { type Box, boundedCount, childrenOf, fullBox, type ReadContext } from './read-boxes.ts';

/** Where the fragments of one track begin, by the index at the end of the file (ISO/IEC 14496-12 section 8.8.10). */
export interface TrackFragmentIndex {
  readonly trackId: number;
  /** In the media timescale. */
  readonly timesTicks: Float64Array;
  readonly moofBytes: Float64Array;
}

/** The `tfra` boxes of an `mfra`. */
export function readFragmentIndex(mfra: Box, context: ReadContext): readonly TrackFragmentIndex[] {
  return childrenOf(mfra, context)
    .filter(({ type }) => type === 'tfra')
    .map((box) => {
      const { version, reader } = fullBox(box);
      const trackId = reader.u32();
      const lengths = reader.u32();
      const rest = [lengths >> 4, lengths >> 2, lengths].reduce((sum, bits) => sum + (bits & 3) + 1, 0);
      const wide = version === 1;
      const count = boundedCount(box, reader, reader.u32(), (wide ? 16 : 8) + rest, context);
      const timesTicks = new Float64Array(count);
      const moofBytes = new Float64Array(count);
      for (let i = 0; i < count; i++) {
        timesTicks[i] = wide ? reader.u64() : reader.u32();
        moofBytes[i] = wide ? reader.u64() : reader.u32();
        reader.skip(rest);
      }
      return { trackId, timesTicks, moofBytes };
    });
}
