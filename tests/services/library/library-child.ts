// A program that has a library open, to be killed or to run on a disk of its own:
// `node library-child.ts ROOT rebuild|edit`. Says "begun" when the work that it goes on with for good is under way.
import { join } from 'node:path';
import { SESSION_ID } from '../../support/session-folder.ts';
import { TestPorts } from '../../support/library.ts';
import { Library } from '../../../electron/services/library/library.ts';

const [root = '', work] = process.argv.slice(2);
const library = await Library.open(join(root, 'library'), new TestPorts());
if (work === 'rebuild') {
  library.values.state.watch(({ value: { task } }) => {
    if (task?.kind === 'rebuilding' && task.done === 20) console.log('begun');
  });
  await library.settled();
  // To be killed, however late that comes.
  setInterval(() => undefined, 1000);
} else {
  await library.settled();
  for (let n = 0; ; n++) {
    await library.calls.edit({ sessionId: SESSION_ID, title: `Take ${n}`, notes: String(n).repeat(2000) });
    if (n === 3) console.log('begun');
  }
}
