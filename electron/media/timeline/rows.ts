import type { PacketTable } from '../packet-table.ts';

/**
 * The table without the named rows, in the same order; the very same table when there are none.
 * @param dropped rows in ascending order, each once.
 */
export function withoutRows(table: PacketTable, dropped: readonly number[]): PacketTable {
  if (dropped.length === 0) return table;
  const rows = new Uint32Array(table.count - dropped.length);
  let next = 0;
  let kept = 0;
  for (let row = 0; row < table.count; row++) {
    if (row === dropped[next]) next++;
    else rows[kept++] = row;
  }
  return selectRows(table, rows);
}

/**
 * The table in order of time, and how many packets stood behind a packet with a later stamp. The order is stable:
 * packets with the same stamp stay in log order, and a packet without a stamp stays behind the one before it.
 * The very same table when it is in order already, which costs one pass over the stamps.
 */
export function inTimeOrder(table: PacketTable): { packets: PacketTable; reordered: number } {
  const { count, positionsSamples } = table;
  if (isInOrder(positionsSamples, count)) return { packets: table, reordered: 0 };

  const keys = new Float64Array(count);
  const punctual = new Uint32Array(count);
  const late = new Uint32Array(count);
  let punctualCount = 0;
  let lateCount = 0;
  let key = -Infinity;
  let latest = -Infinity;
  for (let row = 0; row < count; row++) {
    const stamp = positionsSamples[row] ?? 0;
    if (Number.isFinite(stamp)) key = stamp;
    keys[row] = key;
    if (key < latest) {
      late[lateCount++] = row;
    } else {
      latest = key;
      punctual[punctualCount++] = row;
    }
  }
  const lateRows = late.subarray(0, lateCount).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));

  // Two ordered lists are merged: a log with a few late packets costs a pass, not a sort of everything.
  // Of equal keys the punctual row was logged first: behind a late row only greater keys are punctual.
  const rows = new Uint32Array(count);
  let p = 0;
  let l = 0;
  for (let i = 0; i < count; i++) {
    const punctualRow = punctual[p] ?? 0;
    const lateRow = lateRows[l] ?? 0;
    const isEarlier = (keys[lateRow] ?? 0) < (keys[punctualRow] ?? 0);
    const takeLate = p === punctualCount || (l < lateCount && isEarlier);
    rows[i] = takeLate ? lateRow : punctualRow;
    if (takeLate) l++;
    else p++;
  }
  return { packets: selectRows(table, rows), reordered: lateCount };
}

/** Packets without a stamp have no say: a comparison with NaN is false, and the infinities are skipped. */
function isInOrder(stamps: Float64Array, count: number): boolean {
  let latest = -Infinity;
  for (let row = 0; row < count; row++) {
    const stamp = stamps[row] ?? 0;
    if (stamp > latest && stamp < Infinity) latest = stamp;
    else if (stamp < latest && stamp > -Infinity) return false;
  }
  return true;
}

/** A new table of the named rows, in the order they are named. */
function selectRows(table: PacketTable, rows: Uint32Array): PacketTable {
  const count = rows.length;
  return {
    count,
    clock: table.clock,
    positionsSamples: selected(table.positionsSamples, rows, new Float64Array(count)),
    sizesBytes: selected(table.sizesBytes, rows, new Uint16Array(count)),
    durationUnits: selected(table.durationUnits, rows, new Uint8Array(count)),
    parts: selected(table.parts, rows, new Uint16Array(count)),
    offsetsBytes: selected(table.offsetsBytes, rows, new Uint32Array(count)),
  };
}

function selected<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
  from: T,
  rows: Uint32Array,
  to: T,
): T {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i] ?? 0] ?? 0;
  return to;
}
