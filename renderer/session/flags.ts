import type { Marker } from '../host/api-types.ts';
import type { ViewRange } from './view-range.ts';

/** A marker above the ruler. */
export interface Flag {
  readonly marker: Marker;
  readonly pixel: number;
  /** Room for its name up to the next one; 0 where there is too little. */
  readonly widthPixels: number;
}

const LEAST_NAME = 28;
const MOST_NAME = 220;
/** Flags that would lie on one another are one; so many fit a screen. */
const CLOSEST = 3;

/** The markers in view with the room each has, from left to right. @param textScale text size over 100 % */
export function flagsInView(markers: readonly Marker[], view: ViewRange, textScale = 1): Flag[] {
  const [leastName, mostName] = [LEAST_NAME * textScale, MOST_NAME * textScale];
  const placed = markers
    .map((marker) => ({ marker, pixel: Math.round(view.pixelOf(marker.positionSamples)) }))
    .filter(({ pixel }) => pixel > -mostName && pixel <= view.widthPixels)
    .sort((one, other) => one.pixel - other.pixel);
  const flags: Flag[] = [];
  placed.forEach(({ marker, pixel }, index) => {
    const before = flags.at(-1);
    if (before !== undefined && pixel - before.pixel < CLOSEST) return;
    const next = placed.slice(index + 1).find((other) => other.pixel - pixel >= CLOSEST);
    const room = Math.min(mostName, (next?.pixel ?? Infinity) - pixel - 2);
    flags.push({ marker, pixel, widthPixels: room < leastName || marker.name === '' ? 0 : room });
  });
  return flags;
}
