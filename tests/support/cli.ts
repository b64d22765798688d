import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';

/** The terminal program's entry, run from source by the Node that runs the tests. */
export const CLI = join(import.meta.dirname, '..', '..', 'electron', 'cli', 'index.ts');

/** What `--import` takes for a disk that does not answer; see there. */
export const SILENT_DISK = pathToFileURL(join(import.meta.dirname, 'silent-disk.ts')).href;

/** What a run of the terminal program gave. */
export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliOptions {
  readonly cwd?: string;
  /** Beside those of the tests; undefined for one that it is not to have. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called once the process runs, to interrupt it for example. */
  readonly onStart?: (child: ChildProcess) => void;
}

/**
 * Runs `tailslate ARGS` as a user would, and holds what is true of every run: it ends by itself with one of its exit
 * codes, shows no stack trace, and with `--json` prints exactly one JSON document on stdout.
 */
export async function tailslate(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const run = await spawned(process.execPath, [CLI, ...args], options);
  expect([0, 1, 2, 3, 130], run.stderr).toContain(run.code);
  expect(run.stdout + run.stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$|node:internal|Unhandled/mu);
  if (args.includes('--json') && !args.includes('--help')) JSON.parse(run.stdout);
  return run;
}

/** Runs any program to its end. */
export function spawned(
  program: string,
  args: readonly string[],
  { cwd, env, onStart }: CliOptions = {},
): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject).on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
    onStart?.(child);
  });
}

/** The JSON document that a run printed, as a value of which the test knows the shape. */
export function documentOf(run: CliRun): Document {
  return JSON.parse(run.stdout) as Document;
}

/** What the tests look at in the documents of all commands. */
interface Document {
  readonly error?: { readonly code: string; readonly message: string; readonly next?: string };
  readonly ok?: boolean;
  readonly damaged?: boolean;
  readonly complete?: boolean;
  readonly durationSamples?: number;
  readonly findings?: readonly { readonly kind: string; readonly file: string; readonly reason: string }[];
  readonly files?: readonly FileEntry[];
  readonly players?: readonly { readonly name: string; readonly packets: number }[];
}

/** A file of an export's or a verification's document. */
interface FileEntry {
  readonly status?: 'done' | 'skipped' | 'failed';
  readonly player: string;
  readonly fileName: string;
  readonly path: string;
  readonly packets: number;
  readonly packetsSha256: string;
  readonly durationSamples: number;
  readonly timecode: string;
  readonly reason?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly next?: string };
  readonly findings?: readonly { readonly kind: string; readonly reason: string }[];
  readonly report: { readonly damage: { readonly count: number } };
  readonly ok?: boolean;
  readonly checks?: readonly { readonly name: string; readonly ok: boolean }[];
}

/** Every file below a folder with a digest of its bytes and its time of change, to see that nothing was touched. */
export function fingerprint(folder: string): string {
  const lines = pathsBelow(folder).map((path) => {
    const full = join(folder, path);
    const { mtimeMs, size } = statSync(full);
    return `${path} ${size} ${mtimeMs} ${createHash('sha256').update(readFileSync(full)).digest('hex')}`;
  });
  return lines.join('\n');
}

/** Paths of all files below a folder, sorted; none where there is no folder. */
export function pathsBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  } catch {
    return [];
  }
}

/** SHA-256 over packets back to back, as an export states it for what it holds. */
export function packetsDigest(packets: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const packet of packets) hash.update(packet);
  return hash.digest('hex');
}
