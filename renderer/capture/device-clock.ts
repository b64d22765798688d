/** Of so long the buffer that came soonest counts. */
const WINDOW_MILLIS = 250;
/** A crystal's speed is learnt from the last minute. */
const MOST_WINDOWS = 240;
/** From less no speed is learnt while none is known. */
const LEAST_SPAN_MILLIS = 3000;
/** From so much it is learnt anew after a loss too. */
const MOST_LEAST_SPAN_MILLIS = 50_000;
/** Crystals are within 100 millionths; what a short while of a busy machine looks like is not. */
const MOST_SKEW = 250e-6;
/** So long a device is listened to before it is known when its samples were. */
const SETTLING_MILLIS = 500;
/** When buffers come in no order to wait for, this is long enough. */
const MOST_SETTLING_MILLIS = 1500;
/** No buffer of any device is shorter than what is looked for here. */
const LEAST_LOSS_MILLIS = 6;
/** What is lost is lost in whole buffers; most of one is enough to look for. */
const LEAST_LOSS_BUFFERS = 0.75;
/** After so many late windows a device has lost something that its timestamps do not place. */
const LATE_WINDOWS = 4;
const REMEMBERED_STAMPS = 9;

/** What came of a device at once. */
export interface BufferMoment {
  /** Number of its first sample among all that came. */
  readonly first: number;
  readonly samples: number;
  /** When it was heard, as the browser says, in milliseconds of any steady clock. */
  readonly stampMillis: number;
  /** When it came here, by the page's clock. */
  readonly nowMillis: number;
}

/**
 * What is known after a buffer: `unsure`, it has to wait; `sure`, it follows what was before; or so much is missing
 * before it, or before the first that waits, in milliseconds.
 */
export type Verdict = 'unsure' | 'sure' | { readonly lostMillis: number };

/** A moment of the page's clock, and how much later than by the device's nominal rate its samples are by then. */
interface Point {
  readonly atMillis: number;
  readonly offsetMillis: number;
}

/** What a window leaves: when its soonest buffer came, and when the browser says that its buffers were heard. */
interface Known extends Point {
  readonly stampMillis: number;
}

/** What came in some time. */
interface Heard {
  readonly beganMillis: number;
  /** How far timestamps jumped where it began. */
  readonly jumpMillis: number;
  soonest: Point;
  /** Moments of the device's first sample, by the browser's timestamps. */
  readonly stamps: number[];
}

/**
 * Tells when each sample of a device was, by the page's clock. A buffer never comes before its last sample was heard,
 * but as much later as anything is busy; so of the moments at which buffers came only the soonest say anything, and the
 * crystal's line lies right below them all: its slope is that of their lower convex hull (S. Moon, P. Skelly, D.
 * Towsley, "Estimation and Removal of Clock Skew from Network Delay Measurements", INFOCOM 1999).
 *
 * The timestamps that come with buffers are right where a driver makes them, and off by tens of milliseconds for
 * seconds where a busy sound server guesses them. So they place no sound. They tell where something may be missing; it
 * is when buffers come later from there on by as much.
 */
export class DeviceClock {
  readonly #rate: number;
  #points: Known[] = [];
  /** Milliseconds by which the device falls behind in each. */
  #skew = 0;
  /** Offset of the line at moment 0. */
  #offsetMillis = Infinity;
  #window: Heard | undefined;
  #lateWindows = 0;
  #known = false;
  #listening: Heard | undefined;
  #last: BufferMoment | undefined;
  #leastSpanMillis = LEAST_SPAN_MILLIS;
  /** The least that is a loss. */
  #leastLossMillis = LEAST_LOSS_MILLIS;

