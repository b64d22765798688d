// `npm run package`: builds the program and its list of parts, and packs it for this system. More arguments go to
// electron-builder (`npm run package -- --linux dir`). TAILSLATE_UPDATE_URL, an https address, makes a program that
// looks for updates there; nothing is ever uploaded.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const builder = join(
  dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')),
  'cli.js',
);
const updates = process.env.TAILSLATE_UPDATE_URL;
if (updates !== undefined && !updates.startsWith('https://')) {
  console.error('TAILSLATE_UPDATE_URL has to be an https address.');
  process.exit(2);
}

run(join(root, 'node_modules/vite/bin/vite.js'), 'build', '--app', '--logLevel', 'warn');
run(join(root, 'scripts/sbom.mjs'));
const publish = updates === undefined ? [] : ['-c.publish.provider=generic', `-c.publish.url=${updates}`];
run(builder, ...publish, '--publish', 'never', ...process.argv.slice(2));

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
