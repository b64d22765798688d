import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tailslate } from './support/cli.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const DOCUMENTS = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

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

  test('says nothing twice', () => {
    // Two changes to one paragraph can both be kept when they are joined.
    const sentences = text.split(/(?<=[.:;])\s+/u).filter((sentence) => sentence.length > 60);
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

describe('docs/faults.md', () => {
  const rows = read('docs/faults.md')
    .split('\n')
    .filter((line) => /^\| [A-Z]/u.test(line))
    .slice(1)
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | *\|?$/gu, '').trim()));

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

describe('the terminal in the documents', () => {
  const lines = ['README.md', 'CHANGELOG.md', 'docs/terminal.md', 'docs/user-guide.md'].flatMap((path) =>
    code(read(path)),
  );
  const commands = new Set(
    lines.flatMap((line) => /^(?:npm run -s )?tailslate (?:-- )?([a-z]+)\b/u.exec(line)?.[1] ?? []),
  );

  test('has every command with all its options, and no others', { timeout: 60_000 }, async () => {
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
