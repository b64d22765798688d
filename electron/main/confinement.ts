import type { WebContents } from 'electron';
import { isPage, type PageName } from './scheme.ts';

/**
 * Keeps a page where it is: it may reload itself, and nothing else. Called for every web contents there will ever
 * be, also those nobody of ours made.
 * @param pageOf which page belongs into it; undefined for contents that are not ours.
 */
export function confine(
  contents: WebContents,
  pageOf: (contents: WebContents) => PageName | undefined,
): void {
  const mayShow = (url: string): boolean => {
    const page = pageOf(contents);
    return page !== undefined && isPage(url, page);
  };
  contents.on('will-navigate', (event) => {
    if (!event.isMainFrame || !mayShow(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !mayShow(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('select-bluetooth-device', (event, _devices, callback) => {
    event.preventDefault();
    callback('');
  });
  contents.on('login', (event) => event.preventDefault());
  contents.on('certificate-error', (event, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
