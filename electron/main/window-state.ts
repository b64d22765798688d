import type { Rectangle } from 'electron';

/** Where a window stood. */
export interface WindowState {
  readonly bounds: Rectangle;
  readonly maximized: boolean;
}

export const SMALLEST = { width: 960, height: 640 } as const;
const USUAL = { width: 1280, height: 800 } as const;
/** So much of the window's top has to be on a screen that it can be seen and dragged. */
const GRIP = { width: 120, height: 40 } as const;

/** Takes what a file held for a state, undefined for anything else. */
export function parseWindowState(value: unknown): WindowState | undefined {
  if (typeof value !== 'object' || value === null || !('bounds' in value)) return undefined;
  const { bounds } = value;
  if (typeof bounds !== 'object' || bounds === null) return undefined;
  const read = (name: string): number | undefined => {
    const side: unknown = Reflect.get(bounds, name);
    return typeof side === 'number' && Number.isFinite(side) && Math.abs(side) < 1e6
      ? Math.round(side)
      : undefined;
  };
  const [x, y, width, height] = [read('x'), read('y'), read('width'), read('height')];
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  return { bounds: { x, y, width, height }, maximized: 'maximized' in value && value.maximized === true };
}

/**
 * Where a window may open: where it stood if that is still on a screen, else at its usual size and where the system
 * likes. Screens come and go between two starts.
 * @param workAreas of all screens, without task bars.
 */
export function fitOnScreen(
  saved: WindowState | undefined,
  workAreas: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  if (saved === undefined) return { ...USUAL };
  const { x, y } = saved.bounds;
  const area = workAreas.find(
    (screen) =>
      overlap(x, saved.bounds.width, screen.x, screen.width) >= GRIP.width &&
      y >= screen.y &&
      y + GRIP.height <= screen.y + screen.height,
  );
  const largest = area ?? workAreas[0] ?? USUAL;
  const width = Math.max(SMALLEST.width, Math.min(saved.bounds.width, largest.width));
  const height = Math.max(SMALLEST.height, Math.min(saved.bounds.height, largest.height));
  return area === undefined ? { width, height } : { x, y, width, height };
}

function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);
}
