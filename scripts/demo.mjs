// `npm run demo`: makes a sample session, exports it, verifies what came out and shows it in a table.
// Everything goes through the built terminal commands, as a user's own script would.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildIfStale } from './build.mjs';

const root = join(import.meta.dirname, '..');
const session = 'demo/session';
const folder = 'demo/export';

buildIfStale();
rmSync(join(root, 'demo'), { recursive: true, force: true });
tailslate('sample', session, '--players', '4', '--minutes', '3');
const { files } = tailslate('export', session, '--out', folder);
const paths = files.map((file) => relative(root, file.path));
const verified = tailslate('verify', ...paths, '--session', session);

printTable(
  files.map((file, at) => ({
    player: file.player,
    start: file.timecode,
    length: `${(file.durationSamples / 48_000).toFixed(3)} s`,
    packets: String(file.packets),
    size: `${(file.sizeBytes / 1e6).toFixed(2)} MB`,
    verified: verified.files[at].ok ? 'yes' : 'NO',
    file: paths[at],
  })),
);
console.log(`\nDrag ${folder} into your editor, or look closer: npm run tailslate -- inspect ${session}`);

/** Runs a command with --json and returns its document; where the command fails, so does the demo. */
function tailslate(...args) {
  console.log(`$ tailslate ${args.join(' ')}`);
  const { status, stdout } = spawnSync(process.execPath, ['out/node/cli.js', ...args, '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  // 3: done, with damage that was reported; a sample session has some on purpose.
  if (status !== 0 && status !== 3) process.exit(status ?? 1);
  return JSON.parse(stdout);
}

/** Rows of the same keys as columns, each as wide as its widest cell. */
function printTable(rows) {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => cells[at].length)));
  console.log();
  for (const cells of lines) {
    console.log(
      cells
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    );
  }
}
