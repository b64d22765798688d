import { mount } from 'svelte';
import App from './App.svelte';
import StartFailed from './views/StartFailed.svelte';
import { broadcastLink } from './capture/broadcast-link.ts';
import { CaptureEngine } from './capture/engine.ts';
import { fetchMedia } from './host/media.ts';
import { openTransport } from './host/transport.ts';
import { locale } from './messages/locale.svelte.ts';
import { webAudio } from './session/playback/web-audio.ts';
import { WindowState } from './state/window.svelte.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

// Nothing is shown in a language that changes at once.
const [transport] = await Promise.all([openTransport(), locale.use(null, navigator.language)]);
const { api, onConnected, pathOfFile, prepareCapture } = transport;

/** The engine itself where this page records, or the way to the page that does. */
function openCapture(): CaptureEngine | ReturnType<typeof broadcastLink> {
  if (prepareCapture === undefined) {
    const engine = new CaptureEngine(transport, localStorage);
    engine.start();
    return engine;
  }
  prepareCapture();
  return broadcastLink();
}

const info = await api.app.info({}).catch((error: unknown) => {
  mount(StartFailed, { target: document.body, props: { error } });
  throw error;
});
const window = new WindowState(
  api,
  { ...info, locale: navigator.language || info.locale },
  {
    after: (millis, run) => void setTimeout(run, millis),
    pathOfFile,
    copyText: (text) => navigator.clipboard.writeText(text),
    capture: openCapture(),
    media: fetchMedia,
    newId: () => crypto.randomUUID(),
    audio: webAudio,
  },
);
onConnected((connected) => {
  window.connected = connected;
});
mount(App, { target: document.body, props: { window } });
