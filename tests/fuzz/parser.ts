import type { Finding } from '../../shared/model/finding.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { PacketTableBuilder } from '../../electron/media/packet-table.ts';
import type { Random } from '../support/random.ts';

/** What a parser made of an input: all of it, some with findings, or nothing but a typed refusal. */
export type Outcome = 'read' | 'found' | 'refused';

/** Something of ours that reads bytes of others. */
export interface Parser {
  readonly name: string;
  /** Of so many inputs the suite tries one: some parsers write files. */
  readonly oneIn: number;
  open(): Promise<OpenParser>;
}

export interface OpenParser {
  /** An input; the same numbers give the same one. */
  make(random: Random): Uint8Array;
  /** Reads it. @throws whatever no caller of the parser expects. */
  read(bytes: Uint8Array, random: Random): Outcome | Promise<Outcome>;
  close?(): Promise<void>;
}

/** Findings lie in the file, one after the other where the format says so. */
export function checkFindings(
  findings: readonly Pick<Finding, 'startByte' | 'endByte' | 'reason'>[],
  sizeBytes: number,
): void {
  for (const { startByte, endByte, reason } of findings) {
    if (!(startByte >= 0 && startByte <= endByte && endByte <= sizeBytes) || reason === '')
      throw new Error(`a finding from ${startByte} to ${endByte} of ${sizeBytes}`);
  }
}

/** Packets lie in the file; no table is larger than the bytes can have asked for. */
export function checkPackets(packets: PacketTableBuilder, sizeBytes: number): void {
  const { count, offsetsBytes, sizesBytes, positionsSamples } = packets.finish();
  if (count > sizeBytes) throw new Error(`${count} packets in ${sizeBytes} bytes`);
  for (let row = 0; row < count; row++) {
    const end = (offsetsBytes[row] ?? NaN) + (sizesBytes[row] ?? NaN);
    if (!(end <= sizeBytes)) throw new Error(`row ${row} ends at ${end} of ${sizeBytes}`);
    const position = positionsSamples[row] ?? 0;
    if (position < 0 || position === Infinity) throw new Error(`row ${row} at ${position}`);
  }
}

/** `refused` for an error that says what and why; anything else is thrown on. */
export function refused(error: unknown): Outcome {
  if (error instanceof AppError && error.code !== 'internal' && error.message !== '') return 'refused';
  throw error;
}
