import type { Trouble } from '../../shared/model/error-detail.ts';
import { fsError, isFsError } from '../io/fs-error.ts';
import { toldError } from '../services/folders/trouble.ts';
import { EXIT } from './exit-code.ts';

/**
 * What commands print: results on stdout, everything else on stderr. With `--json` stdout carries
 * exactly one JSON document.
 */
export class Terminal {
  readonly json: boolean;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  #progressShown = false;
  #lastProgressMs = 0;

  constructor(options: { json: boolean; stdout?: NodeJS.WriteStream; stderr?: NodeJS.WriteStream }) {
    this.json = options.json;
    this.#stdout = options.stdout ?? process.stdout;
    this.#stderr = options.stderr ?? process.stderr;
    this.#stdout.on('error', (error: Error) => {
      this.#outputFailed(error);
    });
    // With nobody to read messages there is nobody to tell.
    this.#stderr.on('error', () => undefined);
  }

  /** Whether anybody would see a line of progress. */
  get showsProgress(): boolean {
    return this.#stderr.isTTY;
  }

  /** A result for a person; silent with --json. */
  print(text: string): void {
    if (!this.json) this.#write(this.#stdout, `${text}\n`);
  }

  /** The result as the one JSON document; silent without --json. */
  document(value: unknown): void {
    if (this.json) this.#write(this.#stdout, `${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** A message beside the result, such as a warning. */
  note(text: string): void {
    this.#write(this.#stderr, `${text}\n`);
  }

  /** One line that is rewritten in place; only where stderr is a terminal, ten times a second at most. */
  progress(text: string): void {
    if (!this.showsProgress) return;
    const nowMs = performance.now();
    if (nowMs - this.#lastProgressMs < 100) return;
    this.#lastProgressMs = nowMs;
    // A terminal that does not know its width says 0.
    const width = this.#stderr.columns > 0 ? this.#stderr.columns : 80;
    this.#stderr.write(`\r\u001b[2K${text.length < width ? text : text.slice(0, width - 1)}`);
    this.#progressShown = true;
  }

  /** Reports what ended a command: what and why, then the next step. Never a stack. */
  error(error: unknown): void {
    this.document({ error: describeError(error) });
    this.noteError(error);
  }

  /** The same beside a result that tells of it. */
  noteError(error: unknown): void {
    const shown = describeError(error);
    this.note(`tailslate: ${shown.message}${shown.next === undefined ? '' : `\n  ${shown.next}`}`);
  }

  /** Fulfilled when all of it has reached its readers, or cannot. */
  async written(): Promise<void> {
    const each = [this.#stdout, this.#stderr].map(
      (stream) =>
        new Promise<void>((resolve) => {
          stream.write('', () => {
            resolve();
          });
        }),
    );
    await Promise.all(each);
  }

  /** A reader that has seen enough, such as `head`, is no failure; a full disk is. */
  #outputFailed(error: Error): void {
    if (isFsError(error) && error.code === 'EPIPE') return;
    this.noteError(fsError(error, 'write', 'the result to the standard output'));
    process.once('exit', () => {
      process.exitCode = EXIT.failed;
    });
  }

  #write(stream: NodeJS.WriteStream, text: string): void {
    if (this.#progressShown) {
      this.#stderr.write('\r\u001b[2K');
      this.#progressShown = false;
    }
    // Names come from others: an escape sequence in one must not reach the terminal. JSON has none.
    stream.write(text.replace(/[^\P{Cc}\n\t]/gu, '\ufffd'));
  }
}

/** What a person is told of an error, as `--json` documents carry it. */
interface Shown {
  readonly code: string;
  readonly message: string;
  readonly next?: string;
}

/** An error as `--json` documents carry it. */
export function describeError(error: unknown): Shown {
  const { code, message, next } = toldError(error);
  return { code, message, ...(next !== undefined && { next }) };
}

/** The same of an error that came with a result. */
export function describeTrouble({ code, message, next }: Trouble): Shown {
  return { code, message, ...(next !== null && { next }) };
}
