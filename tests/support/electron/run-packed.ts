// Runs the built main program of a folder on the stand-in for Electron, adds the sample session and exports it as a
// page would: node tests/support/electron/run-packed.ts APP_FOLDER WORK_FOLDER. Prints a JSON document.
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [appFolder = '', work = ''] = process.argv.slice(2);
const standIn = pathToFileURL(join(import.meta.dirname, 'electron.ts')).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
Object.defineProperty(process, 'resourcesPath', { value: work });

const { resetElectron } = await import('./state.ts');
const { connectPage, watched } = await import('./desk.ts');
const electron = resetElectron(join(work, 'settings'));
process.argv.splice(1, Infinity, '--user-data', join(work, 'settings'), '--library', join(work, 'library'));
await import(pathToFileURL(join(appFolder, 'out/main/index.js')).href);

const [window] = await until(() => (electron.windows.length > 0 ? electron.windows : undefined));
if (window === undefined) throw new Error('no window');
const page = connectPage(window);
const { api } = page;
const { sessionId } = await api.library.addSample({});
const { presets } = await api.exports.offers({});
const preset = presets.find(({ presetId }) => presetId === 'archive');
if (preset === undefined) throw new Error('no preset');
await api.exports.start({
  selection: [{ sessionId, playerIds: null }],
  presetId: preset.presetId,
  choices: { ...preset.choices, formats: ['m4a'], projects: [] },
  outFolder: join(work, 'files'),
});
const batch = await until(() =>
  watched(page, 'exports.queue')?.batches.find(({ finishedUnixMicros }) => finishedUnixMicros !== null),
);
const { text: licences } = await api.app.licences({});
const { text: diagnosis } = await api.app.diagnose({});
const items = batch.items.map(({ state, fileName, result }) => ({
  state,
  fileName,
  verified: result?.verified?.ok,
}));
const errors = electron.asked;
(await import('./electron.ts')).app.quit();
await until(() => electron.exitCode);
process.stdout.write(JSON.stringify({ items, licences, diagnosis, errors, url: window.loaded[0] }), () =>
  process.exit(),
);

/** Waits for a value; the test that runs this ends it when it takes too long. */
async function until<T>(value: () => T | undefined): Promise<T> {
  for (;;) {
    const found = value();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
