/** What the loudness of a programme comes to; null where it is silent throughout, or too short for the measure. */
export interface Loudness {
  /** Integrated, gated at -70 LUFS and 10 LU under the mean (ITU-R BS.1770-4 Annex 1). */
  readonly integratedLufs: number | null;
  /** EBU Tech 3342. */
  readonly rangeLu: number | null;
  /** ITU-R BS.1770-4 Annex 2. */
  readonly truePeakDbtp: number | null;
  /** The loudest 400 ms. */
  readonly maxMomentaryLufs: number | null;
  /** The loudest 3 s. */
  readonly maxShortTermLufs: number | null;
}

/** Where a player stands in a mix. */
export interface MixPlace {
  /** From -100, left, over 0, the middle, to 100, right; of a player in stereo, the balance. */
  readonly panPercent: number;
  readonly gainDb: number;
}

/** What a mix-down is brought to: podcasts in stereo. */
export const MIX_TARGET_LUFS = -16;

/** No true peak of a mix-down is above this. */
export const MIX_CEILING_DBTP = -1;

/** How a mix-down came about, in numbers; plain data. */
export interface MixReport {
  /** Of the file. */
  readonly mix: Loudness;
  /** What everybody was raised by, beside their own gains; 0 for silence. */
  readonly raisedDb: number;
  /** The most that the limiter took away, in dB. */
  readonly limitedDb: number;
  /** Of an encoded one, whose peaks encoding moves. */
  readonly encoding?: {
    /** How often it was encoded until no peak of what is heard was above the ceiling; bounded. */
    readonly passes: number;
    /** What the limiter held peaks lower by for that, in dB. */
    readonly loweredDb: number;
  };
  readonly players: readonly {
    readonly playerId: string;
    readonly player: string;
    readonly place: MixPlace;
    /** As recorded, before gain and pan; null for a player without packets. */
    readonly loudness: Loudness | null;
  }[];
}
