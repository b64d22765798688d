import { existsSync, globSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLicences } from '../electron/io/bundled.ts';
import { tailslate } from './support/cli.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** All files below a folder, with forward slashes. */
const below = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
    (path) => `${folder}/${path.replaceAll('\\', '/')}`,
  );
const FILES = ['.github', 'docs', 'electron', 'renderer', 'resources', 'scripts', 'shared', 'tests']
  .flatMap(below)
  .concat(readdirSync(root));
const FILE_NAMES = new Set(FILES.map((path) => basename(path)));
const DOCUMENTS = FILES.filter((path) => path.endsWith('.md'));

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly license?: string;
}
const packageOf = (path: string) => JSON.parse(read(path)) as Package;
const project = packageOf('package.json');

/** What stands between backticks, and the lines of code blocks. */
function code(text: string): readonly string[] {
  const blocks = Array.from(text.matchAll(/^```\w*\n([\s\S]*?)^```$/gmu), ([, block]) => block ?? '');
  const inline = Array.from(
    text.replace(/^```[\s\S]*?^```$/gmu, '').matchAll(/`([^`\n]+)`/gu),
    ([, words]) => words ?? '',
  );
  return [...inline, ...blocks.flatMap((block) => block.split('\n'))];
}

/** Folders that only a build or a run makes. */
const MADE = /^(?:out|demo|release|artifacts)(?:\/|$)/u;

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  test('names no path that is not there', () => {
    const top = readdirSync(root).filter((name) => name !== 'node_modules');
    for (const words of code(text)) {
      if (!/^[\w.@-]+(?:\/[\w.@{},-]+)+$/u.test(words) || MADE.test(words)) continue;
      const [first = ''] = words.split('/');
      if (!top.includes(first)) continue;
      const { base = '', names = '' } = /^(?<base>[^{]*)(?:\{(?<names>[^}]*)\})?$/u.exec(words)?.groups ?? {};
      for (const name of names.split(',')) {
        const path = join(root, `${base}${name}`);
        expect(existsSync(path) || existsSync(`${path}.test.ts`), words).toBe(true);
      }
    }
  });

  test('names no source that is not there', () => {
    for (const words of code(text)) {
      if (/^[\w.-]+\.(?:ts|mjs|svelte|sql|css)$/u.test(words)) expect(FILE_NAMES, words).toContain(words);
    }
  });

  test('says nothing twice', () => {
    // Two changes to one paragraph can both be kept when they are joined.
    const sentences = text
      .replace(/^```[\s\S]*?^```$/gmu, '')
      .split(/(?<=[.:;])\s+|\s*\|\s*/u)
      .filter((sentence) => sentence.length > 60 && /[.:;]$/u.test(sentence));
    expect(sentences.filter((sentence, at) => sentences.indexOf(sentence) !== at)).toEqual([]);
  });

  test('links to nothing that is not there', () => {
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)\)/gu)) {
      if (/^https?:/u.test(target)) continue;
      expect(existsSync(join(root, dirname(document), target)), target).toBe(true);
    }
  });

  test('names no script that is not there', () => {
    for (const words of code(text)) {
      for (const [, name = ''] of words.matchAll(/\bnpm run (?:-s )?([\w:]+)/gu))
        expect(Object.keys(project.scripts), words).toContain(name);
    }
  });
});

/** Rows of a document's tables, heads included, as cells. */
function rowsOf(path: string): readonly (readonly string[])[] {
  return read(path)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| -'))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | *\|?$/gu, '').trim()));
}

/** A file of tests, by what a document calls it. */
function testFile(name: string): string | undefined {
  return [name, `${name}.test.ts`]
    .map((path) => join('tests', path))
    .find((path) => existsSync(join(root, path)));
}

/** Whether a test's title, of which a document may leave something out, stands in a source. */
function hasTitle(path: string, title: string): boolean {
  const source = read(path).replaceAll('\\', '');
  return title.split('...').every((words) => source.includes(words.trim()));
}

describe('docs/faults.md', () => {
  const rows = rowsOf('docs/faults.md')
    .filter(([operation = '']) => /^[A-Z]/u.test(operation))
    .slice(1);

  test.each(rows)('%s: %s', (operation, fault, outcome, named = '') => {
    expect([operation, fault, outcome]).not.toContain('');
    const { path = '', title = '' } = /^`(?<path>[^`]+)`: (?<title>.+)$/u.exec(named)?.groups ?? {};
    // A title in the source may go on, and have its quotes escaped.
    const source = read(path).replaceAll('\\', '');
    expect(
      ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}`)),
      named,
    ).toBe(true);
  });
});

test('the commands of README.md do what it shows', async () => {
  const commands = Array.from(
    read('README.md').matchAll(/^npm run -s tailslate -- (.+)$/gmu),
    ([, command = '']) => command,
  );
  expect(commands.length).toBeGreaterThan(0);
  const folder = temporaryFolder();
  try {
    for (const line of commands) {
      // As a shell would.
      const args = line
        .split(' ')
        .flatMap((word) => (word.includes('*') ? globSync(word, { cwd: folder }) : [word]));
      expect(args.length, line).toBeGreaterThan(1);
      // A sample session has damage on purpose, which is reported.
      expect([0, 3], line).toContain((await tailslate(args, { cwd: folder })).code);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('the terminal in the documents', () => {
  const lines = ['README.md', 'CHANGELOG.md', 'docs/terminal.md', 'docs/user-guide.md'].flatMap((path) =>
    code(read(path)),
  );
  const commands = new Set(
    lines.flatMap((line) => /^(?:npm run -s )?tailslate (?:-- )?([a-z]+)\b/u.exec(line)?.[1] ?? []),
  );

  test('has every command with all its options, and no others', async () => {
    const { stdout: top } = await tailslate(['--help']);
    const existing = Array.from(top.matchAll(/^ {2}([a-z]+) (?:\[|<)/gmu), ([, name]) => name ?? '');
    expect(commands).toEqual(new Set(existing.filter((name) => name !== 'help')));
    const known = new Set(['--help', '--json', '--version']);
    const named = new Set(code(read('docs/terminal.md')).flatMap((line) => line.match(/--[a-z-]+/gu) ?? []));
    for (const command of commands) {
      const { stdout } = await tailslate([command, '--help']);
      for (const [option] of stdout.matchAll(/(?<=^ {2}(?:-\w, )?)--[a-z-]+/gmu)) {
        known.add(option);
        expect([...named, '--version'], `${command} ${option}`).toContain(option);
      }
    }
    for (const option of named) if (option !== '--') expect([...known], option).toContain(option);
  });

  test('has every format, project and preset that there is', async () => {
    const { stdout } = await tailslate(['export', '--help']);
    const plain = stdout.replace(/\s+/gu, ' ');
    const terminal = read('docs/terminal.md');
    const after = (words: string) =>
      new RegExp(`${words}:? ([\\w, -]+?)(?:;| or may| \\()`, 'u').exec(plain)?.[1] ?? '';
    for (const list of [after('file format'), after('project file beside the media')]) {
      expect(list).not.toBe('');
      for (const name of list.split(', ')) expect(terminal).toContain(`\`${name}\``);
    }
  });
});

