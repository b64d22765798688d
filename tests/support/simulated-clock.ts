import type { LogClock } from '../../electron/io/log-file/log-clock.ts';

interface Timer {
  readonly id: number;
  readonly atMicros: number;
  readonly callback: () => void;
}

/** A clock that moves when a test says so; everything that timers and promises set off happens before it moves on. */
export class SimulatedClock implements LogClock {
  nowMicros = 1_000_000;
  /** What the wall clock shows beyond the monotonic one; a test may make it jump. */
  wallOffsetMicros = 1_763_705_000_000_000;
  readonly #timers: Timer[] = [];
  #lastId = 0;

  wallUnixMicros(): number {
    return this.nowMicros + this.wallOffsetMicros;
  }

  monotonicMicros(): number {
    return this.nowMicros;
  }

  setTimer(callback: () => void, millis: number): number {
    const id = ++this.#lastId;
    this.#timers.push({ id, atMicros: this.nowMicros + Math.round(millis * 1000), callback });
    return id;
  }

  clearTimer(id: number | NodeJS.Timeout): void {
    const at = this.#timers.findIndex((timer) => timer.id === id);
    if (at >= 0) this.#timers.splice(at, 1);
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  sleep(millis: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(resolve, millis));
  }

  async advance(millis: number): Promise<void> {
    const end = this.nowMicros + Math.round(millis * 1000);
    await settled();
    for (let next = this.#next(); next !== undefined && next.atMicros <= end; next = this.#next())
      await this.#run(next);
    this.nowMicros = end;
  }

  /** Moves on from timer to timer until the work is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const done = (): void => {
      state.isDone = true;
    };
    work.then(done, done);
    for (;;) {
      await settled();
      if (state.isDone) return await work;
      const next = this.#next();
      if (next === undefined) throw new Error('the work waits for something that no timer brings');
      await this.#run(next);
    }
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers)
      if (first === undefined || timer.atMicros < first.atMicros) first = timer;
    return first;
  }

  async #run(timer: Timer): Promise<void> {
    this.nowMicros = Math.max(this.nowMicros, timer.atMicros);
    this.clearTimer(timer.id);
    timer.callback();
    await settled();
  }
}

/** After all promises that can go on have. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
