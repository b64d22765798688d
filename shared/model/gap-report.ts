import type { FindingKind } from './finding.ts';

/** A stretch of session time in which a player has no packets. */
export interface Gap {
  /** End of the packet before it, samples from T0. */
  readonly startSamples: number;
  readonly durationSamples: number;
}

/**
 * What an export did with one player's packets, in numbers; plain data that survives JSON.
 * Lists are cut off after a bound, the counts beside them are always whole.
 */
export interface GapReport {
  /** Recorded packets in the export. */
  readonly packets: number;
  /** Stretches of packets without a gap between them. */
  readonly runs: number;
  /** Gaps between runs; the silence before the first packet and after the last is none. */
  readonly gaps: { readonly count: number; readonly samples: number; readonly list: readonly Gap[] };
  /** Packets of encoded silence, before the first and after the last recorded packet included. */
  readonly silencePackets: number;
  readonly silenceSamples: number;
  /** How far packets lie from their place because silence comes in steps of 120 samples; at most 60. */
  readonly largestErrorSamples: number;
  /** The mean over all packets. */
  readonly meanErrorSamples: number;
  /** Largest distance between a packet's arrival and its place; null where positions are exact. */
  readonly largestStampDeviationMs: number | null;
  /** Packets logged twice; the first is kept. */
  readonly duplicates: number;
  /** Packets that began before their predecessor's end and were left out, and the audio in them. */
  readonly overlaps: { readonly count: number; readonly samples: number };
  /** Where the packets left out lie in the log: part and byte range. */
  readonly dropped: readonly {
    readonly reason: 'duplicate' | 'overlap';
    readonly part: number;
    readonly offsetBytes: number;
    readonly sizeBytes: number;
  }[];
  /** Packets logged after one with a later stamp; put in order. */
  readonly reordered: number;
  /** Packets without a stamp; they follow the one before them. */
  readonly unstamped: number;
  /** Those of them whose stamp was not believed, because it contradicts the others in log order. */
  readonly outliers: number;
  /** Times 2.5 ms of silence were added to follow a slow sender clock. */
  readonly driftSteps: number;
  /** Furthest the packets ran ahead of their stamps (fast sender clock); nothing is dropped for it. */
  readonly fastestLeadSamples: number;
  /** Damaged byte ranges in this player's logs. */
  readonly damage: {
    readonly count: number;
    readonly bytes: number;
    readonly list: readonly {
      readonly kind: FindingKind;
      readonly file: string;
      readonly startByte: number;
      readonly endByte: number;
    }[];
  };
}

/**
 * Silence in a file, in samples: what its only player's track was filled with. Null for a file of several players or
 * none of its own, such as a mix-down, where the report has a sum that is no part of the file's length.
 */
export function silenceOfFile(tracks: readonly unknown[], { silenceSamples }: GapReport): number | null {
  return tracks.length === 1 ? silenceSamples : null;
}
