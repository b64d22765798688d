// `npm run check`: everything that can be said about the code without running it, two steps at a time.
// `npm run check -- lint format` runs only those.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { compileMessages } from './messages.mjs';

const root = join(import.meta.dirname, '..');
/** Name, the program's file in node_modules, its arguments; the slow ones first. */
const steps = [
  ['lint', 'eslint/bin/eslint.js', '.', '--max-warnings', '0', '--cache'],
  ['svelte', 'svelte-check/bin/svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings'],
  ['types', 'typescript/bin/tsc', '-p', '.'],
  ['unused', 'knip/bin/knip.js', '--no-progress'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ['architecture', 'vitest/vitest.mjs', 'run', '--reporter=dot', 'tests/architecture.test.ts'],
];

const names = steps.map(([name]) => name);
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`there is no check called "${unknown}"; there are ${names.join(', ')}`);
  process.exit(1);
}

const queue = steps.filter(([name]) => chosen.length === 0 || chosen.includes(name));
await compileMessages();
await Promise.all([work(), work()]);

async function work() {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const [name, program, ...args] = step;
    const start = performance.now();
    const { code, output } = await run(join(root, 'node_modules', program), args);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (code !== 0) {
      process.exitCode = 1;
      console.error(output.trimEnd());
    }
    console.error(`${name.padEnd(12)} ${code === 0 ? 'ok' : 'FAILED'}  ${seconds} s`);
  }
}

/** Runs a program to its end; what it printed is kept together, since two run at once. */
function run(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
