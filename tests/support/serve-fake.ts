// The browser host with the fake program behind it, for a page without a disk:
// node tests/support/serve-fake.ts [page folder] [port] [--locked]
import { PAGE_FOLDER, runBrowserHost } from '../../electron/browser-host/run.ts';
import { AppError } from '../../shared/model/errors.ts';
import { FakeApp } from './fake-api.ts';

const [pageFolder = PAGE_FOLDER, port = '0', locked] = process.argv.slice(2);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const app = new FakeApp();
const progress = setInterval(() => app.step(0.01), 200);
try {
  await runBrowserHost({
    createApp: () =>
      locked === '--locked'
        ? Promise.reject(
            new AppError('locked', 'Another Tailslate has the library open.', { next: 'Close it.' }),
          )
        : Promise.resolve(app),
    pageFolder,
    port: Number(port),
    open: false,
    signal: stop.signal,
    onReady: (url) => console.log(url),
    onFault: (error, place) => console.error(place, error),
  });
  console.log(`closed: ${String(app.closed)}`);
} catch (error) {
  console.error(error instanceof AppError ? `${error.code}: ${error.message}` : error);
  process.exitCode = 1;
} finally {
  clearInterval(progress);
}
