import { AppError } from '../../shared/model/errors.ts';
import type { MixPlace } from '../../shared/model/loudness.ts';
import { numberBetween } from './option-values.ts';

/**
 * Where players stand in the mix, by the names or ids given.
 * @param pans `NAME=PERCENT`. @param gains `NAME=DB`.
 * @throws AppError('usage') for anything else.
 */
export function mixPlaces(
  pans: readonly string[],
  gains: readonly string[],
): readonly (MixPlace & { readonly player: string })[] {
  const places = new Map<string, MixPlace>();
  const put = (player: string, part: Partial<MixPlace>): void => {
    places.set(player, { panPercent: 0, gainDb: 0, ...places.get(player), ...part });
  };
  for (const text of pans) {
    const [player, value] = divided('--pan', text);
    put(player, { panPercent: numberBetween('--pan', value, { least: -100, most: 100, whole: false }) });
  }
  for (const text of gains) {
    const [player, value] = divided('--gain', text);
    put(player, { gainDb: numberBetween('--gain', value, { least: -60, most: 24, whole: false }) });
  }
  return Array.from(places, ([player, place]) => ({ player, ...place }));
}

/** At the last `=`: a name may hold some. */
function divided(option: string, text: string): readonly [player: string, value: string] {
  const at = text.lastIndexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new AppError('usage', `${option} ${text} names no player and number.`, {
    next: `Write it as ${option} NAME=NUMBER.`,
  });
}
