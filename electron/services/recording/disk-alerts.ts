import { SAMPLES_PER_MS } from '../../../shared/time/samples.ts';
import { troubleOf } from './alerts.ts';
import type { LiveSession } from './live-session.ts';

const LOW_DISK_SECONDS = 600;
/** A log is late beyond this, or beyond what its durability setting allows and half a second. */
const SLOW_MILLIS = 2000;

/** That the log ended before its session. */
export function tellOfFailure({ alerts, newestSamples }: LiveSession, error: unknown): void {
  alerts.raise({ kind: 'write-failed', trouble: troubleOf(error) }, newestSamples);
}

/** Whether the disk keeps up. */
export function tellOfLag({ alerts, durabilityMillis, newestSamples }: LiveSession, lagMillis: number): void {
  const slowMillis = Math.max(SLOW_MILLIS, durabilityMillis + 500);
  if (lagMillis > slowMillis) {
    alerts.raise({ kind: 'disk-slow', waitingSamples: lagMillis * SAMPLES_PER_MS }, newestSamples);
  } else if (lagMillis < slowMillis / 2) {
    alerts.settle('disk-slow');
  }
}

/** Whether the disk has room for long enough. */
export function tellOfRoom({ alerts, secondsLeft, newestSamples }: LiveSession): void {
  if (secondsLeft !== null && secondsLeft < LOW_DISK_SECONDS) {
    alerts.raise({ kind: 'disk-low', minutes: Math.floor(secondsLeft / 60) }, newestSamples);
  } else {
    alerts.settle('disk-low');
  }
}

/** That it has so little that the recording ends. */
export function tellOfFullDisk({ alerts, newestSamples }: LiveSession, freeBytes: number): void {
  alerts.raise({ kind: 'disk-reserve', freeBytes }, newestSamples);
}
