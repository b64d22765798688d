import { flushSync, mount } from 'svelte';
import App from '../App.svelte';
import { locale, t } from '../messages/locale.svelte.ts';
import type { SettingsPage } from '../state/navigation.svelte.ts';
import { webAudio } from '../session/playback/web-audio.ts';
import { WindowState } from '../state/window.svelte.ts';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/controls.css';
import { probePlayback } from './playback-probe.ts';
import { galleryApi } from './gallery-api.ts';
import { faultyMedia } from './gallery-media.ts';
import { galleryCapture, type GalleryRecording } from './gallery-recording.ts';
import type { GalleryState } from './gallery-values.ts';

// Development only: every place in every state, chosen by the address, on sessions that are drawn by hand.
// gallery.html?place=library&state=full&theme=dark&select=3
const query = new URLSearchParams(location.search);
const state = (query.get('state') ?? 'full') as GalleryState;
const rows = Number(query.get('rows') ?? '0');
const place = query.get('place') ?? 'library';
const recording = query.get('recording') as GalleryRecording | null;
const api = galleryApi(state, {
  rows,
  theme: query.get('theme') === 'light' ? 'light' : 'dark',
  fail: query.get('fail'),
  adding: query.has('add'),
  native: query.has('native'),
  language: query.get('language'),
  textSize: Number(query.get('size') ?? '100'),
  ...(recording === null ? {} : { recording }),
});

await locale.use(query.get('language'), 'en-GB');
const window = new WindowState(api, await api.app.info({}), {
  after: (millis, run) => void setTimeout(run, millis),
  pathOfFile: () => null,
  copyText: () => Promise.resolve(),
  media: faultyMedia(api.media, query.get('media')),
  newId: () => crypto.randomUUID(),
  audio: webAudio,
  ...(recording === null ? {} : { capture: galleryCapture(recording, query.get('fail')) }),
});
if (place === 'session') window.navigation.openSession(query.get('session') ?? 'ep-48');
else if (place === 'settings')
  window.navigation.openSettings((query.get('page') ?? 'presets') as SettingsPage);
else if (place === 'record' || place === 'exports') window.navigation.go(place);
mount(App, { target: document.body, props: { window } });
flushSync();

// The states that a person brings about.
await new Promise((resolve) => setTimeout(resolve, 50));
for (let index = 0; index < Number(query.get('select') ?? '0'); index += 1)
  window.selection.toggle(index + 2);
if (place === 'sheet') {
  await window.openSheet(null);
  if (query.has('mix')) window.sheet.set({ formats: ['m4a', 'mix', 'mix-m4a'] });
}
if (place === 'folders')
  void window.folders.pick({ title: t('sheet.chooseDestination'), kind: 'destination' });
const { timeline } = window.session;
if (place === 'session' && timeline !== null && query.has('at')) {
  timeline.zoom(Number(query.get('zoom') ?? '23'));
  timeline.place(Number(query.get('at')) * 48_000);
  timeline.centre(timeline.playheadSamples + 20 * 48_000);
}
if (query.has('away')) window.connected = false;
if (query.has('ask'))
  void window.adding.bring(['/media/Winter season/Ep. 49', '/media/Winter season/Ep. 50']);
if (query.has('refuse')) void window.adding.bring(['/media/notes.zip', '/media/craig.zip']);
if (query.has('add')) void window.adding.bring(['/media/craig.zip']);
if (place === 'shortcuts' || place === 'report') window.dialog = place;
// What a test asks of the page: to do something, to play a session that is made up, and to measure it.
Object.assign(globalThis, { galleryWindow: window, probePlayback, galleryTimeline: window.session.timeline });
if (query.has('slate')) window.record.slateOpen = true;
document.documentElement.dataset['ready'] = 'true';
