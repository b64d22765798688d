import type { Loudness } from '../../../shared/model/loudness.ts';
import type { ChunkWriter } from './chunk-writer.ts';

/** What the broadcast extension tells; texts become ASCII. */
export interface Bext {
  readonly description: string;
  readonly originator: string;
  readonly originatorReference: string;
  /** YYYY-MM-DD, or empty. */
  readonly date: string;
  /** HH:MM:SS, or empty. */
  readonly time: string;
  /** The first sample, in samples since midnight. */
  readonly timeReferenceSamples: number;
  readonly codingHistory: string;
  /** Where it was measured. */
  readonly loudness?: Loudness;
}

/** Version 2 adds loudness; where nobody measured it some readers show its blanks as values, so that is version 1. */
const VERSION_WITH_LOUDNESS = 2;
const VERSION_WITHOUT = 1;

/** In place of a loudness that there is none of. */
export const NO_VALUE = 0x7fff;

/** The broadcast extension chunk (EBU Tech 3285 version 2, section 2.3): 602 bytes and the coding history. */
export function bext(writer: ChunkWriter, values: Bext): void {
  writer.chunk('bext', () => {
    writer.fixed(ascii(values.description), 256); // Description
    writer.fixed(ascii(values.originator), 32); // Originator
    writer.fixed(ascii(values.originatorReference), 32); // OriginatorReference
    writer.fixed(ascii(values.date), 10); // OriginationDate
    writer.fixed(ascii(values.time), 8); // OriginationTime
    writer.u64(values.timeReferenceSamples); // TimeReferenceLow, TimeReferenceHigh
    writer.u16(values.loudness === undefined ? VERSION_WITHOUT : VERSION_WITH_LOUDNESS); // Version
    writer.zeros(64); // UMID, none
    if (values.loudness === undefined) writer.zeros(10);
    else {
      const { integratedLufs, rangeLu, truePeakDbtp, maxMomentaryLufs, maxShortTermLufs } = values.loudness;
      writer.u16(hundredths(integratedLufs)); // LoudnessValue
      writer.u16(hundredths(rangeLu)); // LoudnessRange
      writer.u16(hundredths(truePeakDbtp)); // MaxTruePeakLevel
      writer.u16(hundredths(maxMomentaryLufs)); // MaxMomentaryLoudness
      writer.u16(hundredths(maxShortTermLufs)); // MaxShortTermLoudness
    }
    writer.zeros(180); // Reserved
    writer.utf8(ascii(values.codingHistory)); // CodingHistory
  });
}

/** A signed integer of 16 bits, as it stands in the file. */
function hundredths(value: number | null): number {
  return value === null ? NO_VALUE : Math.round(100 * value) & 0xffff;
}

/** Letters without their accents, `?` for what is left outside ASCII: the field has no other characters. */
function ascii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\r\n\x20-\x7e]/gu, '?');
}
