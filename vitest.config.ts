import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { compiledMessages } from './scripts/messages.mjs';

/** Tests that a busy machine would disturb. */
const LIVE = ['tests/capture/**/*.test.ts', 'tests/e2e/**/*.test.ts'];

/**
 * How long a machine with no time may take: for what a test waits for, and for a test, many of which run the program
 * again and again. They end what hangs and judge nothing; the defaults are a second, five and ten.
 */
const NO_HURRY = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 60_000 } } };

export default defineConfig({
  test: {
    reporters: ['default', './tests/support/skip-report.ts'],
    coverage: {
      provider: 'v8',
      include: ['electron/**/*.ts', 'shared/**/*.ts', 'renderer/{host,messages,state}/**/*.ts'],
      reporter: ['text', 'json-summary'],
    },
    projects: [
      {
        resolve: {
          alias: { electron: new URL('./tests/support/electron/electron.ts', import.meta.url).pathname },
        },
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/bench/**', 'tests/renderer/**', ...LIVE],
          ...NO_HURRY,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Sound in real time and the whole program in a browser: after all others and one file after another, since
        // a recording on a machine with no time for it has, rightly, gaps. Once more for the same reason.
        test: {
          name: 'live',
          environment: 'node',
          include: [...LIVE],
          ...NO_HURRY,
          maxWorkers: 1,
          fileParallelism: false,
          retry: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Runes are compiled, and Svelte's reactivity is the browser's, in Node too.
        plugins: [compiledMessages, svelte({ configFile: false, preprocess: vitePreprocess() })],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          environment: 'node',
          include: ['tests/renderer/**/*.test.ts'],
          ...NO_HURRY,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
    ],
  },
});
