import type { AlertCause } from '../../../shared/model/recording-alert.ts';
import type { Alerts } from './alerts.ts';
import type { LiveTrack } from './live-track.ts';

/** Tells of audio that did not become part of a recording: an alert for each track and reason, with the sum of it. */
export class LostAudio {
  readonly #alerts: Alerts;
  readonly #atSamples: () => number;

  /** @param atSamples where the recording is, samples from T0. */
  constructor(alerts: Alerts, atSamples: () => number) {
    this.#alerts = alerts;
    this.#atSamples = atSamples;
  }

  /** Of a track that the session does not have. */
  nobodys(trackId: number): void {
    this.#raise({ kind: 'track-unknown', track: trackId });
  }

  /** With a time that cannot be. */
  ahead(track: LiveTrack, packets: number): void {
    track.lost.ahead += packets;
    this.#raise({ kind: 'packets-ahead', name: track.info.name, count: track.lost.ahead }, track);
  }

  unusable(track: LiveTrack, packets: number): void {
    track.lost.unusable += packets;
    this.#raise({ kind: 'packets-unusable', name: track.info.name, count: track.lost.unusable }, track);
  }

  misplaced(track: LiveTrack, packets: number): void {
    track.lost.misplaced += packets;
    this.#raise({ kind: 'packets-misplaced', name: track.info.name, count: track.lost.misplaced }, track);
  }

  /** What never came. */
  gap(track: LiveTrack, samples: number): void {
    track.lost.gaps++;
    track.lost.gapSamples += samples;
    const { gaps: count, gapSamples: missingSamples } = track.lost;
    this.#raise({ kind: 'audio-missing', name: track.info.name, missingSamples, count }, track);
  }

  /** What the disk did not take. */
  dropped(track: LiveTrack, samples: number): void {
    track.droppedSamples += samples;
    const { droppedSamples } = track;
    this.#raise({ kind: 'audio-dropped', name: track.info.name, droppedSamples }, track);
  }

  #raise(cause: AlertCause, track?: LiveTrack): void {
    this.#alerts.raise(cause, this.#atSamples(), track?.info.id ?? null);
  }
}
