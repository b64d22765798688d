import { join } from 'node:path';
import { Library } from '../../electron/services/library/library.ts';
import type { LibraryPorts } from '../../electron/services/library/ports.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { Finding } from '../../shared/model/finding.ts';

/** What the scan of these ports finds, whatever it is given. */
export const TORN: Finding = {
  kind: 'torn-tail',
  file: 'log/000001.tsl',
  startByte: 100,
  endByte: 120,
  reason: 'The file stops inside a record.',
};

/** Ports of a library for tests: no clock, no system trash; what goes wrong unseen fails the test that looks. */
export class TestPorts implements LibraryPorts {
  /** Folders somebody records into. */
  readonly held = new Set<string>();
  readonly faults: unknown[] = [];
  readonly recovered: string[] = [];
  readonly importers: LibraryPorts['importers'];
  #due: { millis: number; work: () => void; cancelled: boolean }[] = [];
  locked = false;

  readonly lock: LibraryPorts['lock'] = {
    acquire: () => {
      if (this.locked) throw new AppError('locked', 'Somebody has it.');
      this.locked = true;
      return Promise.resolve({
        release: () => {
          this.locked = false;
        },
      });
    },
  };

  readonly trash: LibraryPorts['trash'] = {
    move: () => Promise.reject(new AppError('unavailable', 'There is no trash here.')),
  };

  readonly timers: LibraryPorts['timers'] = {
    after: (millis, work) => {
      const timer = { millis, work, cancelled: false };
      this.#due.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  };

  constructor(importers: LibraryPorts['importers'] = []) {
    this.importers = importers;
  }

  /** The watched folders, and what to call when something comes or goes in them. */
  readonly watched = new Map<string, (name: string | null) => void>();

  watch(folder: string, changed: (name: string | null) => void): () => void {
    this.watched.set(folder, changed);
    return () => {
      this.watched.delete(folder);
    };
  }

  isHeld(folder: string): boolean {
    return this.held.has(folder);
  }

  recover(folder: string): ReturnType<LibraryPorts['recover']> {
    this.recovered.push(folder);
    return Promise.resolve({
      sessionId: 'x',
      title: '',
      scannedUnixMicros: 1,
      durationSamples: 0,
      tracks: [],
      findings: [TORN],
    });
  }

  timecodeDefaults(): ReturnType<LibraryPorts['timecodeDefaults']> {
    return { rate: '25', zone: null };
  }

  readonly noteFault = (error: unknown): void => {
    this.faults.push(error);
  };

  /** How long the timers of now were set for. */
  pendingMillis(): number[] {
    return this.#due.filter(({ cancelled }) => !cancelled).map(({ millis }) => millis);
  }

  /** Lets all timers come due. */
  elapse(): void {
    this.takeTimers()();
  }

  /** The timers of now, to let come due later. */
  takeTimers(): () => void {
    const due = this.#due;
    this.#due = [];
    return () => {
      for (const { work, cancelled } of due) if (!cancelled) work();
    };
  }
}

/** A query for everything, the newest first. */
export const EVERYTHING = {
  search: '',
  states: [],
  tags: [],
  sort: { by: 'start', descending: true },
} as const;

/** Opens a library folder, runs `work` when the start is over, and closes it. */
export async function withLibrary<T>(
  root: string,
  work: (library: Library, ports: TestPorts) => Promise<T>,
  ports = new TestPorts(),
): Promise<T> {
  const library = await Library.open(join(root, 'library'), ports);
  try {
    await library.settled();
    return await work(library, ports);
  } finally {
    await library.close();
  }
}
