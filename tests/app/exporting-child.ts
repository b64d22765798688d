// The whole program, exporting, until it is killed: `node exporting-child.ts LIBRARY USER_DATA OUT SESSION`.
import { WholeApp } from '../support/whole-app.ts';
import { archiveOf } from './archive.ts';

const [library = '', userData = '', out = '', folder = ''] = process.argv.slice(2);
const app = await WholeApp.open(library, userData);
const { taken } = await app.api.library.add({ paths: [folder], copy: false });
const sessionIds = taken.map(({ sessionId }) => sessionId);
await app.api.exports.start(await archiveOf(app, sessionIds, out));
