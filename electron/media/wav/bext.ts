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
}

/** Version 1: version 2 adds only loudness, which nobody has measured here, and some readers show its blanks as values. */
const VERSION = 1;

/** The broadcast extension chunk (EBU Tech 3285 section 2.3): 602 bytes and the coding history. */
export function bext(writer: ChunkWriter, values: Bext): void {
  writer.chunk('bext', () => {
    writer.fixed(ascii(values.description), 256); // Description
    writer.fixed(ascii(values.originator), 32); // Originator
    writer.fixed(ascii(values.originatorReference), 32); // OriginatorReference
    writer.fixed(ascii(values.date), 10); // OriginationDate
    writer.fixed(ascii(values.time), 8); // OriginationTime
    writer.u64(values.timeReferenceSamples); // TimeReferenceLow, TimeReferenceHigh
    writer.u16(VERSION); // Version
    writer.zeros(64); // UMID, none
    writer.zeros(190); // Reserved
    writer.utf8(ascii(values.codingHistory)); // CodingHistory
  });
}

/** Letters without their accents, `?` for what is left outside ASCII: the field has no other characters. */
function ascii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\r\n\x20-\x7e]/gu, '?');
}
