import { basename, dirname, resolve } from 'node:path';

/** What the command line says. */
export interface StartOptions {
  /** Folder for settings, catalog and state in place of the system's; for tests and portable use. */
  readonly userDataFolder: string | undefined;
  readonly libraryFolder: string | undefined;
  /** Sessions to open, absolute. */
  readonly paths: readonly string[];
}

/** The log's manifest; a system hands over the file that was double-clicked, the session is its folder. */
const MANIFEST = 'session.json';

/**
 * Reads the arguments after the program. Chromium takes switches of its own from the same line, so unknown ones
 * are passed over.
 * @param cwd what relative paths are relative to.
 */
export function startOptions(argv: readonly string[], cwd: string): StartOptions {
  const folders = new Map<string, string>();
  const paths: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    const [, name, inline] = /^--(user-data|library)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name !== undefined) {
      const value = inline ?? argv[++at] ?? '';
      if (value !== '') folders.set(name, resolve(cwd, value));
    } else if (!argument.startsWith('-') && argument !== '') paths.push(sessionPath(resolve(cwd, argument)));
  }
  return { userDataFolder: folders.get('user-data'), libraryFolder: folders.get('library'), paths };
}

/** What the library is asked to add for a path that the system handed over. */
export function sessionPath(path: string): string {
  return basename(path) === MANIFEST ? dirname(path) : path;
}