  /** @param rate hertz that the device says it has. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Takes note of a buffer. */
  note(buffer: BufferMoment): Verdict {
    const last = this.#last;
    this.#last = buffer;
    const lengthMillis = this.#millisOf(buffer.samples);
    this.#leastLossMillis = Math.max(LEAST_LOSS_MILLIS, LEAST_LOSS_BUFFERS * lengthMillis);
    const point = {
      atMillis: buffer.nowMillis,
      offsetMillis: buffer.nowMillis - this.#millisOf(buffer.first + buffer.samples),
    };
    const stamp = buffer.stampMillis - this.#millisOf(buffer.first);
    const jumpMillis = this.#jumpOf(buffer, last);
    const begins = this.#listening === undefined && (!this.#known || jumpMillis > this.#leastLossMillis);
    if (begins || this.#isFurther(jumpMillis))
      this.#listening = { beganMillis: buffer.nowMillis, jumpMillis, soonest: point, stamps: [] };
    const sinceMillis = buffer.nowMillis - (last?.nowMillis ?? -Infinity);
    const inTime = sinceMillis > 0.3 * lengthMillis && sinceMillis < 1.7 * lengthMillis;
    if (this.#listening !== undefined) return this.#listen(this.#listening, point, stamp, inTime);
    return this.#watch(point, stamp, inTime);
  }

  /** Whether timestamps jump further here than where what waits began: then nothing is missing before that. */
  jumpsFurther(buffer: BufferMoment): boolean {
    return this.#isFurther(this.#jumpOf(buffer, this.#last));
  }

  /** What is known by what has come so far, where no more is waited for. */
  conclude(): Verdict {
    return this.#listening === undefined ? 'sure' : this.#judge(this.#listening);
  }

  /** When a sample was heard, milliseconds of the page's clock. */
  millisAt(sample: number): number {
    return (this.#millisOf(sample) + this.#offsetMillis) / (1 - this.#skew);
  }

  /** The sample, and part of one, that was heard at this time. */
  sampleAt(millis: number): number {
    return ((millis * (1 - this.#skew) - this.#offsetMillis) * this.#rate) / 1000;
  }

  /** Samples that the device gives in a second of the page's clock. */
  get trueRate(): number {
    return this.#rate * (1 - this.#skew);
  }

  /** Listens before anything is believed: at the beginning, and where timestamps have jumped. */
  #listen(heard: Heard, point: Point, stamp: number, inTime: boolean): Verdict {
    if (point.offsetMillis <= heard.soonest.offsetMillis) heard.soonest = point;
    heard.stamps.push(stamp);
    const tookMillis = point.atMillis - heard.beganMillis;
    // Of what a busy page takes all at once, only the last has just come.
    if (tookMillis < (inTime ? SETTLING_MILLIS : MOST_SETTLING_MILLIS)) return 'unsure';
    return this.#judge(heard);
  }

  #judge(heard: Heard): Verdict {
    this.#listening = undefined;
    this.#window = undefined;
    const late = heard.soonest.offsetMillis - this.#lineAt(heard.soonest.atMillis);
    const stampOffset = middle(heard.stamps);
    if (this.#known && !this.#isLost(late, stampOffset)) {
      // What comes late is no part of what a later loss is compared with.
      if (late < this.#leastLossMillis) this.#learn({ ...heard.soonest, stampMillis: stampOffset });
      return 'sure';
    }
    this.#beginAgain(heard.soonest, stampOffset);
    if (this.#known) return { lostMillis: late };
    this.#known = true;
    return 'sure';
  }

  #watch(point: Point, stamp: number, inTime: boolean): Verdict {
    const window = (this.#window ??= {
      beganMillis: point.atMillis,
      jumpMillis: 0,
      soonest: point,
      stamps: [],
    });
    if (point.offsetMillis <= window.soonest.offsetMillis) window.soonest = point;
    window.stamps.push(stamp);
    if (point.atMillis - window.beganMillis < WINDOW_MILLIS) return 'sure';
    this.#window = undefined;
    const late = window.soonest.offsetMillis - this.#lineAt(window.soonest.atMillis);
    const stampOffset = middle(window.stamps);
    this.#lateWindows = late < this.#leastLossMillis ? 0 : this.#lateWindows + 1;
    if (this.#lateWindows >= LATE_WINDOWS && inTime && this.#isLost(late, stampOffset)) {
      this.#beginAgain(window.soonest, stampOffset);
      return { lostMillis: late };
    }
    if (this.#lateWindows === 0) this.#learn({ ...window.soonest, stampMillis: stampOffset });
    return 'sure';
  }

  #learn(window: Known): void {
    this.#points = [...this.#points, window].slice(-MOST_WINDOWS);
    this.#fit();
  }

  #jumpOf(buffer: BufferMoment, last: BufferMoment | undefined): number {
    return last === undefined ? 0 : buffer.stampMillis - last.stampMillis - this.#millisOf(last.samples);
  }

  /** A small jump is a timestamp that was off; the loss is where the larger is. */
  #isFurther(jumpMillis: number): boolean {
    const { jumpMillis: before = Infinity } = this.#listening ?? {};
    return this.#known && jumpMillis > Math.max(this.#leastLossMillis, before);
  }

  /** Both clocks have to say so: one alone is a page, or a sound server, that had no time. */
  #isLost(lateMillis: number, stampOffset: number): boolean {
    const before = middle(this.#points.slice(-REMEMBERED_STAMPS).map(({ stampMillis }) => stampMillis));
    return lateMillis >= this.#leastLossMillis && stampOffset - before >= lateMillis / 2;
  }

  #beginAgain(soonest: Point, stampOffset: number): void {
    // A loss changes no crystal: what is known of it is not given up for what a shorter while looks like.
    const spanMillis = spanOf(this.#points);
    if (spanMillis >= this.#leastSpanMillis)
      this.#leastSpanMillis = Math.min(spanMillis, MOST_LEAST_SPAN_MILLIS);
    this.#points = [{ ...soonest, stampMillis: stampOffset }];
    this.#lateWindows = 0;
    this.#fit();
  }

  /** The line with the slope that is known, right below all points. */
  #fit(): void {
    if (spanOf(this.#points) >= this.#leastSpanMillis)
      this.#skew = Math.max(-MOST_SKEW, Math.min(MOST_SKEW, hullSlope(this.#points)));
    this.#offsetMillis = Math.min(
      ...this.#points.map(({ atMillis, offsetMillis }) => offsetMillis - this.#skew * atMillis),
    );
  }

  #lineAt(millis: number): number {
    return this.#offsetMillis + this.#skew * millis;
  }

  #millisOf(samples: number): number {
    return (samples * 1000) / this.#rate;
  }
}

function spanOf(points: readonly Point[]): number {
  return (points.at(-1)?.atMillis ?? 0) - (points[0]?.atMillis ?? 0);
}

/** Slope of the lower convex hull halfway through; points in the order of their time. */
function hullSlope(points: readonly Point[]): number {
  const hull: Point[] = [];
  for (const point of points) {
    for (;;) {
      const [before, last] = [hull.at(-2), hull.at(-1)];
      if (before === undefined || last === undefined || slope(before, last) < slope(last, point)) break;
      hull.pop();
    }
    hull.push(point);
  }
  const half = ((points[0]?.atMillis ?? 0) + (points.at(-1)?.atMillis ?? 0)) / 2;
  const next = Math.max(
    1,
    hull.findIndex(({ atMillis }) => atMillis >= half),
  );
  const [from, to] = [hull[next - 1], hull[next]];
  return from === undefined || to === undefined ? 0 : slope(from, to);
}

function slope(from: Point, to: Point): number {
  return (to.offsetMillis - from.offsetMillis) / (to.atMillis - from.atMillis);
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