test('every package has a row with its licence in the table of dependencies', () => {
  const rows = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const all = { ...project.dependencies, ...project.optionalDependencies, ...project.devDependencies };
  for (const name of Object.keys(all)) {
    const row = rows.find((line) => line.split('|')[1]?.includes(`\`${name}\``));
    expect(row, name).toBeDefined();
    const manifest = `node_modules/${name}/package.json`;
    // An optional one may not have been installed.
    if (!existsSync(join(root, manifest))) continue;
    // One that does not name its licence brings the text, whose first word is the name.
    const named = packageOf(manifest).license ?? read(`node_modules/${name}/LICENSE`).split(' ')[0];
    expect(row).toContain(named);
  }
});

test('every promise of SECURITY.md names tests that are there', () => {
  const named = rowsOf('SECURITY.md')
    .slice(1)
    .map(([, tests = '']) => tests);
  expect(named.length).toBeGreaterThan(9);
  for (const cell of named) {
    let path = '';
    for (const words of cell.split('; ')) {
      const { file, title = words } = /^`(?<file>[^`]+)`(?:: (?<title>.*))?$/u.exec(words)?.groups ?? {};
      // Several of a folder have no titles, and are held by the test of paths.
      if (file?.includes('{')) continue;
      if (file !== undefined) path = file.startsWith('tests/') ? file : `tests/browser-host/${file}`;
      expect(hasTitle(`${path}.test.ts`, title), `${path}: ${title}`).toBe(true);
    }
  }
});

test("every point of Electron's list names tests that are there", () => {
  const text = read('docs/security-electron.md');
  const files = new Map(
    Array.from(text.matchAll(/\[([A-Z])\] `([^`]+)`/gu), ([, letter = '', path = '']) => [letter, path]),
  );
  const named = Array.from(text.matchAll(/\[([A-Z])\] "([^"]+)"/gu));
  expect(named.length).toBeGreaterThan(9);
  for (const [, letter = '', title = ''] of named) {
    const path = files.get(letter) ?? '';
    expect(hasTitle(path, title.replace(/,$/u, '')), `${path}: ${title}`).toBe(true);
  }
});

