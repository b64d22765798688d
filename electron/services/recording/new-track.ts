import type { Infer } from '../../../shared/ipc/declare.ts';
import type { newTrack } from '../../../shared/ipc/contract/recording.ts';
import { AppError } from '../../../shared/model/errors.ts';
import type { TrackInfo } from '../../media/log/track-info.ts';
import { LiveTrack } from './live-track.ts';

/** What a page says of a track that joins. */
export type NewTrack = Infer<typeof newTrack>;

/** A log takes names up to this size. */
const MOST_NAME_BYTES = 512;

/** A track as it joins. @throws AppError for a name that a log cannot hold. */
export function liveTrack(id: number, given: NewTrack): LiveTrack {
  const { name, channels, preSkipSamples, inputRate, colorIndex, inputLabel } = given;
  expectName(name);
  const info: TrackInfo = { id, name, channels, preSkipSamples, inputRate };
  return new LiveTrack(info, colorIndex, inputLabel);
}

/** @throws AppError for a name that a log cannot hold. */
export function expectName(name: string): void {
  const sizeBytes = new TextEncoder().encode(name).length;
  if (sizeBytes <= MOST_NAME_BYTES) return;
  throw new AppError('usage', `A name of ${sizeBytes} bytes is too long; ${MOST_NAME_BYTES} are the most.`, {
    next: 'Choose a shorter name.',
  });
}
