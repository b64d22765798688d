import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './tests/support/skip-report.ts'],
    coverage: {
      provider: 'v8',
      include: ['electron/**/*.ts', 'shared/**/*.ts'],
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
          exclude: ['tests/bench/**'],
          testTimeout: 30_000,
        },
      },
    ],
  },
});
