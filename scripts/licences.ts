import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** What packages carry inside them and say nothing of in a licence file of their own. */
const INSIDE: Readonly<Record<string, { readonly note: string; readonly file?: string }>> = {
  '@discordjs/opus': { note: 'with libopus compiled in, whose licence is', file: 'deps/opus/COPYING' },
  opusscript: { note: 'with libopus compiled in, whose licence is', file: 'build/COPYING.libopus' },
  'opus-decoder': {
    note: 'with libopus compiled in, under the BSD licence that stands at opusscript',
  },
  mediabunny: { note: 'unchanged, and its source can be had from https://github.com/Vanilagy/mediabunny' },
  'better-sqlite3': { note: 'with SQLite compiled in, which is in the public domain' },
};

/**
 * Notes every package that a build takes something from, fonts included, and writes names, versions and licences of
 * them and of the installed ones to a file, before the environment `last` is written.
 * @param installed packages that are shipped beside the bundles.
 */
export function licences(root: string, installed: readonly string[], last: string, file: string): Plugin {
  const folders = new Set<string>();
  for (const name of installed) {
    const folder = join(root, 'node_modules', name);
    // An optional one may not be there.
    if (existsSync(folder)) folders.add(folder);
  }
  const note = (path: string): void => {
    const folder = packageFolder(path);
    if (folder !== undefined)
      folders.add(folder.startsWith('/') || /^[A-Za-z]:/.test(folder) ? folder : join(root, folder));
  };
  return {
    name: 'tailslate:licences',
    apply: 'build',
    sharedDuringBuild: true,
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type === 'chunk')
          for (const [id, { renderedLength }] of Object.entries(output.modules)) {
            if (renderedLength > 0) note(id);
          }
        else for (const name of output.originalFileNames) note(join(root, 'renderer', name));
      }
      if (this.environment.name !== last) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, licencesText([...folders]));
    },
  };
}

/** The folder of the package that a file belongs to; undefined for files of ours. */
function packageFolder(path: string): string | undefined {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path.replaceAll('\\', '/'))?.[1];
}

function licencesText(folders: readonly string[]): string {
  const parts = folders.map((folder) => {
    const json = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
    const { name, version, license } = json;
    const inside = INSIDE[name];
    const texts = readdirSync(folder)
      .filter((file) => /^(?:licen[cs]e|copying|notice)(?:\.|-|$)/i.test(file))
      .sort()
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    if (texts.length === 0 && license === undefined) throw new Error(`${name} names no licence`);
    if (texts.length === 0)
      texts.push(`The package carries no text of its licence; it names ${license ?? ''}.`);
    if (inside !== undefined) texts.push(`${name} comes ${inside.note}.`);
    if (inside?.file !== undefined) texts.push(readFileSync(join(folder, inside.file), 'utf8').trim());
    return { heading: `${name} ${version} (${license ?? nameOf(texts[0])})`, text: texts.join('\n\n') };
  });
  parts.sort((a, b) => (a.heading < b.heading ? -1 : 1));
  return `${[
    'Tailslate contains these packages. The desktop program also contains Electron and Chromium, whose licences lie\nbeside it as LICENSE.electron.txt and LICENSES.chromium.html.',
    parts.map(({ heading }) => `  ${heading}`).join('\n'),
    ...parts.map(
      ({ heading, text }) =>
        `${'='.repeat(78)}\n${heading}\n${'='.repeat(78)}\n\n${text.replaceAll('\r\n', '\n')}`,
    ),
  ].join('\n\n')}\n`;
}

/** The name that a text has on its first line, where a package names its licence nowhere else. */
function nameOf(text: string | undefined): string {
  return /^\W*(.+?)(?: licen[cs]e)?$/im.exec(text ?? '')?.[1] ?? 'see its text';
}
