import { fillColumns, makeColumns } from './columns.ts';
import { boxesInView, type Stretch } from './draw-stretches.ts';
import type { Palette } from './palette.ts';
import type { PeakStore } from './peak-store.ts';
import type { ViewRange } from './view-range.ts';

export interface OverviewLane {
  readonly playerId: string;
  readonly colorIndex: number;
  readonly gaps: readonly Stretch[];
  readonly damaged: readonly Stretch[];
}

const COLUMN_PIXELS = 2;
const LEAST_ROW = 2;
const TOP = 7;

/**
 * The session at a glance: who speaks when, in a row for each player; rows that do not fit share one.
 * @returns whether all of it is final
 */
export function drawOverview(
  context: CanvasRenderingContext2D,
  lanes: readonly OverviewLane[],
  markers: readonly number[],
  whole: ViewRange,
  height: number,
  store: PeakStore,
  palette: Palette,
): boolean {
  const room = height - TOP - 2;
  const rows = Math.max(1, Math.min(lanes.length, Math.floor(room / LEAST_ROW)));
  const rowHeight = Math.min(9, room / rows);
  const foot = (row: number): number => TOP + rowHeight * (row + 1);
  const columns = makeColumns(Math.ceil(whole.widthPixels / COLUMN_PIXELS));
  const samplesPerColumn = Math.max(1, whole.samplesPerPixel * COLUMN_PIXELS);
  const first = Math.round(whole.startSamples / samplesPerColumn);
  let final = true;
  lanes.forEach(({ playerId, colorIndex, gaps, damaged }, index) => {
    const row = Math.floor((index * rows) / lanes.length);
    const [red, green, blue] = palette.players[colorIndex % 8] ?? [0, 0, 0];
    if (!fillColumns(store, playerId, first, samplesPerColumn, columns)) final = false;
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    for (let column = 0; column < columns.rms.length; column += 1) {
      if ((columns.lowest[column] ?? 0) > (columns.highest[column] ?? 0)) continue;
      // The root spreads speech, which lies 20 dB below full scale, over the row.
      const level = Math.sqrt((columns.rms[column] ?? 0) / 32_768);
      const tall = Math.max(0.75, Math.min(1, level * 1.9) * (rowHeight - 1));
      context.fillRect(column * COLUMN_PIXELS, foot(row) - tall, COLUMN_PIXELS - 0.5, tall);
    }
    context.fillStyle = palette.hatch;
    for (const { left, right } of boxesInView(gaps, whole, 1)) {
      for (let x = left; x < right; x += 3) context.fillRect(x, foot(row) - rowHeight + 2, 1, rowHeight - 2);
    }
    context.fillStyle = palette.damage;
    for (const { left, right } of boxesInView(damaged, whole, 3))
      context.fillRect(left, foot(row) - rowHeight + 1, right - left, rowHeight);
  });
  context.fillStyle = palette.marker;
  for (const samples of markers) context.fillRect(Math.round(whole.pixelOf(samples)), 0, 1, 5);
  return final;
}