test('every fault of the capture window names tests that are there', () => {
  const named = rowsOf('docs/capture-window.md')
    .flatMap((cells) => cells[3]?.split(', ') ?? [])
    .slice(1);
  const paths = named.filter((name) => name !== '');
  expect(paths.length).toBeGreaterThan(20);
  for (const name of paths) expect(testFile(name), name).toBeDefined();
});

test('README.md has every script, and no others', () => {
  const named = rowsOf('README.md').flatMap(
    ([cell = '']) => /^`npm (?:run )?([\w:]+)`$/u.exec(cell)?.[1] ?? [],
  );
  expect(new Set(named)).toEqual(new Set(Object.keys(project.scripts)));
});

test('docs/architecture.md has every folder of the program', () => {
  const named = rowsOf('docs/architecture.md').map(([folder = '']) => folder.replaceAll('`', ''));
  const folders = readdirSync(join(root, 'electron'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name } of folders) expect(named).toContain(`electron/${name}`);
});

describe('docs/dependencies.md', () => {
  const rows = rowsOf('docs/dependencies.md').slice(1);
  const all: Package['dependencies'] = {
    ...project.dependencies,
    ...project.optionalDependencies,
    ...project.devDependencies,
  };

  test.each(rows)('%s %s', (cell, version, released, licence = '', size = '', sources = '') => {
    const name = cell.replaceAll('`', '');
    expect(all[name]).toBe(version);
    expect(released).toMatch(/^\d{4}-\d{2}-\d{2}$/u);
    expect(size).toMatch(/^\d+\.\d MB$/u);
    const manifest = `node_modules/${name}/package.json`;
    if (existsSync(join(root, manifest))) expect(packageOf(manifest).license).toBe(licence);
    for (const path of code(sources)) expect(read(path), path).toContain(name);
  });

  test('has every package that was chosen and is shipped', async () => {
    const [list = ''] = (await readLicences()).split('='.repeat(78));
    const shipped = Array.from(list.matchAll(/^ {2}(\S+) \S+ \(.+\)$/gmu), ([, name = '']) => name);
    const chosen = shipped.filter((name) => name in all);
    const named = rows.map(([cell = '']) => cell.replaceAll('`', ''));
    // An optional one may not be there.
    expect(named.filter((name) => !(name in project.optionalDependencies)).sort()).toEqual(
      chosen.filter((name) => !(name in project.optionalDependencies)).sort(),
    );
  });
});
