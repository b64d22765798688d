import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { svelte, vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { build, preview } from 'vite';
import { temporaryFolder } from './temporary-folder.ts';

/** Every place in its states, as the address of the gallery names them. */
export const GALLERY: Readonly<Record<string, string>> = {
  library: 'place=library&select=3',
  'library-empty': 'place=library&state=empty',
  'library-loading': 'place=library&state=loading',
  'library-away': 'place=library&away',
  'library-adding': 'place=library&add',
  'library-where': 'place=library&ask',
  'library-refused': 'place=library&refuse',
  'library-behind': 'place=library&fail=library.storage',
  'library-error': 'place=library&state=error',
  session: 'place=session&at=1029&zoom=23',
  'session-whole': 'place=session&session=ep-47',
  'session-crowd': 'place=session&session=edge-crowd',
  'session-empty': 'place=session&session=edge-empty',
  'session-long': 'place=session&session=edge-long',
  'session-nobody': 'place=session&session=edge-nobody',
  'session-missing': 'place=session&session=edge-missing&media=no-peaks',
  'session-newer': 'place=session&session=edge-newer',
  'session-title': 'place=session&session=edge-title',
  'session-rtl': 'place=session&session=edge-rtl',
  'session-error': 'place=session&state=error',
  sheet: 'place=sheet&select=2',
  'sheet-mix': 'place=sheet&select=2&mix',
  'sheet-mix-german': 'place=sheet&select=1&mix&language=de',
  folders: 'place=folders',
  exports: 'place=exports',
  'exports-empty': 'place=exports&state=empty',
  'exports-error': 'place=exports&state=error',
  record: 'place=record',
  'record-before': 'place=record&recording=before',
  'record-denied': 'place=record&recording=denied',
  'record-during': 'place=record&recording=during',
  'record-german': 'place=record&recording=before&language=de',
  slate: 'place=record&recording=during&slate',
  presets: 'place=settings&page=presets',
  audio: 'place=settings&page=audio',
  names: 'place=settings&page=names',
  'library-settings': 'place=settings&page=library',
  appearance: 'place=settings&page=appearance',
  'shortcut-settings': 'place=settings&page=shortcuts',
  about: 'place=settings&page=about',
  shortcuts: 'place=shortcuts',
  report: 'place=report',
  german: 'place=library&select=2&language=de',
  'large-text': 'place=library&select=2&size=200',
  'large-text-german': 'place=library&select=2&size=200&language=de',
  'large-session': 'place=session&at=1029&zoom=23&size=200',
  'large-sheet': 'place=sheet&select=2&size=200',
  'large-exports': 'place=exports&size=200',
  'large-record': 'place=record&recording=before&size=200',
  'large-recording': 'place=record&recording=during&size=200',
  'large-settings': 'place=settings&page=presets&size=200',
};

/** Builds the gallery as the window is built, its policy included, and serves it on this machine. */
export async function serveGallery(): Promise<{ address: string; close: () => Promise<void> }> {
  const root = join(import.meta.dirname, '../../renderer');
  const outDir = temporaryFolder();
  const common = { root, configFile: false, logLevel: 'error' } as const;
  await build({
    ...common,
    base: './',
    plugins: [svelte({ configFile: false, preprocess: vitePreprocess() })],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'chrome150',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(root, 'dev/gallery.html') },
    },
  });
  const server = await preview({ ...common, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  return {
    address: (server.resolvedUrls?.local[0] ?? '').replace(/\/$/, ''),
    close: async () => {
      await server.close();
      await rm(outDir, { recursive: true });
    },
  };
}
