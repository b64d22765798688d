import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { compiledMessages } from './scripts/messages.mjs';

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
          exclude: ['tests/bench/**', 'tests/renderer/**'],
          testTimeout: 30_000,
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
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
