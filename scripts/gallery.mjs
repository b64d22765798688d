// `node scripts/gallery.mjs [name...]`: pictures of every place, state and theme of the window in artifacts/gallery.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { programPath } from '../tests/support/programs.ts';
import { GALLERY, serveGallery } from '../tests/support/gallery.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'artifacts/gallery');
mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2);
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
        await page.goto(`${server.address}/dev/gallery.html?${query}&theme=${theme}`);
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
