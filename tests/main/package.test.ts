import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { extractAll, extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawned } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = temporaryFolder();
const app = join(folder, 'release', 'linux-unpacked');
const archive = join(app, 'resources', 'app.asar');
let files: readonly string[] = [];

// What electron-builder needs of an Electron: a program with a fuse wire in it (sentinel, version, count, fuses).
beforeAll(() => {
  const stub = join(folder, 'electron');
  mkdirSync(stub);
  const wire = [
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 9]),
    Buffer.from('101100011'),
  ];
  writeFileSync(join(stub, 'electron'), Buffer.concat(wire), { mode: 0o755 });
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const options = [`-c.electronDist=${stub}`, `-c.directories.output=${join(folder, 'release')}`];
  execFileSync(process.execPath, [builder, '--linux', 'dir', ...options, '--publish', 'never'], {
    cwd: root,
    stdio: 'pipe',
  });
  files = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed program', () => {
  test('holds what runs', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        '/package.json',
        '/LICENSE',
        '/out/main/index.js',
        '/out/preload/index.cjs',
        '/out/node/cli.js',
        '/out/node/export.worker.js',
        '/out/renderer/index.html',
        '/out/licences.txt',
        '/resources/speech/speech.json',
        '/resources/icons/512x512.png',
      ]),
    );
    const { main } = JSON.parse(extractFile(archive, 'package.json').toString()) as { main: string };
    expect(files).toContain(`/${main}`);
  });

  test('holds no sources, tests, maps or packages that only the build needs', () => {
    expect(files.filter((file) => /\.(?:map|ts|svelte|plist|md)$|\/tests?\/|\/scripts\//.test(file))).toEqual(
      [],
    );
    const packages = files.map((file) => /^\/node_modules\/((?:@[^/]+\/)?[^@/][^/]*)$/.exec(file)?.[1]);
    expect(new Set(packages.filter((name) => name !== undefined))).toEqual(
      new Set(['@discordjs/opus', 'better-sqlite3', 'opusscript']),
    );
  });

  test('has its addons and the terminal outside the archive, where they can be loaded', () => {
    const unpacked = join(app, 'resources', 'app.asar.unpacked');
    const addon = `node_modules/better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`;
    expect(existsSync(join(unpacked, addon))).toBe(true);
    const opus = files.find((file) => /^\/node_modules\/@discordjs\/opus\/prebuild\/.*\.node$/.test(file));
    if (opus !== undefined) expect(existsSync(join(unpacked, opus))).toBe(true);
    expect(existsSync(join(unpacked, 'out/node/export.worker.js'))).toBe(true);
    const version = execFileSync(process.execPath, [join(unpacked, 'out/node/cli.js'), '--version'], {
      encoding: 'utf8',
    });
    expect(version.trim()).toBe('0.1.0');
  });

  test('finds the encoder from the unpacked folder, as Electron presents itself', () => {
    const unpacked = join(app, 'resources', 'app.asar.unpacked');
    const probe = `
      Object.defineProperty(process.versions, 'electron', { value: '45.4.1' });
      Object.defineProperty(process.versions, 'modules', { value: '150' });
      process.argv.push('tailslate', 'doctor', '--json');
      await import(${JSON.stringify(join(unpacked, 'out/node/cli.js'))});`;
    const text = execFileSync(process.execPath, ['--input-type=module', '-e', probe], { encoding: 'utf8' });
    expect(JSON.parse(text)).toMatchObject({ ok: true });
  });

  test('loads the database addon of the unpacked folder, as Electron presents itself', () => {
    const addon = `node_modules/better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`;
    const binding = join(app, 'resources', 'app.asar.unpacked', addon);
    const probe = `
      Object.defineProperty(process.versions, 'electron', { value: '45.4.1' });
      const Database = require(${JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))});
      const db = new Database(':memory:', { nativeBinding: ${JSON.stringify(binding)} });
      console.log(db.prepare('select sqlite_version() v').get().v);`;
    expect(execFileSync(process.execPath, ['-e', probe], { encoding: 'utf8' })).toMatch(/^3\./);
  });

  test('starts from its archive on the stand-in, and exports the sample session', async () => {
    const packed = join(folder, 'packed');
    extractAll(archive, packed);
    const work = join(folder, 'work');
    mkdirSync(work);
    const runner = join(root, 'tests/support/electron/run-packed.ts');
    const run = await spawned(process.execPath, [runner, packed, work], { cwd: folder });
    expect(run.stderr).toBe('');
    const shown = JSON.parse(run.stdout) as {
      items: { state: string; verified: boolean; fileName: string }[];
      licences: string;
      diagnosis: string;
      errors: unknown[];
      url: string;
    };
    expect(shown.items).toHaveLength(4);
    for (const item of shown.items) expect(item).toMatchObject({ state: 'done', verified: true });
    expect(readdirSync(join(work, 'files'), { recursive: true })).toEqual(
      expect.arrayContaining([expect.stringMatching(/\.m4a$/u)]),
    );
    expect(shown.licences).toContain('opusscript');
    expect(shown.diagnosis).toMatch(/ok +sqlite +3\./u);
    expect([shown.errors, shown.url]).toEqual([[], 'app://tailslate/index.html']);
  });

  test('has a terminal command that runs it by its own binary, through links', async () => {
    const installed = join(folder, 'opt');
    cpSync(join(app, 'resources'), join(installed, 'resources'), { recursive: true, verbatimSymlinks: true });
    symlinkSync(process.execPath, join(installed, 'tailslate-desktop'));
    symlinkSync(join(installed, 'resources', 'terminal', 'tailslate'), join(folder, 'tailslate'));
    expect(statSync(join(folder, 'tailslate')).mode & 0o111).toBe(0o111);
    const command = join(folder, 'tailslate');
    const sample = await spawned(command, ['sample', 'talk', '--minutes', '1'], { cwd: folder });
    expect(sample.stderr).toBe('');
    const run = await spawned(command, ['export', 'talk', '--out', 'cut', '--json'], { cwd: folder });
    const { files } = JSON.parse(run.stdout) as { files: { status: string }[] };
    expect(files.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
    const windows = readFileSync(join(installed, 'resources', 'terminal', 'tailslate.cmd'), 'latin1');
    expect(windows).toContain('app.asar.unpacked\\out\\node\\cli.js');
    expect(
      windows
        .split('\n')
        .slice(0, -1)
        .every((line) => line.endsWith('\r')),
    ).toBe(true);
  });

  test('puts that command onto the path of Debian systems, and takes it away again', () => {
    const script = (name: string) => join(root, 'artifacts/packaging', name);
    for (const name of ['after-install.tpl', 'after-remove.tpl'])
      execFileSync('bash', ['-n', script(name)], { stdio: 'pipe' });
    const install = readFileSync(script('after-install.tpl'), 'utf8');
    expect(install).toContain('chrome-sandbox');
    expect(install).toMatch(/^ln -sf '.*\/resources\/terminal\/tailslate' '\/usr\/bin\/tailslate'$/mu);
    expect(readFileSync(script('after-remove.tpl'), 'utf8')).toContain("rm -f '/usr/bin/tailslate'");
  });

  test('looks nowhere for updates unless it was packed to', () => {
    expect(readdirSync(join(app, 'resources'))).not.toContain('app-update.yml');
  });

  test('is small', () => {
    const sizes = readdirSync(join(app, 'resources'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
    const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
    console.log(`the program without Electron: ${megabytes.toFixed(1)} MB`);
    expect(megabytes).toBeLessThan(20);
  });

  test('has its fuses set', async () => {
    const wire = await getCurrentFuseWire(join(app, 'tailslate-desktop'));
    const enabled = (option: FuseV1Options) => wire[option] === FuseState.ENABLE;
    expect({
      runAsNode: enabled(FuseV1Options.RunAsNode),
      cookies: enabled(FuseV1Options.EnableCookieEncryption),
      nodeOptions: enabled(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: enabled(FuseV1Options.EnableNodeCliInspectArguments),
      integrity: enabled(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: enabled(FuseV1Options.OnlyLoadAppFromAsar),
      fileProtocol: enabled(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: true,
      cookies: true,
      nodeOptions: false,
      inspect: false,
      integrity: true,
      onlyAsar: true,
      fileProtocol: false,
    });
  });

  test('asks for the microphone by name and nothing more', () => {
    const config = readFileSync(join(root, 'electron-builder.yml'), 'utf8');
    expect(config).toContain('NSMicrophoneUsageDescription');
    expect(config).not.toMatch(/NSCamera|NSScreen/);
    const plist = readFileSync(join(root, 'resources/entitlements.mac.plist'), 'utf8');
    expect([...plist.matchAll(/<key>([^<]*)</g)].map(([, key]) => key)).toEqual([
      'com.apple.security.cs.allow-jit',
      'com.apple.security.cs.allow-unsigned-executable-memory',
      'com.apple.security.device.audio-input',
    ]);
  });
});
