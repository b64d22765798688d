import { crc32 } from 'node:zlib';
import type { PayloadCheck } from '../../media/log/collector.ts';

/** Payload is not what the log's index promised: the log was damaged after it was sealed. */
export class StaleIndexError extends Error {}

/** Holds payload to what the log's indexes promise, while the rows of an unchanged table are copied in order. */
export class IndexChecks {
  readonly #checks: readonly PayloadCheck[];
  #current = 0;
  #crc = 0;

  constructor(checks: readonly PayloadCheck[]) {
    this.#checks = checks;
  }

  /** The next row at which a check begins or ends; rows are to be copied up to there in one go at most. */
  boundaryAfter(row: number): number {
    const check = this.#checks[this.#current];
    if (check === undefined) return Infinity;
    return row < check.firstRow ? check.firstRow : check.endRow;
  }

  /** Takes the payload of rows [row, next). @throws StaleIndexError when a check ends and fails. */
  compare(row: number, next: number, copied: Uint8Array): void {
    const check = this.#checks[this.#current];
    if (check === undefined || row < check.firstRow) return;
    this.#crc = crc32(copied, this.#crc);
    if (next < check.endRow) return;
    if (this.#crc !== check.crc32) throw new StaleIndexError('payload differs from its index');
    this.#current++;
    this.#crc = 0;
  }
}
