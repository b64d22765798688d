import { fillColumns, makeColumns } from './columns.ts';
import type { Palette } from './palette.ts';
import type { PeakStore } from './peak-store.ts';
import type { ViewRange } from './view-range.ts';

/** Columns of one tile, in pixels of the screen. */
export const TILE_COLUMNS = 256;
/** 36 MB at a lane of 116 pixels. */
const KEPT_TILES = 300;
/** As many as a view has. */
const MOST_SPARE = 100;
/** How far full scale reaches, as a part of half the lane. */
const FULL_SCALE = 0.94;

interface Tile {
  readonly canvas: OffscreenCanvas;
  readonly final: boolean;
  /** Of the peaks when it was drawn. */
  readonly version: number;
}

/** Waveforms in tiles: scrolling only moves them, zooming draws those in view anew. */
export class WaveTiles {
  readonly #store: PeakStore;
  readonly #tiles = new Map<string, Tile>();
  readonly #columns = makeColumns(TILE_COLUMNS);
  #image: ImageData | undefined;
  /** Of tiles that are gone, of the height that is painted now: zooming asks for dozens a frame. */
  #spare: OffscreenCanvas[] = [];
  #scale = '';

  constructor(store: PeakStore) {
    this.#store = store;
  }

  /**
   * Draws a player's waveform across the view.
   * @param lane where it goes, in pixels of the screen
   */
  draw(
    context: CanvasRenderingContext2D,
    player: { readonly playerId: string; readonly colorIndex: number },
    view: ViewRange,
    lane: { readonly top: number; readonly height: number; readonly ratio: number; readonly alpha: number },
    palette: Palette,
  ): void {
    const samplesPerColumn = view.samplesPerPixel / lane.ratio;
    const scale = `${samplesPerColumn} ${lane.height} ${palette.key}`;
    if (scale !== this.#scale) {
      for (const { canvas } of this.#tiles.values()) this.#spare.push(canvas);
      this.#tiles.clear();
      this.#spare = this.#spare.filter(({ height }) => height === lane.height).slice(0, MOST_SPARE);
      this.#store.dropWishes();
      this.#scale = scale;
    }
    const startColumn = Math.round(view.startSamples / samplesPerColumn);
    const width = Math.round(view.widthPixels * lane.ratio);
    const first = Math.max(0, Math.floor(startColumn / TILE_COLUMNS));
    const lastColumn = Math.min(startColumn + width, Math.ceil(view.durationSamples / samplesPerColumn));
    context.globalAlpha = lane.alpha;
    for (let index = first; index * TILE_COLUMNS < lastColumn; index += 1) {
      const { canvas } = this.#tile(
        player.playerId,
        player.colorIndex,
        index,
        samplesPerColumn,
        lane.height,
        palette,
      );
      context.drawImage(canvas, index * TILE_COLUMNS - startColumn, lane.top);
    }
    context.globalAlpha = 1;
  }

  #tile(
    playerId: string,
    colorIndex: number,
    index: number,
    samplesPerColumn: number,
    height: number,
    palette: Palette,
  ): Tile {
    const key = `${index} ${colorIndex} ${playerId}`;
    let tile = this.#tiles.get(key);
    this.#tiles.delete(key);
    if (tile === undefined || (!tile.final && tile.version !== this.#store.version)) {
      const columns = this.#columns;
      const { version } = this.#store;
      const final = fillColumns(this.#store, playerId, index * TILE_COLUMNS, samplesPerColumn, columns);
      const canvas = tile?.canvas ?? this.#spare.pop() ?? new OffscreenCanvas(TILE_COLUMNS, height);
      this.#paint(canvas, palette.players[colorIndex % 8] ?? [0, 0, 0], palette.peakAlpha);
      tile = { canvas, final, version };
    }
    this.#tiles.set(key, tile);
    if (this.#tiles.size > KEPT_TILES) {
      const oldest = this.#tiles.keys().next().value;
      if (oldest !== undefined) this.#tiles.delete(oldest);
    }
    return tile;
  }

  #paint(canvas: OffscreenCanvas, color: readonly [number, number, number], peakAlpha: number): void {
    const { width, height } = canvas;
    if (this.#image?.height !== height) this.#image = new ImageData(width, height);
    const pixels = new Uint32Array(this.#image.data.buffer);
    pixels.fill(0);
    const [red, green, blue] = color;
    const rgb = (blue << 16) | (green << 8) | red;
    const peak = ((Math.round(peakAlpha * 255) << 24) | rgb) >>> 0;
    const solid = ((255 << 24) | rgb) >>> 0;
    const middle = height / 2;
    const unit = (middle * FULL_SCALE) / 32_768;
    const { lowest, highest, rms } = this.#columns;
    for (let x = 0; x < width; x += 1) {
      const low = lowest[x] ?? 0;
      const high = highest[x] ?? 0;
      if (low > high) continue;
      const top = Math.round(middle - Math.max(high, 0) * unit);
      const bottom = Math.max(top + 1, Math.round(middle - Math.min(low, 0) * unit));
      const body = (rms[x] ?? 0) * unit;
      const bodyTop = Math.max(top, Math.round(middle - body));
      const bodyBottom = Math.min(bottom, Math.max(bodyTop + 1, Math.round(middle + body)));
      for (let y = top, at = top * width + x; y < bottom; y += 1, at += width) {
        pixels[at] = y >= bodyTop && y < bodyBottom ? solid : peak;
      }
    }
    canvas.getContext('2d')?.putImageData(this.#image, 0, 0);
  }
}
