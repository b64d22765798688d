import type { Recording } from '../host/api-types.ts';

/**
 * Session time up to which every track is safe on disk. A track whose device is away, or that is muted, has nothing
 * newer and holds nobody back.
 */
export function durableSamples({ tracks }: Pick<Recording, 'tracks'>): number {
  const waiting = tracks.filter((track) => track.durableSamples < track.receivedSamples);
  const behind = waiting.filter(({ connected, muted }) => connected && !muted);
  const counted = behind.length > 0 ? behind : waiting;
  if (counted.length > 0) return Math.min(...counted.map((track) => track.durableSamples));
  return Math.max(0, ...tracks.map((track) => track.durableSamples));
}
