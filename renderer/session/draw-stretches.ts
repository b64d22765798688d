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
/** Pixels that a gap's words need at the least. */
const LEAST_LABEL = 60;

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
  const boxes = [...boxesInView(gaps, view, 1)];
  context.fillStyle = palette.gapBg;
  for (const { left, right } of boxes) context.fillRect(left, lane.top, right - left, lane.height);
  hatch(context, boxes, lane, GAP_LINES, 1, palette.hatch);
  context.font = `500 11px ${palette.fontText}`;
  for (const { left, right, stretch } of boxes) {
    const [from, to] = [Math.max(left, 0), Math.min(right, view.widthPixels)];
    // Most are far too narrow for any words: to write and measure those takes longer than all the drawing.
    if (stretch === null || to - from < LEAST_LABEL) continue;
    const text = words(stretch);
    const width = context.measureText(text).width + 16;
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
    hatch(context, [{ left, right }], lane, -DAMAGE_LINES, 1.5, palette.damage);
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

/**
 * Slanted lines every few pixels, leaning right for a positive distance and left for a negative one. Each is cut to
 * its box by hand, so that all of a lane are one path: to clip box by box takes most of a frame where there are hundreds.
 */
function hatch(
  context: CanvasRenderingContext2D,
  boxes: readonly { readonly left: number; readonly right: number }[],
  { top, height }: LaneBox,
  distance: number,
  width: number,
  color: string,
): void {
  const step = Math.abs(distance) * Math.SQRT2;
  const [foot, down] = distance > 0 ? [top + height, -1] : [top, 1];
  context.beginPath();
  for (const { left, right } of boxes) {
    for (let x = left - height; x < right; x += step) {
      const from = Math.max(x, left);
      const to = Math.min(x + height, right);
      if (from >= to) continue;
      context.moveTo(from, foot + down * (from - x));
      context.lineTo(to, foot + down * (to - x));
    }
  }
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}
