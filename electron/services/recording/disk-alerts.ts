import { AppError } from '../../../shared/model/errors.ts';
import type { LiveSession } from './live-session.ts';

const LOW_DISK_SECONDS = 600;
/** A log is late beyond this, or beyond what its durability setting allows and half a second. */
const SLOW_MILLIS = 2000;

/** That the log ended before its session. */
export function tellOfFailure(session: LiveSession, error: unknown): void {
  const isFull = error instanceof AppError && error.code === 'no-space';
  session.alerts.raise({
    kind: isFull ? 'disk-full' : 'disk-failed',
    message: `The recording stopped. ${error instanceof Error ? error.message : String(error)}`,
    next: 'What was shown as safe on disk is kept and can be exported. Start a new recording on another disk.',
    trackId: null,
    positionSamples: session.newestSamples,
  });
}

/** Whether the disk keeps up. */
export function tellOfLag({ alerts, durabilityMillis, newestSamples }: LiveSession, lagMillis: number): void {
  const slowMillis = Math.max(SLOW_MILLIS, durabilityMillis + 500);
  if (lagMillis > slowMillis) {
    const message = `The disk is slow: ${(lagMillis / 1000).toFixed(1)} s of audio wait to be written.`;
    const next = 'Close what else uses the disk. Nothing is lost yet.';
    alerts.raise({ kind: 'disk-slow', message, next, trackId: null, positionSamples: newestSamples });
  } else if (lagMillis < slowMillis / 2) {
    alerts.settle('disk-slow', null);
  }
}

/** Whether the disk has room for long enough. */
export function tellOfRoom({ alerts, secondsLeft, newestSamples }: LiveSession): void {
  if (secondsLeft !== null && secondsLeft < LOW_DISK_SECONDS) {
    const minutes = Math.floor(secondsLeft / 60);
    const message = `The disk is nearly full: ${minutes < 1 ? 'less than a minute' : `about ${minutes} min`} can be recorded.`;
    const next = 'Free some space now. The recording stops by itself before the disk is full.';
    alerts.raise({ kind: 'disk-low', message, next, trackId: null, positionSamples: newestSamples });
  } else {
    alerts.settle('disk-low', null);
  }
}

/** That it has so little that the recording ends. */
export function tellOfFullDisk({ alerts, newestSamples }: LiveSession, freeBytes: number): void {
  const message = `The disk has only ${megabytes(freeBytes)} left. The recording was stopped before it was full; all of it is kept.`;
  const next = 'Free some space or choose another disk, then start a new recording.';
  alerts.raise({ kind: 'disk-full', message, next, trackId: null, positionSamples: newestSamples });
}

export function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6)} MB`;
}
