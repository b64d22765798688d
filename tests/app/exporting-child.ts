// The whole program, exporting: `node exporting-child.ts LIBRARY USER_DATA OUT SESSION`. Says "running" when a file is
// under way, and is killed then.
import { WholeApp } from '../support/whole-app.ts';
import { archiveOf } from './archive.ts';

const [library = '', userData = '', out = '', folder = ''] = process.argv.slice(2);
const app = await WholeApp.open(library, userData);
const { taken } = await app.api.library.add({ paths: [folder], copy: false });
const sessionIds = taken.map(({ sessionId }) => sessionId);
await app.api.exports.start(await archiveOf(app, sessionIds, out));
await app.until('exports.queue', ({ batches }) =>
  batches.some(({ items }) => items.some(({ state }) => state === 'done')),
);
console.log('running');
