import { openTransport } from '../host/transport.ts';
import { serveLink } from './broadcast-link.ts';
import { CaptureEngine } from './engine.ts';

// The hidden page of the desktop host: the engine, its own connection, and a channel to the visible page.
const engine = new CaptureEngine(await openTransport(), localStorage);
serveLink(engine);
engine.start();
