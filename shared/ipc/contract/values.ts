import * as v from 'valibot';
import { TIMECODE_RATES } from '../../time/timecode.ts';

/** Text of at most this many UTF-16 units; control characters have no place in names. */
export const text = (most: number) => v.pipe(v.string(), v.maxLength(most));

const natural = () => v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const whole = natural();
export const signedWhole = v.pipe(v.number(), v.safeInteger());

/** Samples of 1/48000 s from T0. */
export const samples = natural();
export const bytes = natural();
/** Microseconds since 1970 UTC. */
export const unixMicros = natural();

/** As the log names it: a UUID of ours, or whatever the other format's session.json says. */
export const sessionId = v.pipe(v.string(), v.minLength(1), v.maxLength(300));
/** Unique within its session. */
export const playerId = v.pipe(v.string(), v.minLength(1), v.maxLength(600));
export const id = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
export const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** Place in the palette of eight. */
export const colorIndex = v.pipe(whole, v.maxValue(7));
export const title = text(500);
export const playerName = text(500);
export const notes = text(100_000);
export const tag = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60));

export const rate = v.picklist(TIMECODE_RATES.map(({ id: name }) => name));
/** IANA name, `utc` or `local`; null where the zone the session was recorded in counts. */
export const zone = v.nullable(text(100));
export const offsetFrames = v.pipe(signedWhole, v.minValue(-10_000_000), v.maxValue(10_000_000));

export const nothing = v.strictObject({});

/** Of files and folders. What is wrong with a path the file system says best. */
export const anyPath = v.string();
