import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { inProcess } from '../../electron/cli/in-process.ts';
import { Terminal } from '../../electron/cli/terminal.ts';
import type { ExportOutcome } from '../../electron/services/export-job/item.ts';
import type { ProjectOutcome } from '../../electron/services/export-job/project-item.ts';
import type { PlannedProject } from '../../electron/services/export-plan/projects.ts';
import type { PlannedFile } from '../../electron/services/export-plan.ts';
import type { Inspection } from '../../electron/services/inspect.ts';
import type { SampleSession } from '../../electron/services/sample-session.ts';
import type { FileVerification } from '../../electron/services/verify-file/file-verification.ts';
import { contract } from '../../shared/ipc/contract.ts';
import { folders } from '../../shared/ipc/contract/folders.ts';
import type { Call, Infer } from '../../shared/ipc/declare.ts';
import { hostMessage } from '../../shared/ipc/envelope.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { GapReport } from '../../shared/model/gap-report.ts';
import { arbitraryOf } from '../support/arbitrary.ts';
import { Recorder } from './recorder.ts';
import { served } from './served.ts';
import { TRANSPORTS } from './transports.ts';

const ONLY_FOLDERS = { folders } as const;
const CALLS: readonly (readonly [name: string, call: Call])[] = Object.entries(folders.calls);
const SEED = 20261121;

const TERMINAL = new Terminal({ json: true });

/** The terminal's end, on services that note what reaches them. */
function inTerminal() {
  const recorder = new Recorder<typeof ONLY_FOLDERS>(ONLY_FOLDERS);
  const { api } = inProcess(ONLY_FOLDERS, recorder.implementations, TERMINAL);
  const calls = api.folders as unknown as Readonly<Record<string, (input: unknown) => Promise<unknown>>>;
  const call = async (name: string, input: unknown): Promise<unknown> => calls[name]?.(input);
  return { recorder, api, call };
}

describe('bare folders, in the terminal', () => {
  test.each(CALLS)(
    '%s carries every input and output whole, its keys in their order',
    async (name, { input, output }) => {
      const { recorder, call } = inTerminal();
      await fc.assert(
        fc.asyncProperty(arbitraryOf(input), arbitraryOf(output), async (given, answer) => {
          recorder.respond = () => answer;
          // What `--json` prints are these answers.
          expect(JSON.stringify(await call(name, given))).toBe(JSON.stringify(answer));
          expect(recorder.reached.pop()).toEqual({ name: `folders.${name}`, input: given });
        }),
        { numRuns: 12, seed: SEED, endOnFailure: true },
      );
    },
  );

  test.each(CALLS)('%s lets nothing wrong reach the service', async (name, { input }) => {
    const { recorder, call } = inTerminal();
    for (const wrong of [null, 1, 'x', [{}], { unknown: 1 }, { folder: 5, path: 5 }, true]) {
      await expect(call(name, wrong)).rejects.toMatchObject({ name: 'AppError', code: 'usage' });
    }
    await fc.assert(
      fc.asyncProperty(arbitraryOf(input), async (given) => {
        await expect(call(name, { ...(given as object), besides: 1 })).rejects.toMatchObject({
          code: 'usage',
        });
        for (const key of Object.keys(given as object)) {
          await expect(call(name, { ...(given as object), [key]: { not: 'this' } })).rejects.toMatchObject({
            code: 'usage',
          });
        }
      }),
      { numRuns: 3, seed: SEED },
    );
    expect(recorder.reached).toEqual([]);
  });

  test('an error keeps code, message and next step', async () => {
    const { recorder, call } = inTerminal();
    recorder.respond = () => {
      throw new AppError('not-found', 'nowhere does not exist.', { next: 'Check the path.' });
    };
    await expect(call('recover', { folder: 'nowhere' })).rejects.toMatchObject({
      name: 'AppError',
      code: 'not-found',
      message: 'nowhere does not exist.',
      next: 'Check the path.',
    });
  });

  test('progress is told while it is watched', async () => {
    const { recorder, api } = inTerminal();
    const seen: unknown[] = [];
    const progress = { doneBytes: 1, totalBytes: 2, files: { done: 0, total: 3 } };
    recorder.value('folders.progress').set(progress);
    const unwatch = api.watch('folders.progress', ({ value }) => seen.push(value));
    await expect.poll(() => seen).toEqual([progress]);
    unwatch();
    await expect.poll(() => recorder.value('folders.progress').watchers).toBe(0);
  });
});

test('what services answer is declared to the last field, or it would get lost on the way', () => {
  type Answer<Name extends keyof typeof folders.calls> = Infer<(typeof folders.calls)[Name]['output']>;
  type Planned = Answer<'plan'>;
  type Made = Extract<Answer<'export'>['files'][number], { outcome: unknown }>['outcome'];
  type MadeProject = Extract<Answer<'export'>['projects'][number], { outcome: unknown }>['outcome'];
  expectTypeOf<Omit<Answer<'inspect'>, 'recordedBy'>>().toEqualTypeOf<Inspection>();
  expectTypeOf<Planned['files'][number]>().toEqualTypeOf<PlannedFile>();
  expectTypeOf<Planned['projects'][number]>().toEqualTypeOf<PlannedProject>();
  expectTypeOf<keyof Extract<Made, { status: 'done' }>>().toEqualTypeOf<
    keyof Extract<ExportOutcome, { status: 'done' }>
  >();
  expectTypeOf<Extract<Made, { status: 'done' }>['report']>().toEqualTypeOf<GapReport>();
  expectTypeOf<Extract<Made, { status: 'skipped' }>>().toEqualTypeOf<
    Extract<ExportOutcome, { status: 'skipped' }>
  >();
  expectTypeOf<MadeProject>().toEqualTypeOf<ProjectOutcome>();
  expectTypeOf<keyof Answer<'verify'>>().toEqualTypeOf<keyof FileVerification>();
  expectTypeOf<keyof Answer<'verify'>['tracks'][number]>().toEqualTypeOf<
    keyof FileVerification['tracks'][number]
  >();
  expectTypeOf<Answer<'sample'>>().toEqualTypeOf<SampleSession>();
});

describe('bare folders, to a page', () => {
  test('are no part of what hosts with a window serve', () => {
    expect(Object.keys(contract)).not.toContain('folders');
  });

  test.each(TRANSPORTS.map((make) => [make.name, make] as const))(
    '%s has no call for them',
    async (_name, make) => {
      const transport = await make();
      const link = await served(transport, new Recorder().implementations);
      const answer = new Promise((resolve) => {
        link.client.onMessage((data) => {
          const message = v.parse(hostMessage, data);
          if (message.kind !== 'hello') resolve(message);
        });
      });
      const input = { folder: '/', rate: '25', zone: null };
      link.client.send({ kind: 'call', id: 1, name: 'folders.inspect', input });
      expect(await answer).toMatchObject({
        kind: 'failure',
        error: { code: 'usage', message: 'There is no call named "folders.inspect".' },
      });
      link.connection.close();
      await transport.close();
    },
  );
});
