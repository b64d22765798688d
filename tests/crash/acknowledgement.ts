/** A line that the killed writer printed: per track, up to where its packets of a session were durable. */
export interface Acknowledgement {
  readonly session: number;
  readonly ends: readonly (readonly [track: number, endSamples: number])[];
}
