import { protocol } from 'electron';

const SCHEME = 'app';
const HOST = 'tailslate';

/** The two pages that exist, by exact address. */
export const PAGE = {
  window: `${SCHEME}://${HOST}/index.html`,
  capture: `${SCHEME}://${HOST}/capture.html`,
} as const;
export type PageName = keyof typeof PAGE;

/** Gives our scheme an origin, a secure context and streams. Has to come before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Answers every request for our scheme. */
export function serveScheme(answer: (request: Request) => Promise<Response>): void {
  protocol.handle(SCHEME, answer);
}

/** True for addresses of our own origin. Origins of unknown schemes are opaque in Node, so parts are compared. */
export function isOwnUrl(url: string): boolean {
  const { protocol: scheme, host, username, password } = URL.parse(url) ?? {};
  return scheme === `${SCHEME}:` && host === HOST && username === '' && password === '';
}

/** True when an address shows this page; what follows the path does not matter. */
export function isPage(url: string, page: PageName): boolean {
  return isOwnUrl(url) && URL.parse(url)?.pathname === URL.parse(PAGE[page])?.pathname;
}
