import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { Alerts } from './alerts.ts';
import type { LiveTrack } from './live-track.ts';

const RELOAD = 'Reload the page that records.';

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
    const message = `Audio arrived for track ${trackId}, which this session does not have. It is not recorded.`;
    this.#raise(null, message, RELOAD, `track ${trackId}`);
  }

  /** With a time that cannot be. */
  ahead(track: LiveTrack, packets: number): void {
    track.lost.ahead += packets;
    const message = `${counted(track.lost.ahead, 'packet')} of ${track.info.name} came with a time far ahead of the recording and cannot be placed.`;
    this.#raise(track, message, RELOAD, 'ahead');
  }

  unusable(track: LiveTrack, packets: number): void {
    track.lost.unusable += packets;
    const message = `${counted(track.lost.unusable, 'packet')} of ${track.info.name} could not be used: not Opus audio, or behind what was not.`;
    this.#raise(track, message, RELOAD, 'unusable');
  }

  misplaced(track: LiveTrack, packets: number): void {
    track.lost.misplaced += packets;
    const message = `${counted(track.lost.misplaced, 'packet')} of ${track.info.name} came for a time that was recorded already.`;
    this.#raise(track, message, 'Connect the input again, or reload the page that records.', 'misplaced');
  }

  /** What never came. */
  gap(track: LiveTrack, samples: number): void {
    track.lost.gaps++;
    track.lost.gapSamples += samples;
    const message = `${seconds(track.lost.gapSamples)} of ${track.info.name} did not arrive, in ${counted(track.lost.gaps, 'place')}. An export is silent there.`;
    this.#raise(track, message, 'Close other programs if this goes on.', 'gap');
  }

  /** What the disk did not take. */
  dropped(track: LiveTrack, samples: number): void {
    track.droppedSamples += samples;
    const message = `${seconds(track.droppedSamples)} of ${track.info.name} were lost, as the disk did not keep up.`;
    this.#raise(track, message, 'Stop and record on a faster disk.', 'dropped');
  }

  #raise(track: LiveTrack | null, message: string, next: string, about: string): void {
    const trackId = track?.info.id ?? null;
    this.#alerts.raise(
      { kind: 'audio-lost', message, next, trackId, positionSamples: this.#atSamples() },
      about,
    );
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function seconds(samples: number): string {
  return `${(samples / SAMPLE_RATE).toFixed(samples < SAMPLE_RATE ? 2 : 1)} s`;
}
