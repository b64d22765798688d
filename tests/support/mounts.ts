import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { CLI, type CliRun, spawned } from './cli.ts';

/** Why file systems cannot be mounted for a test here; undefined where they can. */
export function mountRefusal(): string | undefined {
  const args = ['--mount', 'mount', '-t', 'tmpfs', 'none', tmpdir()];
  const attempt = spawnSync('unshare', args, { stdio: 'ignore' });
  return attempt.status === 0 ? undefined : 'mounting a file system needs root on Linux';
}

/** Makes `.` read-only, for `nodeOn`. */
export const READ_ONLY = 'mount --bind . . && mount -o remount,bind,ro .';

/** Runs the terminal program as `nodeOn` does. */
export function tailslateOn(
  folder: string,
  mount: string,
  args: readonly string[],
): Promise<CliRun & { readonly listing: string }> {
  return nodeOn(folder, mount, [CLI, ...args]);
}

/**
 * Runs Node in `folder`, which is made if need be, after `mount`, a shell command for which `.` is the folder. What it mounts
 * is seen by this run only and goes with it. `listing` is what the folder holds afterwards.
 */
export async function nodeOn(
  folder: string,
  mount: string,
  args: readonly string[],
): Promise<CliRun & { readonly listing: string }> {
  mkdirSync(folder, { recursive: true });
  const script = 'cd "$1"; eval "$2" || exit 99; cd "$1"; shift 2; "$@" >&2; code=$?; ls -A; exit $code';
  const command = ['bash', '-c', script, '-', folder, mount, process.execPath, ...args];
  const run = await spawned('unshare', ['--mount', ...command]);
  return { ...run, listing: run.stdout };
}
