// `npm test`: brings in the programs that tests run, builds, and hands the rest of the line to vitest.
// With --long, what takes its chances takes more of them: by default the tests of crashes and of power cuts.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram, PROGRAMS } from '../tests/support/programs.ts';
import { buildIfStale } from './build.mjs';

const root = join(import.meta.dirname, '..');
const missing = () => Object.keys(PROGRAMS).filter((name) => findProgram(name) === undefined);
const packages = (manager) =>
  [...new Set(missing().map((name) => PROGRAMS[name][manager]))].filter(Boolean).join(' ');

if (missing().length > 0 && process.getuid?.() === 0 && apt('--version').status === 0) installWithApt();
if (missing().length > 0) {
  console.error(
    `Not installed: ${missing().join(', ')}. The tests that need them are skipped. To run them too:`,
  );
  console.error(`  ${installCommand()}`);
}
buildIfStale();
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const given = process.argv.slice(2);
const isLong = given.includes('--long');
const chosen = given.filter((argument) => argument !== '--long');
const args = isLong && chosen.length === 0 ? ['tests/crash', 'tests/io/log-file'] : chosen;
const run = spawnSync(process.execPath, [vitest, 'run', ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...(isLong && { TAILSLATE_LONG: '1' }) },
});
process.exit(run.status ?? 1);

/** Installs what is missing; the package list is fetched only when the one at hand does not do. */
function installWithApt() {
  const names = packages('apt');
  console.error(`installing ${names} for the tests...`);
  const install = () => apt('install', '-y', '--no-install-recommends', ...names.split(' '));
  if (install().status === 0) return;
  const update = apt('update');
  const again = update.status === 0 ? install() : update;
  if (again.status !== 0) console.error(`apt-get failed: ${again.stderr.trim().split('\n').at(-1)}`);
}

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-qq', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
}

/** What a person would type on this system. */
function installCommand() {
  if (process.platform === 'darwin') return `brew install ${packages('brew')}`;
  if (process.platform === 'win32') return `winget install ${packages('winget')}`;
  return `sudo apt-get install --no-install-recommends ${packages('apt')}`;
}
