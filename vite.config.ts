import { readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type EnvironmentOptions, type Plugin, type Rolldown } from 'vite';

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
        checks: { circularDependency: true },
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

export default defineConfig({
  root: 'renderer',
  base: './',
  // The icon lies outside renderer/, where the packager looks for it.
  server: { fs: { allow: [import.meta.dirname] } },
  plugins: [noCycles, executableCli, devPolicy, svelte({ configFile: false, preprocess: vitePreprocess() })],
  environments: {
    client: {
      build: {
        outDir: '../out/renderer',
        emptyOutDir: true,
        target: 'chrome150',
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
        rolldownOptions: { checks: { circularDependency: true } },
      },
    },
    node: nodeSide(
      '../out/node',
      { cli: 'electron/cli/index.ts', 'export.worker': 'electron/workers/export.worker.ts' },
      modules,
    ),
  },
  builder: {
    // `node` comes last: scripts/build.mjs takes its cli.js as the sign of a finished build.
    async buildApp(builder) {
      for (const name of ['client', 'node']) {
        const environment = builder.environments[name];
        if (environment !== undefined) await builder.build(environment);
      }
    },
  },
});
