import type { Lane, Marker } from '../host/api-types.ts';
import { drawDamage, drawGaps, type Words } from './draw-stretches.ts';
import type { Palette } from './palette.ts';
import type { ViewRange } from './view-range.ts';
import type { WaveTiles } from './wave-tiles.ts';

/** All that the canvas of the lanes shows; lengths are pixels of the page. */
export interface PaintedLanes {
  readonly view: ViewRange;
  readonly palette: Palette;
  /** Pixels of the screen in one of the page. */
  readonly ratio: number;
  readonly laneHeight: number;
  readonly scrollTop: number;
  readonly height: number;
  /** Which lane the first of `players` is. */
  readonly firstLane: number;
  readonly players: readonly {
    readonly playerId: string;
    readonly colorIndex: number;
    readonly heard: boolean;
  }[];
  readonly lanes: ReadonlyMap<string, Lane> | null;
  /** Places of packets that could not be decoded, by player. */
  readonly undecodable: ReadonlyMap<string, readonly number[]>;
  readonly markers: readonly Marker[];
  readonly gapWords: Words;
  readonly damageWords: Words;
}

/** Lanes that are not heard stand back. */
const MUTED_ALPHA = 0.42;

/** Paints the lanes in view: waveform, gaps, damage, and the markers through all of them. */
export function paintLanes(context: CanvasRenderingContext2D, tiles: WaveTiles, painted: PaintedLanes): void {
  const { view, palette, ratio, laneHeight, lanes } = painted;
  painted.players.forEach((player, index) => {
    const top = (painted.firstLane + index) * laneHeight - painted.scrollTop;
    const lane = { top, height: laneHeight - 1 };
    const [red, green, blue] = palette.players[player.colorIndex % 8] ?? [0, 0, 0];
    const alpha = player.heard ? 1 : MUTED_ALPHA;
    context.fillStyle = `rgb(${red} ${green} ${blue} / ${0.5 * alpha})`;
    const [from, to] = [
      Math.max(0, view.pixelOf(0)),
      Math.min(view.widthPixels, view.pixelOf(view.durationSamples)),
    ];
    context.fillRect(from, Math.round(top + lane.height / 2), Math.max(0, to - from), 1);
    // Tiles are drawn pixel for pixel of the screen.
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    const place = { top: Math.round(top * ratio), height: Math.round(lane.height * ratio), ratio, alpha };
    tiles.draw(context, player, view, place, palette);
    context.restore();
    const known = lanes?.get(player.playerId);
    if (known !== undefined) {
      drawGaps(context, known.gaps, view, lane, palette, painted.gapWords);
      drawDamage(context, known.damaged, view, lane, palette, painted.damageWords);
    }
    context.fillStyle = palette.damage;
    for (const samples of painted.undecodable.get(player.playerId) ?? []) {
      context.fillRect(Math.round(view.pixelOf(samples)), top, 2, 8);
    }
    context.fillStyle = palette.line1;
    context.fillRect(0, top + lane.height, view.widthPixels, 1);
  });
  drawPoles(context, painted);
}

function drawPoles(
  context: CanvasRenderingContext2D,
  { view, palette, markers, height, players, laneHeight, firstLane, scrollTop }: PaintedLanes,
): void {
  const foot = Math.min(height, (firstLane + players.length) * laneHeight - scrollTop);
  context.save();
  context.strokeStyle = palette.marker;
  context.globalAlpha = 0.4;
  context.setLineDash([2, 3]);
  context.beginPath();
  let last = -1;
  for (const { positionSamples } of markers) {
    const x = Math.round(view.pixelOf(positionSamples)) + 0.5;
    if (x < 0 || x > view.widthPixels || x === last) continue;
    context.moveTo(x, 0);
    context.lineTo(x, foot);
    last = x;
  }
  context.stroke();
  context.restore();
}
