import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { connect } from '../../shared/ipc/connect.ts';
import { contract, type Api } from '../../shared/ipc/contract.ts';
import { SOCKET_PATH, webSocketPort } from '../../shared/ipc/web-socket-port.ts';
import { programPath } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** The terminal program as it is built. */
export const BUILT = join(ROOT, 'out', 'node', 'cli.js');
const SHOTS = join(ROOT, 'artifacts', 'e2e');
/** A busy machine takes its time to start a browser. */
export const START_MILLIS = 60_000;

/** The built program, serving its page from folders of its own. */
export class Program {
  readonly url: string;
  readonly child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.child = child;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Starts it and waits for its address. @throws Error with what it said instead. */
  static async start(folder: string, port = 0): Promise<Program> {
    const child = spawn(process.execPath, [BUILT, ...serveArgs(folder, port)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    while (!/http:\S+\n/.test(said)) {
      if (child.exitCode !== null) throw new Error(said);
      await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
    }
    return new Program(/http:\S+/.exec(said)?.[0] ?? '', child);
  }

  /** A client with the cookie of a browser that came in. */
  async client(context: BrowserContext): Promise<Api> {
    const { host, origin } = new URL(this.url);
    const cookies = await context.cookies(origin);
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const socket = new WebSocket(`ws://${host}${SOCKET_PATH}`, { headers: { origin, cookie } });
    await once(socket, 'open');
    return connect(contract, webSocketPort(socket), () => undefined).api;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.kill(signal);
    await ended;
  }
}

/** The arguments of `tailslate` that serve the library of this folder. */
export function serveArgs(folder: string, port = 0): readonly string[] {
  const at = ['--library', join(folder, 'library'), '--user-data', join(folder, 'user'), '--allow', folder];
  return ['serve', '--no-open', '--port', String(port), ...at];
}

/** One person before one browser, and the program they started. */
export class Desk {
  readonly folder: string;
  readonly browser: Browser;
  readonly context: BrowserContext;
  /** What a page threw or had refused by its policy. */
  readonly faults: string[] = [];
  program: Program;
  page: Page;

  private constructor(
    folder: string,
    program: Program,
    browser: Browser,
    context: BrowserContext,
    page: Page,
  ) {
    this.folder = folder;
    this.program = program;
    this.browser = browser;
    this.context = context;
    this.page = page;
  }

  /**
   * @param prepare puts sessions into the library's folder before anything starts.
   * @param args more arguments for the browser.
   */
  static async sit(prepare?: (libraryFolder: string) => Promise<void>, args: string[] = []): Promise<Desk> {
    const folder = temporaryFolder();
    mkdirSync(SHOTS, { recursive: true });
    mkdirSync(join(folder, 'library'));
    await prepare?.(join(folder, 'library'));
    const [program, browser] = await Promise.all([
      Program.start(folder),
      chromium.launch({ executablePath: programPath('chromium'), args }),
    ]);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      locale: 'en-GB',
    });
    context.setDefaultTimeout(60_000);
    const desk = new Desk(folder, program, browser, context, await context.newPage());
    desk.listen();
    await desk.page.goto(program.url);
    return desk;
  }

  /** Notes what the page throws. */
  listen(): void {
    this.page.on('pageerror', (error) => this.faults.push(error.message));
    this.page.on('console', (message) => {
      if (/Content Security Policy|tailslate:/.test(message.text())) this.faults.push(message.text());
    });
  }

  /** Another client of the same program: what a second window would do. */
  otherClient(): Promise<Api> {
    return this.program.client(this.context);
  }

  /** Keeps a picture in artifacts/e2e. */
  async shot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SHOTS, `${basename(name)}.png`) });
  }

  async leave(): Promise<void> {
    await this.browser.close();
    await this.program.end();
  }
}
