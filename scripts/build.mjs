// Builds out/ when something that goes into it is newer than what is there: `npm test` and `npm run demo`
// start from it. `npm run build` always builds.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const sources = [
  'electron',
  'renderer',
  'shared',
  'resources',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
];
/** Written by the last step of a build, so it is there only when all of it went well. */
const product = join(root, 'out/node/cli.js');

/** Brings out/ up to date; ends the process with the build's exit code when it fails. */
export function buildIfStale() {
  const built = statSync(product, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.every((source) => newest(join(root, source)) < built)) return;
  console.error('building...');
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--app', '--logLevel', 'warn'];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Latest change under a path, in ms; a folder's own time tells of files that were removed. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
