import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readLicences } from '../../electron/io/bundled.ts';

const root = join(import.meta.dirname, '..', '..');
const json = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** What may be shipped in a program under the MIT licence, without terms for the program itself. */
const PERMISSIVE = /^(?:MIT|ISC|OFL-1\.1|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|0BSD)$/u;

/** It brings its own licences. */
const NOT_BUNDLED = 'electron';

let text = '';
beforeAll(async () => {
  text = await readLicences();
});

/** The list at the top: name, version and licence of every package. */
function listed(): readonly { name: string; version: string; licence: string }[] {
  const [list = ''] = text.split('='.repeat(78));
  return Array.from(list.matchAll(/^ {2}(\S+) (\S+) \((.+)\)$/gmu), ([, name, version, licence]) => ({
    name: name ?? '',
    version: version ?? '',
    licence: licence ?? '',
  }));
}

describe('the licences of what is shipped', () => {
  test('are permissive, and each package has its text', () => {
    expect(listed().length).toBeGreaterThan(20);
    for (const { name, version, licence } of listed()) {
      // The Mozilla licence binds its own files alone; it asks that their source can be had.
      if (licence === 'MPL-2.0')
        expect(text).toContain(`${name} comes unchanged, and its source can be had from`);
      else expect(licence, name).toMatch(PERMISSIVE);
      expect(text).toContain(`\n${name} ${version} (${licence})\n${'='.repeat(78)}\n`);
    }
  });

  test('name every package that is installed beside the program and those compiled into them', () => {
    const { dependencies } = json('package.json') as { dependencies: Record<string, string> };
    for (const [name, version] of Object.entries(dependencies))
      expect(listed()).toContainEqual(expect.objectContaining({ name, version }));
    for (const words of ['SQLite compiled in', 'libopus compiled in', 'Xiph.Org'])
      expect(text).toContain(words);
  });

  test('name every package that a source imports and the page takes its letters from', () => {
    const names = new Set(listed().map(({ name }) => name));
    const sources = ['electron', 'shared', 'renderer']
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
          join(root, folder, name),
        ),
      )
      .filter((path) => /\.(?:ts|svelte|css)$/u.test(path) && !path.includes('/dev/'));
    const found = new Set(
      sources.flatMap((path) =>
        Array.from(
          readFileSync(path, 'utf8').matchAll(
            /(?:^\s*import (?!type\b)(?:[^'"]* from )?|\bimport\(|url\()'((?:@[\w-]+\/)?[a-z][\w-]*)(?:\/[^']*)?'/gmu,
          ),
          ([, name]) => name ?? '',
        ),
      ),
    );
    for (const name of ['commander', 'electron-updater', '@fontsource-variable/inter'])
      expect(found).toContain(name);
    for (const name of [...found].filter((other) => other !== NOT_BUNDLED)) expect(names).toContain(name);
  });
});

test('the list of parts has the same packages and Electron, and nothing of the day it was made', () => {
  execFileSync(process.execPath, [join(root, 'scripts/sbom.mjs')], { stdio: 'pipe' });
  const first = readFileSync(join(root, 'out/sbom.cdx.json'), 'utf8');
  const { bomFormat, components } = JSON.parse(first) as {
    bomFormat: string;
    components: { name: string; version: string }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const names = components.map(({ name, version }) => `${name} ${version}`);
  expect(new Set(names.filter((name) => !name.startsWith('electron ')))).toEqual(
    new Set(listed().map(({ name, version }) => `${name} ${version}`)),
  );
  expect(names.some((name) => name.startsWith('electron '))).toBe(true);
  expect(first).not.toMatch(/timestamp|serialNumber/u);
});
