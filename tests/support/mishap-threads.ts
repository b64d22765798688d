import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { appWorkers } from '../../electron/workers/app-workers.ts';
import type { DiskCall } from './asked-disk.ts';

/** What the next victim's disk does at one call: it fails with a code, or holds until a pipe is closed. */
export interface ThreadMishap {
  readonly stage: DiskCall;
  readonly code?: string;
  readonly pipe: string;
}

/** The program's own threads for exports, on a disk that fails or holds when a test wants it to. */
export class MishapThreads {
  readonly workers: ReturnType<typeof appWorkers>;
  readonly #folder: string;
  #pipes = 0;

  /** @param folder for what it needs, its own. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder);
    const script = pathToFileURL(join(import.meta.dirname, 'mishap.worker.ts'));
    script.searchParams.set('mishap', this.#place);
    writeFileSync(join(folder, 'export.worker.js'), `import ${JSON.stringify(script.href)};\n`);
    this.workers = appWorkers(pathToFileURL(`${folder}/`));
  }

  get #place(): string {
    return join(this.#folder, 'mishap.json');
  }

  /** Lets the next victim fail. */
  fail(stage: DiskCall, code: string): void {
    writeFileSync(this.#place, JSON.stringify({ stage, code, pipe: '' } satisfies ThreadMishap));
  }

  /** Lets the next victim wait at a call. @returns when it does, what lets it go on. */
  async hold(stage: DiskCall): Promise<() => Promise<void>> {
    const pipe = join(this.#folder, `pipe ${++this.#pipes}`);
    execFileSync('mkfifo', [pipe]);
    writeFileSync(this.#place, JSON.stringify({ stage, pipe } satisfies ThreadMishap));
    const held = await open(pipe, 'w');
    return () => held.close();
  }
}
