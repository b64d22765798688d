/** Handlers of an element across which the pointer seeks. */
export interface Scrub {
  readonly onpointerdown: (event: PointerEvent & { currentTarget: HTMLElement }) => void;
  readonly onpointermove: (event: PointerEvent & { currentTarget: HTMLElement }) => void;
  readonly onpointerup: () => void;
  readonly onpointercancel: () => void;
}

/** @param seek is told where the pressed pointer is, pixels from the element's left edge */
export function scrub(seek: (pixel: number) => void): Scrub {
  let pressed = false;
  const follow = (event: PointerEvent & { currentTarget: HTMLElement }): void => {
    seek(event.clientX - event.currentTarget.getBoundingClientRect().left);
  };
  const release = (): void => {
    pressed = false;
  };
  return {
    onpointerdown: (event) => {
      if (event.button !== 0) return;
      pressed = true;
      event.currentTarget.setPointerCapture(event.pointerId);
      follow(event);
    },
    onpointermove: (event) => {
      if (pressed) follow(event);
    },
    onpointerup: release,
    onpointercancel: release,
  };
}
