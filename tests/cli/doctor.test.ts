import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tailslate } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let root: string;
beforeEach(() => (root = temporaryFolder()));
afterEach(() => rmSync(root, { recursive: true }));

/** What Node does for a user of whom the system has no entry, as in a container that runs as any number. */
const NOBODY = [
  'import os from "node:os";',
  'import { syncBuiltinESMExports } from "node:module";',
  'const fail = () => { throw Object.assign(new Error("uv_os_get_passwd returned ENOENT"), { code: "ERR_SYSTEM_ERROR" }); };',
  'os.userInfo = fail;',
  'if (process.env.HOME === undefined) os.homedir = fail;',
  'syncBuiltinESMExports();',
].join('');
const asNobody = (home?: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(NOBODY)}`,
  HOME: home,
  XDG_CONFIG_HOME: undefined,
  USERPROFILE: home,
  APPDATA: undefined,
});
const folders = () => ['--library', join(root, 'library'), '--user-data', join(root, 'settings')];

describe('a user of whom the system knows nothing', () => {
  test('has the doctor, with a home or folders that are named', async () => {
    const runs = [
      await tailslate(['doctor'], { env: asNobody(root) }),
      await tailslate(['doctor', ...folders()], { env: asNobody() }),
    ];
    for (const { code, stdout, stderr } of runs) {
      expect(stderr).toBe('');
      expect(stdout).not.toContain(root);
      expect(code).toBe(0);
    }
  });

  test('is told what to do where no folder is to be had', async () => {
    for (const command of [['doctor'], ['serve', '--no-open']]) {
      const { code, stderr } = await tailslate(command, { env: asNobody() });
      expect(code).toBe(1);
      expect(stderr).toContain('no home folder');
      expect(stderr).toContain('--library');
    }
  });

  test('can open the page', async () => {
    const { code, stderr } = await tailslate(['serve', '--no-open', ...folders()], {
      env: asNobody(root),
      onStart: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
    });
    expect(stderr).not.toContain('wrong');
    expect([0, 130]).toContain(code);
  });
});

describe('the doctor tells of', () => {
  const doctor = (...args: string[]) => tailslate(['doctor', ...args]);

  test('settings that are none, and goes on', async () => {
    mkdirSync(join(root, 'settings'));
    writeFileSync(join(root, 'settings', 'settings.json'), '{"format":');
    const { stdout } = await doctor(...folders());
    expect(stdout).toMatch(/^settings +FAILS +damaged/mu);
    expect(stdout).toMatch(/^library +ok/mu);
  });

  test('settings that cannot be read, and goes on', async () => {
    writeFileSync(join(root, 'file'), '');
    const { stdout } = await doctor('--user-data', join(root, 'file'));
    expect(stdout).toMatch(/^settings +FAILS +Cannot read <path>: a part of the path is a file/mu);
    expect(stdout).toMatch(/^library +ok/mu);
  });

  test('a file in place of the library', async () => {
    writeFileSync(join(root, 'library'), '');
    expect((await doctor(...folders())).stdout).toMatch(/^library +FAILS +a file is in its place/mu);
  });

  test('no folder for temporary files', async () => {
    const nowhere = join(root, 'nowhere');
    const env = { TMPDIR: nowhere, TEMP: nowhere, TMP: nowhere };
    const { stdout } = await tailslate(['doctor', ...folders()], { env });
    expect(stdout).toMatch(/^file locks +FAILS +Cannot use the folder for temporary files/mu);
  });
});
