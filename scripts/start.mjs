// `npm start`: builds when something changed, then runs Tailslate: in Electron where its binary and a display are
// there, else as a page in the user's own browser. `--electron` and `--browser` force one; the rest of the line goes on.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildIfStale } from './build.mjs';

const root = join(import.meta.dirname, '..');
const electron = electronPath();
const seen = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const args = process.argv.slice(2).filter((arg) => arg !== '--electron' && arg !== '--browser');
const forced = ['--electron', '--browser'].find((arg) => process.argv.includes(arg));

if (forced === '--electron' && electron === undefined) {
  console.error(
    'Electron has no binary here. "npx install-electron" fetches it; or run "npm start -- --browser".',
  );
  process.exit(1);
}
buildIfStale();
if (forced !== '--browser' && electron !== undefined && (seen || forced === '--electron')) {
  console.error(`Starting in Electron${forced === undefined ? ': its binary and a display are there' : ''}.`);
  run(electron, [root, ...args]);
} else {
  console.error(`Starting as a page in your browser: ${reason()}.`);
  run(process.execPath, [join(root, 'out/node/cli.js'), 'serve', ...args]);
}

function reason() {
  if (forced === '--browser') return 'as asked';
  return electron === undefined ? "Electron's binary is not installed" : 'there is no display for Electron';
}

/** Electron's binary where it was downloaded; looking for it downloads nothing, unlike importing the package. */
function electronPath() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist');
    const path = join(dist, readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a program in the foreground: Ctrl-C goes to both, and it decides when it is done. */
function run(file, fileArgs) {
  const child = spawn(file, fileArgs, { cwd: process.env.INIT_CWD ?? root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // The terminal sends Ctrl-C to the whole group already; a second one would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.once('error', (error) => {
    console.error(`Cannot start ${file}: ${error.message}`);
    process.exit(1);
  });
  child.once('close', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
}
