/** Colours as the canvases need them, read from the tokens of the page. */
export interface Palette {
  readonly bgSunk: string;
  readonly bgPanel: string;
  readonly bgHover: string;
  readonly line1: string;
  readonly line3: string;
  readonly text2: string;
  readonly text3: string;
  readonly accent: string;
  readonly damage: string;
  readonly damageBg: string;
  readonly hatch: string;
  readonly gapBg: string;
  readonly marker: string;
  readonly fontText: string;
  readonly fontMono: string;
  /** Eight colours of players as red, green and blue. */
  readonly players: readonly (readonly [number, number, number])[];
  /** How much of the colour the peaks take. */
  readonly peakAlpha: number;
  /** Tells palettes apart. */
  readonly key: string;
}

/** The tokens as they are now, in the theme that is now. */
export function readPalette(): Palette {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  document.body.append(probe);
  const color = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const root = getComputedStyle(document.documentElement);
  try {
    const bgSunk = color('bg-sunk');
    const players = Array.from({ length: 8 }, (_, index) => rgb(color(`player-${index + 1}`)));
    return {
      bgSunk,
      bgPanel: color('bg-panel'),
      bgHover: color('bg-hover'),
      line1: color('line-1'),
      line3: color('line-3'),
      text2: color('text-2'),
      text3: color('text-3'),
      accent: color('accent'),
      damage: color('damage'),
      damageBg: color('damage-bg'),
      hatch: color('hatch'),
      gapBg: color('gap-bg'),
      marker: color('marker'),
      fontText: root.getPropertyValue('--font-text'),
      fontMono: root.getPropertyValue('--font-mono'),
      players,
      peakAlpha: rgb(bgSunk)[0] < 128 ? 0.55 : 0.5,
      key: bgSunk,
    };
  } finally {
    probe.remove();
  }
}

function rgb(text: string): readonly [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}
