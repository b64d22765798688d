import { readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type EnvironmentOptions, type Plugin, type Rolldown } from 'vite';
import { licences } from './scripts/licences.ts';
import { compiledMessages } from './scripts/messages.mjs';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')) as Manifest;

/**
 * What a user's install brings along stays an import: native addons and packages that read files of their
 * own cannot be bundled. Everything else is a devDependency and becomes part of our files.
 */
const installed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
const external = ['electron', ...installed];

/** Chunks lie beside their entry, so that `import.meta.dirname` names the same folder in both. */
const modules = { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } as const;

/** How long the plugins took is of no use to who builds. */
const CHECKS: Rolldown.ChecksOptions = { circularDependency: true, bundlerTimings: false };

/** One folder of programs that run in Node, each entry in a file of its own; dynamic imports stay separate. */
function nodeSide(
  outDir: string,
  input: Readonly<Record<string, string>>,
  output: Rolldown.OutputOptions,
): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external },
    build: {
      outDir,
      emptyOutDir: true,
      copyPublicDir: false,
      ssr: true,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        input: { ...input },
        external: [...external, ...builtinModules, /^node:/],
        platform: 'node',
        checks: CHECKS,
        output,
      },
    },
  };
}

/** Modules of ours that import each other in a circle, components included, fail the build. */
const noCycles: Plugin = {
  name: 'tailslate:no-cycles',
  apply: 'build',
  onLog(_level, log) {
    if (log.code === 'CIRCULAR_DEPENDENCY' && !log.message.includes('node_modules')) this.error(log.message);
  },
};

/**
 * A default import of one of Node's modules reads all its properties, and with them loads what it would only load
 * when needed: 6 ms for the three that commander asks for, of 20 that the terminal program takes to start.
 */
const leanBuiltins: Plugin = {
  name: 'tailslate:lean-builtins',
  apply: 'build',
  transform: {
    filter: { id: /node_modules/, code: /from 'node:/ },
    handler: (code) =>
      code.replace(
        /^import (\w+) from '(node:\w+)';$/gm,
        "const $1 = globalThis.process.getBuiltinModule('$2');",
      ),
  },
};

/** npm makes a bin executable when it links one; a fresh build in the checkout has to be runnable too. */
const executableCli: Plugin = {
  name: 'tailslate:executable-cli',
  apply: 'build',
  async writeBundle({ dir }, bundle) {
    if (dir !== undefined && 'cli.js' in bundle) await chmod(join(dir, 'cli.js'), 0o755);
  },
};

/** Vite's dev server injects <style> elements; there, and only there, the page's policy lets them in. */
const devPolicy: Plugin = {
  name: 'tailslate:dev-policy',
  apply: 'serve',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  },
};

const gatherLicences = licences(
  import.meta.dirname,
  installed,
  'node',
  join(import.meta.dirname, 'out/licences.txt'),
);

export default defineConfig({
  root: 'renderer',
  base: './',
  // The icon lies outside renderer/, where the packager looks for it.
  server: { fs: { allow: [import.meta.dirname] } },
  plugins: [
    compiledMessages,
    noCycles,
    leanBuiltins,
    executableCli,
    devPolicy,
    gatherLicences,
    svelte({ configFile: false, preprocess: vitePreprocess() }),
  ],
  // Code of workers of the page is bundled by itself.
  worker: { plugins: () => [gatherLicences] },
  environments: {
    client: {
      build: {
        outDir: '../out/renderer',
        emptyOutDir: true,
        target: 'chrome150',
        modulePreload: { polyfill: false },
        // The page comes from the same machine, never over a line: what counts is all of it, which a test holds small.
        chunkSizeWarningLimit: 600,
        assetsInlineLimit: 0,
        rolldownOptions: {
          checks: CHECKS,
          // The visible page, and the hidden one that records in the desktop host.
          input: ['renderer/index.html', 'renderer/capture.html'],
        },
      },
    },
    main: nodeSide('../out/main', { index: 'electron/main/index.ts' }, modules),
    // A sandboxed preload script is one CommonJS file: it can require nothing but `electron`.
    preload: nodeSide(
      '../out/preload',
      { index: 'electron/preload/index.ts' },
      { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    ),
    node: nodeSide(
      '../out/node',
      {
        cli: 'electron/cli/index.ts',
        'export.worker': 'electron/workers/export.worker.ts',
        'peaks.worker': 'electron/workers/peaks.worker.ts',
      },
      modules,
    ),
  },
  builder: {
    // `node` comes last: scripts/build.mjs takes its cli.js as the sign of a finished build.
    async buildApp(builder) {
      for (const name of ['client', 'main', 'preload', 'node']) {
        const environment = builder.environments[name];
        if (environment !== undefined) await builder.build(environment);
      }
    },
  },
});
