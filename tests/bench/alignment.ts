import { SAMPLE_RATE, SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { findPlaces } from '../capture/wav.ts';
import { ExportFolder } from '../support/exported-session.ts';
import { decodeAudio } from '../support/media-tools.ts';

/** In a long recording so many places are looked at. */
const MOST_PLACES = 60;
/** What moves by less from one place to the next drifts; more is a step. */
const LEAST_STEP_SAMPLES = SAMPLES_PER_MS;
/** More steps than these are only counted. */
const MOST_TOLD = 4;

/** How tracks lie against their source and each other. */
export interface Alignment {
  /** Seconds that each track gains on its source, per million; the millionths by which its device's crystal is fast. */
  readonly driftsPpm: readonly number[];
  /** Furthest that two tracks are apart from each other. */
  readonly apartMs: number;
  /** Samples of silence that exports had to lay. */
  readonly missingSamples: number;
  /** Where sound moved against its source from one place to the next, in words; empty when nowhere. */
  readonly steps: string;
}

/** Exports a session and finds every track's sound in what the microphones heard. */
export async function align(
  session: string,
  spoken: readonly Float32Array[],
  seconds: number,
): Promise<Alignment> {
  const exports = new ExportFolder();
  try {
    const files = await exports.export(session, '25');
    const step = Math.max(1, Math.floor(seconds / MOST_PLACES));
    const found = files.map(({ outcome }, track) => {
      const audio = decodeAudio(outcome.path, 'libopus').samples;
      return findPlaces(spoken[track % spoken.length] ?? audio, audio, step);
    });
    const apart = (found[0] ?? []).map((_, index) => {
      const all = found.flatMap((track) => track[index] ?? []);
      return all.length === 0 ? 0 : Math.max(...all) - Math.min(...all);
    });
    return {
      driftsPpm: found.map((track) => (-1e6 * slope(track)) / (step * SAMPLE_RATE)),
      apartMs: Math.max(...apart) / SAMPLES_PER_MS,
      missingSamples: files.reduce((sum, { outcome }) => sum + outcome.report.gaps.samples, 0),
      steps: steps(found, step),
    };
  } finally {
    exports.remove();
  }
}

/**
 * Steps of the sound, by the second before which they were: negative where it was held up and comes later from there
 * on, as after silence that was laid into it; positive where some of it was left out.
 */
function steps(found: readonly (readonly (number | undefined)[])[], stepSeconds: number): string {
  const told: string[] = [];
  for (let index = 1; index < (found[0]?.length ?? 0); index++) {
    const moved = found.map((track) => {
      const before = track.slice(0, index).findLast((place) => place !== undefined);
      return (track[index] ?? before ?? 0) - (before ?? 0);
    });
    if (moved.every((samples) => Math.abs(samples) < LEAST_STEP_SAMPLES)) continue;
    const same = moved.every((samples) => samples === moved[0]);
    const by = same ? `${signed(moved[0] ?? 0)} all` : moved.map(signed).join(' and ');
    told.push(`${by} at ${(index * stepSeconds).toFixed(0)} s`);
  }
  const more = told.length > MOST_TOLD ? `, ${told.length - MOST_TOLD} more` : '';
  return told.length === 0 ? '' : `steps of ${told.slice(0, MOST_TOLD).join(', ')}${more}`;
}

function signed(samples: number): string {
  return `${samples > 0 ? '+' : ''}${samples}`;
}

/** How much values grow from one to the next, by least squares of those that are known. */
function slope(values: readonly (number | undefined)[]): number {
  const known = values.flatMap((value, at) => (value === undefined ? [] : [{ at, value }]));
  const middleAt = known.reduce((sum, { at }) => sum + at, 0) / known.length;
  const mean = known.reduce((sum, { value }) => sum + value, 0) / known.length;
  const products = known.reduce((sum, { at, value }) => sum + (at - middleAt) * (value - mean), 0);
  const squares = known.reduce((sum, { at }) => sum + (at - middleAt) ** 2, 0);
  return squares === 0 ? 0 : products / squares;
}
