import { AppError } from '../../../shared/model/errors.ts';

/** An anchor tells what a clock showed just now; what is older was held up and says little. */
const MOST_ANCHOR_AGE_MICROS = 60_000_000;

/** A page knows the host's clock to a few milliseconds; what is further ahead was told by another clock. */
const MOST_ANCHOR_AHEAD_MICROS = 1_000_000;

/** @throws AppError for a clock reading that was held up, or that another clock told. */
export function expectTimely(ageMicros: number): void {
  if (ageMicros > MOST_ANCHOR_AGE_MICROS || ageMicros < -MOST_ANCHOR_AHEAD_MICROS) {
    const when = `${Math.round(Math.abs(ageMicros) / 1e6)} s ${ageMicros > 0 ? 'old' : 'ahead'}`;
    throw new AppError('usage', `A clock reading ${when} is of no use.`, {
      next: 'Reload the page that records.',
    });
  }
}
