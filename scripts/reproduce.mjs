// `npm run reproduce`: builds what is committed or changed here twice, and exports one session with either build, in
// worlds that differ in everything that is nobody's wish: folder, home, time zone, language, umask, order of names in
// folders, number of exports at a time. Compares every byte. Ends with 1 where something differs, and names it.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';

const root = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'tailslate-reproduce-'));
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
});
const files = listed.toString().split('\0').filter(Boolean).sort();

/** Has every list of a folder's names come backwards, as another file system might. */
const BACKWARDS = [
  'import fs from "node:fs"; import promises from "node:fs/promises";',
  'import { syncBuiltinESMExports } from "node:module";',
  'const { readdirSync, readdir } = fs, later = promises.readdir;',
  'fs.readdirSync = (...args) => readdirSync(...args).reverse();',
  'fs.readdir = (...args) => { const done = args.pop();',
  '  readdir(...args, (error, names) => done(error, names?.reverse())); };',
  'promises.readdir = async (...args) => (await later(...args)).reverse();',
  'syncBuiltinESMExports();',
].join('\n');

const WORLDS = [
  { name: 'a', umask: 0o022, jobs: 1, files, env: { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' } },
  {
    name: 'another folder with a longer name',
    umask: 0o077,
    jobs: 3,
    files: files.toReversed(),
    env: {
      TZ: 'Pacific/Chatham',
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'tr_TR.UTF-8',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(BACKWARDS)}`,
    },
  },
];

/** Everything that an export can write, in two runs since one has either kind of m4a. */
const EXPORTS = [
  ['m4a', 'bwf', 'mov', 'ogg', 'mix', 'mix-m4a', 'mix-ogg']
    .flatMap((format) => ['--format', format])
    .concat(
      ['fcpxml', 'otio', 'edl', 'fcp7', 'csv', 'audacity', 'rpp'].flatMap((kind) => ['--project', kind]),
    ),
  ['--fragmented', '--layout', 'combined', '--fps', '29.97df'],
];

try {
  const session = join(work, 'session');
  const [first, second] = WORLDS.map((world) => {
    const folder = join(work, world.name);
    process.umask(world.umask);
    const env = { ...process.env, ...world.env, HOME: join(folder, 'home') };
    build(folder, world, env);
    const built = digestsOf(join(folder, 'out'));
    const cli = join(folder, 'out/node/cli.js');
    // One for both, since a session of its own is another session.
    if (world === WORLDS[0]) run([cli, 'sample', session, '--minutes', '1'], folder, env);
    // To one place, which project files name.
    const to = join(work, 'files');
    for (const [at, options] of EXPORTS.entries()) {
      const how = ['--out', join(to, String(at)), '--zone', 'Europe/Oslo', '--jobs', String(world.jobs)];
      run([cli, 'export', session, ...how, ...options], folder, env);
    }
    const exported = digestsOf(to);
    rmSync(to, { recursive: true });
    return { built, exported };
  });
  const isBuilt = compare('built', first.built, second.built);
  const isExported = compare('exported', first.exported, second.exported);
  process.exitCode = isBuilt && isExported ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Builds in a folder of its own. */
function build(folder, world, env) {
  for (const file of world.files) cpSync(join(root, file), join(folder, file), { force: true });
  mkdirSync(env.HOME);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  run(['node_modules/vite/bin/vite.js', 'build', '--app', '--logLevel', 'error'], folder, env);
}

/** Runs a script of Node; where it fails, so does this. 3: done, with damage; a sample session has some on purpose. */
function run(args, cwd, env) {
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status === 0 || status === 3) return;
  throw new Error(`${args.join(' ')} ended with ${status}\n${stdout}`);
}

/** Digests of all files of a folder, by path. */
function digestsOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
      return [relative(folder, path).replaceAll(sep, '/'), digest];
    }),
  );
}

/** Names what differs. @returns whether nothing does. */
function compare(what, first, second) {
  const paths = [...new Set([...first.keys(), ...second.keys()])].sort();
  const different = paths.filter((path) => first.get(path) !== second.get(path));
  for (const path of different) console.log(`differs: ${path}`);
  console.log(`${paths.length} files ${what} twice, ${different.length} different`);
  return different.length === 0 && paths.length > 0;
}
