import { mount } from 'svelte';
import App from './App.svelte';
import { openTransport } from './host/transport.ts';
import { WindowState } from './state/window.svelte.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

const { api, onConnected, pathOfFile } = await openTransport();
const window = new WindowState(api, await api.app.info({}), {
  after: (millis, run) => void setTimeout(run, millis),
  pathOfFile,
  copyText: (text) => navigator.clipboard.writeText(text),
});
onConnected((connected) => {
  window.connected = connected;
});
mount(App, { target: document.body, props: { window } });
