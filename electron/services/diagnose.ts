import { arch, platform, release } from 'node:os';
import { basename } from 'node:path';
import { APP_VERSION } from '../io/app-version.ts';
import { coreCount } from '../io/cores.ts';
import { lastFaults, withoutPersonalData } from '../io/fault-log.ts';
import { isHeld, tryLock } from '../io/folder-lock.ts';
import { isWritable, kindOf } from '../io/folder.ts';
import { freeSpace } from '../io/free-space.ts';
import { opusCodec, type OpusCodecName } from '../io/opus-codec.ts';
import { personalNames } from '../io/person.ts';
import { SilenceSet } from '../media/opus/silence.ts';
import { LibraryPaths } from './library/paths.ts';
import { Settings } from './settings/settings.ts';

/** One part of the installation and whether it works. */
export interface DiagnosedPart {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Diagnosis {
  /** Whether sessions can be exported here. */
  readonly ok: boolean;
  readonly version: string;
  readonly parts: readonly DiagnosedPart[];
  /** What failed lately, the newest last, without personal data. */
  readonly faults: readonly string[];
}

/** What there is to look at. */
export interface DiagnosedFolders {
  readonly libraryFolder: string;
  /** Where faults are noted. */
  readonly userDataFolder: string;
}

/** As many of the last faults as a report needs. */
const MOST_FAULTS = 20;

/**
 * Looks at what this installation runs on, and changes nothing. It names versions, parts and the last name of the
 * library's path; never people, sessions, other files or folders.
 */
export async function diagnose({ libraryFolder, userDataFolder }: DiagnosedFolders): Promise<Diagnosis> {
  const used = part('opus encoder', () => {
    const codec = opusCodec();
    new SilenceSet(codec.createEncoder(1));
    return `${codec.name}. ${withoutPersonalData(codec.reason, personalNames())}`;
  });
  const parts = [
    part('tailslate', () => APP_VERSION),
    part('runs on', runtime),
    part('system', () => `${platform()} ${release()} ${arch()}, ${coreCount()} cores`),
    used,
    encoder('native', '@discordjs/opus'),
    encoder('wasm', 'opusscript'),
    // Loaded here, so that a report comes out where the addon is missing.
    part('sqlite', async () => (await import('../catalog/catalog-condition.ts')).sqliteVersion()),
    part('file locks', async () => {
      await tryLock();
      return 'can be taken in the folder for temporary files';
    }),
    part('settings', () => settings(userDataFolder)),
    part('library', () => library(libraryFolder)),
    part('library in use', () => inUse(libraryFolder)),
    part('catalog', () => catalog(libraryFolder)),
  ];
  const done = await Promise.all(parts);
  const names = personalNames();
  return {
    ok: (await used).ok,
    version: APP_VERSION,
    parts: done.map(({ detail, ...rest }) => ({
      ...rest,
      detail: rest.ok ? detail : withoutPersonalData(detail, names),
    })),
    faults: (await lastFaults(userDataFolder, MOST_FAULTS)).map((line) => withoutPersonalData(line, names)),
  };
}

/** The diagnosis as a text to copy into a problem report. */
export function diagnosisText({ parts, faults }: Diagnosis): string {
  return [
    ...parts.map(({ name, ok, detail }) => `${ok ? 'ok   ' : 'FAILS'}  ${name.padEnd(14)}  ${detail}`),
    '',
    faults.length === 0 ? 'No faults were noted.' : 'Last faults:',
    ...faults,
  ].join('\n');
}

async function part(name: string, look: () => string | Promise<string>): Promise<DiagnosedPart> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function runtime(): string {
  const { node } = process.versions;
  if (!('electron' in process.versions)) return `Node ${node}`;
  return `Electron ${process.versions.electron}, Chromium ${process.versions.chrome}, Node ${node}`;
}

function encoder(name: OpusCodecName, packageName: string): Promise<DiagnosedPart> {
  return part(`opus ${name}`, () => {
    new SilenceSet(opusCodec(name).createEncoder(2));
    return packageName;
  });
}

async function settings(userDataFolder: string): Promise<string> {
  const condition = await Settings.conditionOf(userDataFolder);
  if (condition === 'damaged')
    throw new Error('damaged: the next start keeps the file and begins with defaults.');
  return condition === 'missing' ? 'not made yet' : 'whole';
}

/** The folder's own name, if it is nobody's, whether it can be written to, and the room on its disk. */
async function library(folder: string): Promise<string> {
  const name = personalNames().includes(basename(folder)) ? '<name>' : basename(folder);
  const kind = await kindOf(folder);
  if (kind === 'file') throw new Error('a file is in its place. Choose another folder.');
  const there = kind === undefined ? ', not made yet' : (await isWritable(folder)) ? '' : ', read-only';
  const freeBytes = await freeSpace(folder);
  const free = freeBytes === undefined ? 'unknown' : `${(freeBytes / 1e9).toFixed(1)} GB`;
  return `.../${name}${there}; free on its disk: ${free}`;
}

async function inUse(folder: string): Promise<string> {
  const holder = await isHeld(new LibraryPaths(folder).own);
  return holder === undefined ? 'no' : `yes, by ${holder}`;
}

async function catalog(folder: string): Promise<string> {
  const { catalog: path } = new LibraryPaths(folder);
  if ((await kindOf(path)) !== 'file') return 'not made yet';
  const { catalogCondition } = await import('../catalog/catalog-condition.ts');
  const condition = catalogCondition(path);
  if (condition === undefined)
    return 'left alone in a folder that is read-only; sessions are listed without it';
  const { version = 0, newestVersion, sessions, faults } = condition;
  const [fault] = faults;
  if (fault !== undefined) throw new Error(`damaged: ${fault}. It can be rebuilt from the session folders.`);
  const count =
    sessions === undefined ? 'of another version' : `${sessions} ${sessions === 1 ? 'session' : 'sessions'}`;
  return `whole, version ${version} of ${newestVersion}, ${count}`;
}
