import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processOwner, removeDeadPartsIn } from '../../electron/io/part-owner.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';

/** Who is called so on this machine. */
const ownerOf = (pid: number): string => `${processOwner().split('-')[0] ?? ''}-${pid.toString(36)}`;

test('part files go whose process is gone, and no others', () =>
  inTemporaryFolder(async (folder) => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    await once(other, 'spawn');
    const theirs = ownerOf(other.pid ?? 0);
    const [, pid] = theirs.split('-');
    const stay = [
      // Mine, of another machine, of nobody, of the queue, finished, not ours.
      `a.m4a.${processOwner()}.part`,
      `a.m4a.tzzzzzzzz-${pid ?? ''}.part`,
      'a.m4a.part',
      'a.m4a.0f3c2a11.part',
      `a.m4a.${theirs}`,
      `${theirs}.part.txt`,
    ];
    const go = [`a.m4a.${theirs}.part`, `a.b c.wav.${theirs}.2.part`];
    for (const name of [...stay, ...go]) writeFileSync(join(folder, name), 'x');
    const left = () => readdirSync(folder).toSorted();
    await removeDeadPartsIn(folder);
    expect(left()).toEqual([...stay, ...go].toSorted());

    other.kill('SIGKILL');
    await once(other, 'close');
    await removeDeadPartsIn(folder);
    expect(left()).toEqual(stay.toSorted());
    await removeDeadPartsIn(join(folder, 'none'));
  }));

test('an owner is no longer than a name has room for', () => {
  expect(processOwner()).toMatch(/^t[\da-z]{8}-[\da-z]{1,7}$/u);
});
