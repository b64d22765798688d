import type { Timeline } from './timeline.svelte.ts';

/** Pixels of a line, in which some mice count. */
const LINE_PIXELS = 16;
/** Logarithm of the zoom that one pixel of the wheel is worth. */
const ZOOM_OF_PIXEL = 0.004;

/**
 * Wheel with ctrl, which is also what a pinch is, zooms to the pointer; sideways, or where all lanes are in view, it
 * scrolls through time.
 * @param options what is left of the timeline, pixels, and the element that scrolls through lanes
 */
export function timelineWheel(
  timeline: Timeline,
  options: { readonly leftPixels: () => number; readonly scroller: () => HTMLElement | undefined },
): (node: HTMLElement) => () => void {
  return (node) => {
    const turn = (event: WheelEvent): void => {
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const pixel = event.clientX - node.getBoundingClientRect().left - options.leftPixels();
        timeline.zoom(Math.exp(-event.deltaY * unit * ZOOM_OF_PIXEL), Math.max(0, pixel));
        return;
      }
      const scroller = options.scroller();
      const fits = scroller === undefined || scroller.scrollHeight <= scroller.clientHeight + 1;
      const throughTime = event.shiftKey || fits;
      const sideways = throughTime ? event.deltaX || event.deltaY : event.deltaX;
      if (sideways === 0 || (!throughTime && Math.abs(event.deltaY) > Math.abs(event.deltaX))) return;
      event.preventDefault();
      timeline.scroll(sideways * unit);
    };
    node.addEventListener('wheel', turn, { passive: false });
    return () => node.removeEventListener('wheel', turn);
  };
}
