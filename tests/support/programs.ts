import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { TestOptions } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Programs whose absence skips this test; read by the skip report. */
    missingPrograms?: readonly string[];
  }
}

interface Program {
  /** Names it goes by, the first found wins; absolute where a system keeps it off the PATH. */
  readonly files: readonly string[];
  /** The package that brings it, as each package manager calls it. */
  readonly apt: string;
  readonly brew?: string;
  readonly winget?: string;
}

/** Every program of the machine that a test may run; our own code needs none of them. */
export const PROGRAMS = {
  ffmpeg: { files: ['ffmpeg'], apt: 'ffmpeg', brew: 'ffmpeg', winget: 'Gyan.FFmpeg' },
  ffprobe: { files: ['ffprobe'], apt: 'ffmpeg', brew: 'ffmpeg', winget: 'Gyan.FFmpeg' },
  mediainfo: { files: ['mediainfo'], apt: 'mediainfo', brew: 'media-info', winget: 'MediaArea.MediaInfo' },
  opusenc: { files: ['opusenc'], apt: 'opus-tools', brew: 'opus-tools' },
  opusdec: { files: ['opusdec'], apt: 'opus-tools', brew: 'opus-tools' },
  opusinfo: { files: ['opusinfo'], apt: 'opus-tools', brew: 'opus-tools' },
  sox: { files: ['sox'], apt: 'sox', brew: 'sox', winget: 'ChrisBagwell.SoX' },
  xmllint: { files: ['xmllint'], apt: 'libxml2-utils', brew: 'libxml2' },
  python3: { files: ['python3'], apt: 'python3', brew: 'python3', winget: 'Python.Python.3.13' },
  chromium: {
    files: [
      'chromium',
      'chromium-browser',
      'google-chrome',
      'chrome',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    apt: 'chromium',
    brew: '--cask google-chrome',
    winget: 'Google.Chrome',
  },
  // Brings devices to a browser on Linux; browsers elsewhere do not look for any there.
  pulseaudio: { files: ['pulseaudio'], apt: 'pulseaudio' },
  parec: { files: ['parec'], apt: 'pulseaudio-utils' },
  pactl: { files: ['pactl'], apt: 'pulseaudio-utils' },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

/** Absolute path of a program, or undefined where the machine does not have it. */
export function findProgram(program: ProgramName): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const file of PROGRAMS[program].files) {
    const name = process.platform === 'win32' ? `${file}.exe` : file;
    const paths = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name));
    const found = paths.find(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Absolute path of a program that the test said it `needs`.
 * @throws Error when it is not installed, which means that `needs` was forgotten.
 */
export function programPath(name: ProgramName): string {
  const path = findProgram(name);
  if (path === undefined)
    throw new Error(`${name} is not installed: say needs('${name}') where the test is declared`);
  return path;
}

/**
 * Options for `test` or `describe` that run programs: `test('reads back', needs('ffprobe'), () => { ... })`.
 * Where one is missing the test is skipped, and the skip report says which and how many tests that cost.
 */
export function needs(...names: readonly ProgramName[]): TestOptions {
  const missingPrograms = names.filter((name) => findProgram(name) === undefined);
  return missingPrograms.length === 0 ? {} : { skip: true, meta: { missingPrograms } };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
