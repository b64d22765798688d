import type { TrackNote } from '../../../shared/model/import-note.ts';

/** One track of another recorder's file, its packets as they were. */
export interface ImportedTrack {
  readonly channels: 1 | 2;
  readonly preSkipSamples: number;
  /** Rate of the signal before encoding, in hertz. */
  readonly inputRate: number;
  readonly packets: readonly Uint8Array[];
  /** Where each packet begins, in samples at 48 kHz; they do not overlap. */
  readonly positionsSamples: readonly number[];
  /** What of the source could not be used and what is not as it should be. */
  readonly notes: readonly TrackNote[];
}

/** A track that can be read as often as needed: so only one is in memory at a time. */
export interface TrackSource {
  /** What its player is called. */
  readonly name: string;
  /** @throws AppError when it holds no packets that can be used. */
  load(signal: AbortSignal): Promise<ImportedTrack>;
}

/** A session to be made of tracks of another recorder. */
export interface ImportedSession {
  readonly title: string;
  /** Wall clock at position 0; null when nothing tells it. */
  readonly startUnixMicros: number | null;
  readonly tracks: readonly TrackSource[];
}

/** Rates that are none stand for an unknown one (RFC 7845 section 5.1). */
export function usableRate(hertz: number): number {
  return hertz >= 1 && hertz <= 1_000_000 ? hertz : 48_000;
}
