import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const PRELOADED = pathToFileURL(join(import.meta.dirname, 'stop-itself.mjs')).href;

/**
 * Environment in which a program gets a signal once, when it has created a file or folder of such a name, or given it: always in the
 * middle of its work, at which a test that looks on might miss it.
 * @param onceFile a path where nothing is.
 */
export function stoppedAt(name: RegExp, signal: NodeJS.Signals, onceFile: string): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--import=${PRELOADED}`,
    TAILSLATE_STOP: JSON.stringify({ name: name.source, signal, onceFile }),
  };
}
