/** The states of items, in the order in which people look for them. */
export const STATES_IN_ORDER = [
  'failed',
  'running',
  'verifying',
  'queued',
  'done',
  'skipped',
  'cancelled',
] as const;

/** What a batch's items have come to. */
export interface ExportCounts {
  readonly queued: number;
  /** Being written or read back. */
  readonly running: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Of those that are done. */
  readonly verified: number;
  /** All of them together. */
  readonly items: number;
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Of those that run, the longest; null while unknown. */
  readonly secondsLeft: number | null;
}

interface CountedItem {
  readonly state: (typeof STATES_IN_ORDER)[number];
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly secondsLeft: number | null;
  readonly result: { readonly verified: { readonly ok: boolean } | null } | null;
}

/** Adds the items of a batch up; what is settled counts as all of its bytes. */
export function countsOf(items: readonly CountedItem[]): ExportCounts {
  const counts = { queued: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };
  let verified = 0;
  let doneBytes = 0;
  let totalBytes = 0;
  let secondsLeft: number | null = null;
  for (const item of items) {
    counts[item.state === 'verifying' ? 'running' : item.state]++;
    if (item.result?.verified?.ok === true) verified++;
    const isUnderWay = item.state === 'queued' || item.state === 'running' || item.state === 'verifying';
    doneBytes += isUnderWay ? item.doneBytes : item.totalBytes;
    totalBytes += item.totalBytes;
    if (item.secondsLeft !== null) secondsLeft = Math.max(secondsLeft ?? 0, item.secondsLeft);
  }
  return { ...counts, verified, items: items.length, doneBytes, totalBytes, secondsLeft };
}
