import type { Lane } from '../host/api-types.ts';

/** Places of packets by player, samples from T0, in order. */
export type Places = ReadonlyMap<string, readonly number[]>;

export const NO_PLACES: Places = new Map();

export function lanesById(lanes: readonly Lane[]): ReadonlyMap<string, Lane> {
  return new Map(lanes.map((lane) => [lane.playerId, lane]));
}

/** The places with some more of one player; none twice. */
export function withPlaces(places: Places, playerId: string, more: readonly number[]): Places {
  const known = places.get(playerId) ?? [];
  // Playing goes forward: what comes later needs no sorting.
  if ((more[0] ?? -1) > (known.at(-1) ?? -1)) return new Map([...places, [playerId, [...known, ...more]]]);
  const all = [...new Set([...known, ...more])];
  return new Map([...places, [playerId, all.sort((one, other) => one - other)]]);
}
