// `npm run screenshots`: pictures of the built program with the sample session, for the documents: docs/pictures.
// Needs Chromium. The pictures are the real program's, with a library of its own that is gone afterwards.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Desk } from '../tests/e2e/program.ts';
import { aLibrary } from '../tests/e2e/sessions.ts';
import { buildIfStale } from './build.mjs';

const folder = join(import.meta.dirname, '..', 'docs/pictures');
buildIfStale();
mkdirSync(folder, { recursive: true });
const desk = await Desk.sit(aLibrary, [
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
]);
const { page } = desk;
const api = await desk.otherClient();
try {
  const { sessionId } = await api.library.addSample({});
  const { presets } = await api.exports.offers({});
  const outFolder = join(desk.folder, 'Edit');
  await api.settings.change({ export: { outFolder } });
  const archive = presets.find(({ presetId }) => presetId === 'archive');
  for (const theme of ['dark', 'light']) {
    await api.settings.change({ appearance: { theme } });
    await page.reload();
    await page.getByRole('row', { name: /small boats/i }).waitFor();
    await picture(`library-${theme}`);
    await page.getByRole('row', { name: /small boats/i }).dblclick();
    await page.getByRole('textbox', { name: /title/i }).first().waitFor();
    await page.waitForTimeout(theme === 'dark' ? 8000 : 2000);
    await picture(`session-${theme}`);
    await page.keyboard.press('Control+E');
    await page.getByRole('dialog').waitFor();
    await page.waitForTimeout(700);
    await picture(`export-sheet-${theme}`);
    await page.keyboard.press('Escape');
    if (theme === 'dark') {
      await api.exports.start({
        selection: [{ sessionId, playerIds: null }],
        presetId: 'archive',
        choices: archive.choices,
        outFolder,
      });
      await done(api);
    }
    await place('Exports', `exports-${theme}`);
    await place('Record', `record-${theme}`);
    await record(theme);
    await place('Settings', `settings-${theme}`);
    await place('Library');
  }
  console.error(desk.faults.length === 0 ? `pictures in ${folder}` : desk.faults.join('\n'));
} finally {
  await desk.leave();
  rmSync(desk.folder, { recursive: true, force: true });
}
process.exit();

/** Goes to a place by the rail; and takes its picture when it has a name. */
async function place(title, name) {
  await page.getByRole('navigation').getByRole('button', { name: title, exact: false }).first().click();
  await page.waitForTimeout(title === 'Record' ? 2500 : 500);
  if (name !== undefined) await picture(name);
}

/** Records for a while, with a marker, an input that goes and comes back, and a slate. */
async function record(theme) {
  const main = page.getByRole('main');
  await page.getByLabel('Name of player 1').fill('Marit');
  await page.getByLabel('Title').fill('At the quay');
  await main.getByRole('button', { name: 'Record' }).click();
  await page.getByText(/^On disk up to /).waitFor();
  await page.waitForTimeout(4000);
  await page.keyboard.press('m');
  await page.getByLabel('Name of the marker').waitFor();
  await page.keyboard.type('Laughter');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Laughter' }).waitFor();
  await page.waitForTimeout(1500);
  await picture(`recording-${theme}`);
  const device = { trackId: 0, label: 'USB microphone, input 1', positionSamples: 5 * 48_000 };
  await api.recording.device({ ...device, kind: 'lost' });
  await page.getByText('Connect it again').first().waitFor();
  await picture(`recording-alert-${theme}`);
  await api.recording.device({ ...device, kind: 'returned' });
  await page.getByRole('button', { name: /^Slate view/ }).click();
  await page.getByRole('dialog').waitFor();
  await page.waitForTimeout(500);
  await picture(`slate-${theme}`);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('slider', { name: 'Playhead' }).waitFor();
}

async function picture(name) {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.error(name);
}

/** When the one batch is finished. */
function done(api) {
  return new Promise((resolve) => {
    api.watch('exports.queue', ({ value }) => {
      if (value.batches.some(({ finishedUnixMicros }) => finishedUnixMicros !== null)) resolve();
    });
  });
}
