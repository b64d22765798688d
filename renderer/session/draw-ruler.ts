import type { Palette } from './palette.ts';
import { rulerTicks } from './ruler-ticks.ts';
import type { TimecodeFace } from './timecode-face.ts';
import type { ViewRange } from './view-range.ts';

/** The ruler: labels and lines stand on its foot. @param textScale text size over 100 % */
export function drawRuler(
  context: CanvasRenderingContext2D,
  view: ViewRange,
  face: TimecodeFace,
  height: number,
  palette: Palette,
  textScale: number,
): void {
  context.font = `400 ${11 * textScale}px ${palette.fontMono}`;
  context.letterSpacing = '-0.02em';
  context.textBaseline = 'alphabetic';
  context.textAlign = 'left';
  const labelWidth = context.measureText('00:00:00:00').width;
  for (const { pixel, label } of rulerTicks(view, face, labelWidth + 24)) {
    const x = Math.round(pixel) + 0.5;
    const length = label === null ? 6 : 22;
    context.fillStyle = palette.line3;
    context.fillRect(x - 0.5, height - length, 1, length);
    // A label that would be cut is left out.
    if (label === null || x < 0 || x + 6 + labelWidth > view.widthPixels) continue;
    context.fillStyle = palette.text2;
    context.fillText(label, x + 6, height - 12);
  }
}
