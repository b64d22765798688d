import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { violations } from './support/architecture.ts';

const root = join(import.meta.dirname, '..');

test('the source tree keeps the house rules', () => {
  const paths = globSync('{shared,electron,renderer}/**/*.{ts,svelte}', { cwd: root });
  const sources = paths.map((path) => path.replaceAll('\\', '/'));
  expect(sources).toContain('shared/time/samples.ts');
  expect(violations(sources.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })))).toEqual(
    [],
  );
});

describe('a breach is named', () => {
  const breaches: readonly [path: string, text: string, sentence: string][] = [
    ['shared/a.ts', `import '../electron/io/b.ts';`, 'imports electron/io/b.ts'],
    ['shared/a.ts', `import { x } from 'node:fs';`, 'imports node:fs'],
    ['shared/a.ts', `export type X = import('../renderer/b.ts').X;`, 'imports renderer/b.ts'],
    ['electron/media/a.ts', `import type { X } from '../io/b.ts';`, 'imports electron/io/b.ts'],
    [
      'electron/media/a.ts',
      `export { x } from '../services/b.ts'; export const y = 1;`,
      'imports electron/services/b.ts',
    ],
    ['electron/media/a.ts', `await import('node:fs/promises');`, 'imports node:fs/promises'],
    ['electron/media/a.ts', `import { parse } from 'valibot';`, 'imports valibot'],
    ['electron/media/a.ts', `export const home = process.env['HOME'];`, 'uses process'],
    ['electron/media/a.ts', `const { platform } = process; export const x = platform;`, 'uses process'],
    ['electron/media/a.ts', `setTimeout(() => {}, 1);`, 'uses setTimeout'],
    ['electron/media/a.ts', `import { randomUUID } from 'node:crypto';`, 'calls randomUUID'],
    ['electron/io/a.ts', `import '../catalog/b.ts';`, 'imports electron/catalog/b.ts'],
    ['electron/io/a.ts', `import Database from 'better-sqlite3';`, 'imports better-sqlite3'],
    ['electron/catalog/a.ts', `import '../../package.json';`, 'imports package.json'],
    ['electron/catalog/a.ts', `import '../media/b.ts';`, 'imports electron/media/b.ts'],
    ['electron/services/a.ts', `import '../cli/b.ts';`, 'imports electron/cli/b.ts'],
    ['electron/services/a.ts', `export const x = Date.now();`, 'calls Date.now'],
    ['electron/services/a.ts', `export const x = Date['now']();`, 'calls Date.now'],
    ['electron/services/a.ts', `export const x = new Date();`, 'calls new Date()'],
    ['electron/services/a.ts', `export const x = Math.random();`, 'calls Math.random'],
    [
      'electron/workers/a.ts',
      `import '../services/export-queue.ts';`,
      'imports electron/services/export-queue.ts',
    ],
    ['electron/workers/a.ts', `export const x = crypto.randomUUID();`, 'calls randomUUID'],
    [
      'electron/cli/a.ts',
      `await import('../browser-host/index.ts');`,
      'imports electron/browser-host/index.ts',
    ],
    ['electron/cli/a.ts', `import '../media/b.ts';`, 'imports electron/media/b.ts'],
    ['electron/cli/a.ts', `const fs = require('left-pad');`, 'imports left-pad'],
    ['electron/preload/a.ts', `import 'node:fs';`, 'imports node:fs'],
    [
      'renderer/A.svelte',
      `<p>x</p><script lang="ts">import '../electron/io/b.ts';</script>`,
      'imports electron/io/b.ts',
    ],
    ['renderer/a.ts', `import { app } from 'electron';`, 'imports electron'],
    ['renderer/card.svelte', '<p>x</p>', 'is a component whose name is not PascalCase'],
    ['shared/utils.ts', 'export const x = 1;', 'is named for no noun'],
    ['shared/time/index.ts', 'export const x = 1;', 'is named for no noun'],
    ['shared/timeCode.ts', 'export const x = 1;', 'is not named in kebab-case'],
    [
      'shared/a.ts',
      `export * from './b.ts'; export { x } from './c.ts';`,
      'only passes on what other modules export',
    ],
    ['electron/elsewhere/a.ts', 'export const x = 1;', 'belongs to no layer'],
  ];
  test.each(breaches)('%s: %s', (path, text, sentence) => {
    expect(violations([{ path, text }])).toEqual([`${path} ${sentence}`]);
  });

  test('a cycle, through a component and a dynamic import too', () => {
    const sources = [
      { path: 'renderer/App.svelte', text: `<script>import { b } from './b.ts';</script>` },
      { path: 'renderer/b.ts', text: `export const b = () => import('./c.ts');` },
      { path: 'renderer/c.ts', text: `import type App from './App.svelte'; export const c: App = 1;` },
    ];
    expect(violations(sources)).toEqual([
      'renderer/App.svelte -> renderer/b.ts -> renderer/c.ts -> renderer/App.svelte is a cycle',
    ]);
  });
});

describe('what the rules allow passes', () => {
  const allowed: readonly [path: string, text: string][] = [
    [
      'shared/model/a.ts',
      `import * as v from 'valibot'; import { x } from '../time/b.ts'; export const y = x(v);`,
    ],
    [
      'electron/media/log/a.ts',
      `import { crc32 } from 'node:zlib'; import '../opus/toc.ts'; import '../../../shared/a.ts';`,
    ],
    [
      'electron/media/a.ts',
      `export const x = { process: 1 }; export const y = x.process; export const z = new Date(0);`,
    ],
    ['electron/io/a.ts', `import { version } from '../../package.json' with { type: 'json' };`],
    ['electron/io/clock.ts', `export const now = () => Date.now() + new Date().getTime() + Math.random();`],
    [
      'electron/services/a.ts',
      `import { randomUUID } from 'node:crypto'; export const id = () => randomUUID();`,
    ],
    [
      'electron/workers/export.worker.ts',
      `import '../services/export-job/run.ts'; import '../services/export-job.ts';`,
    ],
    [
      'electron/cli/index.ts',
      `await import('./main.ts'); import '../workers/worker-pool.ts'; import 'commander';`,
    ],
    [
      'renderer/state/session.svelte.ts',
      `import { createContext } from 'svelte'; import '../../shared/a.ts';`,
    ],
    [
      'renderer/App.svelte',
      `<script module>import { x } from 'svelte/store';</script><script>export const y = x;</script>`,
    ],
  ];
  test.each(allowed)('%s: %s', (path, text) => {
    expect(violations([{ path, text }])).toEqual([]);
  });
});
