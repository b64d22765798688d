import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tailslate } from '../support/cli.ts';
import { holdElsewhere } from '../support/lock-holder.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';

test('a session that somebody records into is told of as such, and is not called broken', () =>
  inTemporaryFolder(async (folder) => {
    const session = join(folder, 's');
    const spoken = [{ track: 0, positionSamples: 0, packets: packetsOf(50, 1) }];
    await writeSession(session, { players: ['Ada'], spoken });
    const inspect = async (): Promise<string> => (await tailslate(['inspect', session])).stdout;
    const exportTo = (out: string, ...more: readonly string[]) =>
      tailslate(['export', session, '--out', join(folder, out), ...more]);
    const recorder = await holdElsewhere(session, 'tailslate record (process 1)');
    expect(await inspect()).toContain('0:01.0 long, being recorded by tailslate record (process 1)\n');
    const exported = await exportTo('first');
    expect(exported.code).toBe(0);
    expect(exported.stderr).toContain(
      `${session} is being recorded by tailslate record (process 1): all its files end where it was safe on disk when the export began.`,
    );
    const asJson = JSON.parse((await exportTo('second', '--json')).stdout) as unknown;
    expect(asJson).toMatchObject({ recorded: [{ folder: session, by: 'tailslate record (process 1)' }] });

    recorder.kill('SIGKILL');
    await once(recorder, 'close');
    expect(await inspect()).toContain('long, not closed: the recording ended unexpectedly\n');
    expect((await exportTo('third')).stderr).toBe('');
  }));
