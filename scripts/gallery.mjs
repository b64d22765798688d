// `node scripts/gallery.mjs [--language de] [name...]`: pictures of every place, state and theme of the window in
// artifacts/gallery, or artifacts/gallery-de.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { programPath } from '../tests/support/programs.ts';
import { GALLERY, serveGallery } from '../tests/support/gallery.ts';
import { compileMessages } from './messages.mjs';

const root = join(import.meta.dirname, '..');
const { values, positionals: wanted } = parseArgs({
  options: { language: { type: 'string' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.help === true) {
  console.log(`node scripts/gallery.mjs [--language de] [name...]\n\n${Object.keys(GALLERY).join('\n')}`);
  process.exit();
}
const { language } = values;
const folder = join(root, `artifacts/gallery${language === undefined ? '' : `-${language}`}`);
mkdirSync(folder, { recursive: true });
await compileMessages();
const server = await serveGallery();
const browser = await chromium.launch({ executablePath: programPath('chromium') });
try {
  for (const [width, height] of [
    [1280, 800],
    [960, 640],
  ]) {
    const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(message.text());
    });
    page.on('pageerror', (error) => console.error(error.message));
    for (const theme of ['dark', 'light']) {
      for (const [name, query] of Object.entries(GALLERY)) {
        if (wanted.length > 0 && !wanted.includes(name)) continue;
        await page.goto(`${server.address}/dev/gallery.html?${inLanguage(query)}&theme=${theme}`);
        await page.locator('html[data-ready]').waitFor();
        await page.waitForTimeout(350);
        await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`) });
      }
    }
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}

/** An entry that has a language of its own keeps it. */
function inLanguage(query) {
  return language === undefined || query.includes('language=') ? query : `${query}&language=${language}`;
}
