import type { Palette } from './palette.ts';
import type { ViewRange } from './view-range.ts';

/** A stretch of session time. */
export interface Stretch {
  readonly startSamples: number;
  readonly durationSamples: number;
}

export interface LaneBox {
  readonly top: number;
  readonly height: number;
}

/** What a stretch is called on the canvas, where there is room. */
export type Words = (stretch: Stretch) => string;

const GAP_LINES = 6;
const DAMAGE_LINES = 4;
const DAMAGE_LEAST = 4;
const DAMAGE_CAP = 3;

/** The first of some stretches, in order of time, that ends after the moment. */
export function firstAfter(stretches: readonly Stretch[], samples: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const stretch = stretches[middle];
    if (stretch !== undefined && stretch.startSamples + stretch.durationSamples <= samples) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Stretches in view as pixels from left to right; those that fall on the same pixels are one, and named by none. */
export function* boxesInView(
  stretches: readonly Stretch[],
  view: ViewRange,
  leastPixels: number,
): Generator<{ left: number; right: number; stretch: Stretch | null }> {
  let pending: { left: number; right: number; stretch: Stretch | null } | undefined;
  for (let at = firstAfter(stretches, view.startSamples); at < stretches.length; at += 1) {
    const stretch = stretches[at];
    if (stretch === undefined || stretch.startSamples >= view.endSamples) break;
    const left = view.pixelOf(stretch.startSamples);
    const right = Math.max(
      left + leastPixels,
      Math.min(view.pixelOf(stretch.startSamples + stretch.durationSamples), view.widthPixels + 100),
    );
    if (pending !== undefined && left < pending.right + 0.5) {
      pending = { left: pending.left, right: Math.max(pending.right, right), stretch: null };
      continue;
    }
    if (pending !== undefined) yield pending;
    pending = { left: Math.max(left, -100), right, stretch };
  }
  if (pending !== undefined) yield pending;
}

/** Gaps: no packets, nothing lost; hatched to the right. */
export function drawGaps(
  context: CanvasRenderingContext2D,
  gaps: readonly Stretch[],
  view: ViewRange,
  lane: LaneBox,
  palette: Palette,
  words: Words,
): void {
  for (const { left, right, stretch } of boxesInView(gaps, view, 1)) {
    context.fillStyle = palette.gapBg;
    context.fillRect(left, lane.top, right - left, lane.height);
    hatch(context, left, right, lane, GAP_LINES, 1, palette.hatch);
    if (stretch === null) continue;
    const text = words(stretch);
    context.font = `500 11px ${palette.fontText}`;
    const width = context.measureText(text).width + 16;
    const [from, to] = [Math.max(left, 0), Math.min(right, view.widthPixels)];
    if (width + 8 > to - from) continue;
    const x = (from + to) / 2;
    const y = lane.top + lane.height / 2;
    context.fillStyle = palette.gapBg;
    context.fillRect(x - width / 2, y - 10, width, 20);
    context.fillStyle = palette.text2;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(text, x, y + 0.5);
  }
}

/** Damage: something was lost; hatched to the left in magenta, with walls and a cap, never too thin to be seen. */
export function drawDamage(
  context: CanvasRenderingContext2D,
  damaged: readonly Stretch[],
  view: ViewRange,
  lane: LaneBox,
  palette: Palette,
  words: Words,
): void {
  for (const { left, right, stretch } of boxesInView(damaged, view, DAMAGE_LEAST)) {
    context.fillStyle = palette.damageBg;
    context.fillRect(left, lane.top, right - left, lane.height);
    hatch(context, left, right, lane, -DAMAGE_LINES, 1.5, palette.damage);
    context.fillStyle = palette.damage;
    context.fillRect(left, lane.top, 1, lane.height);
    context.fillRect(right - 1, lane.top, 1, lane.height);
    context.fillRect(left, lane.top, right - left, DAMAGE_CAP);
    if (stretch === null) continue;
    const text = words(stretch);
    context.font = `500 11px ${palette.fontText}`;
    const width = context.measureText(text).width + 12;
    // Before the range; after it where the window ends.
    const x = left - width - 4 >= 0 ? left - width - 4 : right + 4;
    context.fillStyle = palette.damageBg;
    context.beginPath();
    context.roundRect(x, lane.top + 4, width, 18, 4);
    context.fill();
    context.fillStyle = palette.damage;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.fillText(text, x + 6, lane.top + 13.5);
  }
}

/** Slanted lines every few pixels, leaning right for a positive distance and left for a negative one. */
function hatch(
  context: CanvasRenderingContext2D,
  left: number,
  right: number,
  { top, height }: LaneBox,
  distance: number,
  width: number,
  color: string,
): void {
  const step = Math.abs(distance) * Math.SQRT2;
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, height);
  context.clip();
  context.beginPath();
  for (let x = left - height; x < right + height; x += step) {
    context.moveTo(x, distance > 0 ? top + height : top);
    context.lineTo(x + height, distance > 0 ? top : top + height);
  }
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
  context.restore();
}
