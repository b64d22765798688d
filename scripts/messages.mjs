// Compiles the window's messages, renderer/messages/*.json, into the typed functions it calls. Vite does so before it
// builds or tests, `npm run check` before it looks at types.
import fs from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const project = join(root, 'renderer/project.inlang');
const outdir = join(root, 'renderer/messages/compiled');
/** Written last of all. */
const product = (locale) => join(outdir, `${locale}.js`);

/** Brings the compiled messages up to date; takes no time when they are. */
export async function compileMessages() {
  const { locales } = JSON.parse(fs.readFileSync(join(project, 'settings.json'), 'utf8'));
  const sources = [
    ...locales.map((locale) => join(root, `renderer/messages/${locale}.json`)),
    join(project, 'settings.json'),
    join(root, 'package-lock.json'),
    import.meta.filename,
  ];
  const compiled = fs.statSync(product(locales.at(-1)), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.every((source) => fs.statSync(source).mtimeMs < compiled)) return;

  const { fetch } = globalThis;
  // The compiler would tell its makers that it ran; it gets no network.
  globalThis.fetch = () => Promise.reject(new Error('Messages are compiled without network.'));
  try {
    const { compile } = await import('@inlang/paraglide-js');
    await compile({
      project,
      outdir,
      fs: outputOnly,
      strategy: ['baseLocale'],
      outputStructure: 'locale-modules',
      emitGitIgnore: false,
      emitPrettierIgnore: false,
    });
    for (const locale of locales) exportByKey(locale);
  } finally {
    globalThis.fetch = fetch;
  }
}

/**
 * The compiler's index of all messages names every language, so a page that uses it loads them all. Each language gets
 * an index of its own here, with the keys of the message files.
 */
function exportByKey(locale) {
  const index = fs.readFileSync(join(outdir, 'messages/_index.js'), 'utf8');
  const names = [...index.matchAll(/^export \{ (\w+ as "[^"]+") \}/gm)].map(([, name]) => `  ${name},\n`);
  fs.writeFileSync(
    product(locale),
    `// eslint-disable\nexport {\n${names.join('')}} from './messages/${locale}.js';\n`,
  );
}

/** It would also leave an account in the home folder and an id in the project; only its output is written, by promises. */
const outputOnly = { ...fs, mkdirSync() {}, writeFileSync() {} };

/** For Vite: compiles before anything is built, served or tested, and when a message file changes. */
export const compiledMessages = {
  name: 'tailslate:compiled-messages',
  config: compileMessages,
  watchChange: compileMessages,
};
