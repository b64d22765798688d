import { monotonicMicros, wallUnixMicros } from '../clock.ts';

/** What a log needs of time. Deadlines follow the monotonic clock alone; the wall clock may jump. */
export interface LogClock {
  wallUnixMicros(): number;
  monotonicMicros(): number;
  setTimer(callback: () => void, millis: number): LogTimer;
  clearTimer(timer: LogTimer): void;
}

/** Whatever `setTimer` returned. */
export type LogTimer = NodeJS.Timeout | number;

/** The machine's clocks. */
export const SYSTEM_CLOCK: LogClock = {
  wallUnixMicros,
  monotonicMicros,
  setTimer: (callback, millis) => setTimeout(callback, millis),
  clearTimer: (timer) => clearTimeout(timer),
};
