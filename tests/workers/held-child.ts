// `node held-child.ts FOLDER`: gives a thread up that waits in a call of the system, and as many calls of the process's own
// threads as there are by default, and ends all the same.
import '../../electron/io/thread-pool.ts';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { endHeldProcess } from '../../electron/io/process-end.ts';
import type { ExportItem } from '../../electron/services/export-job/item.ts';
import { ExportPool } from '../../electron/workers/export-pool.ts';

const [folder = ''] = process.argv.slice(2);
const pool = new ExportPool(1, new URL('./scripted.worker.ts', import.meta.url));
const [abort, givenUp] = [new AbortController(), new AbortController()];
const output = { folder, subfolder: '', stem: 'silent', extension: 'm4a', existing: 'number' };
await new Promise<unknown>((resolve) => {
  pool
    .run({ output } as ExportItem, abort.signal, resolve, resolve, { givenUp: givenUp.signal })
    .catch(() => undefined);
});
for (let call = 0; call < 4; call++) open(join(folder, 'pipe'), 'r').catch(() => undefined);
await stat(folder);
console.log('alive');
abort.abort();
givenUp.abort();
await pool.close();
console.log('closed');
endHeldProcess();
