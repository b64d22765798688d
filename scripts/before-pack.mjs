// electron-builder calls this before it packs: the packager's own scripts for Debian's packages, with a link for the
// terminal's command added to them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const builder = dirname(
  createRequire(createRequire(import.meta.url).resolve('electron-builder')).resolve(
    'app-builder-lib/package.json',
  ),
);

const additions = {
  'after-install.tpl':
    "ln -sf '/opt/${sanitizedProductName}/resources/terminal/tailslate' '/usr/bin/tailslate'",
  'after-remove.tpl': "if [ ! -e '/usr/bin/tailslate' ]; then rm -f '/usr/bin/tailslate'; fi",
};

export default function beforePack() {
  const folder = join(root, 'artifacts/packaging');
  mkdirSync(folder, { recursive: true });
  for (const [name, line] of Object.entries(additions)) {
    const theirs = readFileSync(join(builder, 'templates/linux', name), 'utf8');
    writeFileSync(join(folder, name), `${theirs.trimEnd()}\n\n# The terminal's command.\n${line}\n`);
  }
}
