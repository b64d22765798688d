import { type Browser, chromium, type Page } from 'playwright-core';
import { LoopbackFiles } from './loopback-files.ts';
import { programPath } from './programs.ts';

/** An empty page in Chromium that can load files from this machine and play them without being asked. */
export class ChromiumPage {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #server: LoopbackFiles;

  private constructor(page: Page, browser: Browser, server: LoopbackFiles) {
    this.page = page;
    this.#browser = browser;
    this.#server = server;
  }

  /** @param files by name. */
  static async open(files: ReadonlyMap<string, Uint8Array>): Promise<ChromiumPage> {
    const server = await LoopbackFiles.serve(files);
    const browser = await chromium.launch({
      executablePath: programPath('chromium'),
      args: ['--no-sandbox', '--mute-audio', '--autoplay-policy=no-user-gesture-required'],
    });
    const page = await browser.newPage();
    await page.goto(server.origin);
    return new ChromiumPage(page, browser, server);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}
