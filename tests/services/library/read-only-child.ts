// The whole program on a library that takes no files: `node read-only-child.ts LIBRARY USER_DATA OUT`. Prints, on
// stderr, what came of it.
import { noticeSentence } from '../../../shared/model/library-notice.ts';
import { archiveOf } from '../../app/archive.ts';
import { EVERYTHING } from '../../support/library.ts';
import { WholeApp } from '../../support/whole-app.ts';

const [library = '', userData = '', out = ''] = process.argv.slice(2);
const app = await WholeApp.open(library, userData);
await app.until('library.state', ({ sessions, task }) => sessions === 1 && task === null);
const { rows } = await app.api.library.list({ ...EVERYTHING, states: [], tags: [], offset: 0, limit: 9 });
const sessionIds = rows.map(({ sessionId }) => sessionId);
const [sessionId = ''] = sessionIds;
const edit = await app.api.library.edit({ sessionId, title: 'Another' }).catch((error: unknown) => error);
const rebuilt = await app.api.library.rebuild({});
await app.api.exports.start(await archiveOf(app, sessionIds, out));
const { batches } = await app.until('exports.queue', (queue) =>
  queue.batches.some(({ finishedUnixMicros }) => finishedUnixMicros !== null),
);
const notices: string[] = [];
app.api.watch('library.state', ({ value }) =>
  notices.push(...value.notices.map(({ notice }) => noticeSentence(notice))),
);
await app.until('library.state', () => true);
const { code, message, next } = edit as { code?: string; message?: string; next?: string };
const result = {
  titles: rows.map(({ title }) => title),
  edit: { code, message, next },
  rebuilt,
  items: batches.flatMap(({ items }) => items.map(({ state }) => state)),
  exported: (await app.api.library.get({ sessionId })).states,
  notices,
  faults: app.faults.map(String),
};
process.stderr.write(JSON.stringify(result));
await app.close();
