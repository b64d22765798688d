import type { Batch } from '../export-queue/batch.ts';
import { keptBatch } from '../export-queue/kept-batch.ts';

/** The batch of a journal, lines that break off passed over; undefined when its first line is none. */
export function batchOf([first = '', ...lines]: readonly string[]): Batch | undefined {
  return keptBatch(parsedLine(first), lines.map(parsedLine));
}

/** Undefined for a line that is no JSON. */
export function parsedLine(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return undefined;
  }
}
