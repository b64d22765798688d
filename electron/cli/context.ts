import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given besides its own options. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C or SIGTERM with an AppError('cancelled'). */
  readonly signal: AbortSignal;
}

/** A command: its positional arguments, its options as commander read them, the context. */
export type RunCommand<Options> = (
  positional: string[],
  options: Options,
  context: CommandContext,
) => Promise<ExitCode>;
