/**
 * The context of a canvas that is empty and as many pixels large as it is shown. Another size empties a canvas and
 * takes memory anew: it is only set when it is another.
 * @param ratio pixels of the screen in one of the page
 */
export function prepareCanvas(
  canvas: HTMLCanvasElement,
  widthPixels: number,
  heightPixels: number,
  ratio: number,
): CanvasRenderingContext2D | null {
  const [wide, tall] = [Math.round(widthPixels * ratio), Math.round(heightPixels * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== tall) canvas.height = tall;
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, widthPixels, heightPixels);
  return context;
}
