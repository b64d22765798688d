import type { LiveSession } from './live-session.ts';

/** A page that sends nothing for so long has gone. */
const SILENCE_MICROS = 3_000_000;

/** That the clock on the wall was set. */
export function tellOfJump({ alerts, newestSamples }: LiveSession, jumpMicros: number): void {
  if (jumpMicros === 0) return;
  const jumpSeconds = Math.round(Math.abs(jumpMicros) / 1e6);
  const [kind, other] =
    jumpMicros > 0 ? (['clock-forward', 'clock-back'] as const) : (['clock-back', 'clock-forward'] as const);
  alerts.settle(other);
  alerts.raise({ kind, jumpSeconds }, newestSamples);
}

/** Whether the page that records still sends anything. */
export function tellOfSilence(session: LiveSession, nowMicros: number): void {
  const silentMicros = nowMicros - session.heardMicros;
  if (silentMicros < SILENCE_MICROS || !session.someConnected) {
    session.alerts.settle('capture-lost');
    return;
  }
  const silentSeconds = Math.round(silentMicros / 1e6);
  session.alerts.raise({ kind: 'capture-lost', silentSeconds }, session.newestSamples);
}
