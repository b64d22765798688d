import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { matroskaImporter } from '../../electron/services/importing/matroska-importer.ts';
import { zipImporter } from '../../electron/services/importing/zip-importer.ts';
import type { Importer } from '../../electron/services/library/ports.ts';
import { matroska } from '../support/matroska-file.ts';
import { oggTrack } from '../support/multitrack.ts';
import { packetsOf } from '../support/session-folder.ts';
import { withoutThreads } from './direct-disk.ts';
import { mutated } from './mutation.ts';
import { repaged } from './media-parsers.ts';
import { type OpenParser, type Outcome, type Parser, refused } from './parser.ts';

/** A file system in memory where there is one: to a disk it would be mostly the flushing that is tried. */
const SHARED_MEMORY = '/dev/shm';

function fastFolder(): string {
  try {
    accessSync(SHARED_MEMORY, constants.W_OK);
    return SHARED_MEMORY;
  } catch {
    return tmpdir();
  }
}

/** Imports files that lie in a file system, as a person would: nothing may be left anywhere else. */
function intake(importer: Importer, ending: string, make: OpenParser['make']): OpenParser {
  const restore = withoutThreads();
  const folder = mkdtempSync(join(fastFolder(), 'tailslate-fuzz-'));
  const path = join(folder, `input.${ending}`);
  const into = join(folder, 'into');
  const { signal } = new AbortController();
  const reading = async (): Promise<Outcome> => {
    try {
      if (!(await importer.accepts(path))) return 'refused';
      const notes = await importer.import([path], into, signal, () => undefined);
      return notes.length === 0 ? 'read' : 'found';
    } catch (error) {
      return refused(error);
    }
  };
  return {
    make,
    read: async (bytes) => {
      writeFileSync(path, bytes);
      mkdirSync(into);
      const outcome = await reading();
      rmSync(into, { recursive: true });
      const left = readdirSync(folder);
      if (left.length !== 1) throw new Error(`left behind: ${left.join(', ')}`);
      return outcome;
    },
    close: () => {
      restore();
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}

async function matroskaIntake(): Promise<OpenParser> {
  const tracks = [
    { name: 'Alice', stretches: [{ positionSamples: 0, packets: packetsOf(20, 1, 20) }] },
    { stretches: [{ positionSamples: 9600, packets: packetsOf(6, 3, 8) }] },
  ];
  const seeds = [await matroska(tracks), await matroska(tracks, false)];
  return intake(matroskaImporter, 'webm', (random) => mutated(seeds, random));
}

function zipIntake(): Promise<OpenParser> {
  const tracks = [1, 2].map((seed) =>
    oggTrack([
      { positionSamples: seed * 960, packets: packetsOf(4, seed, 9) },
      { positionSamples: 9600, packets: packetsOf(2, seed + 2, 9) },
    ]),
  );
  const info = Buffer.from('Start time:\t2026-03-14T23:59:12.345Z\r\n');
  const archive = ([alice = info, bob = info]: readonly Uint8Array[], level: 0 | 6): Uint8Array =>
    zipSync({ '1-Alice.ogg': alice, '2-Bob.ogg': bob, 'info.txt': info }, { level });
  const seeds = [archive(tracks, 6), archive(tracks, 0)];
  const make: OpenParser['make'] = (random) => {
    if (random.next() < 0.5) return mutated(seeds, random);
    // Damage that the archive's own checksums do not tell, and half the time not those of its files either.
    const damaged = mutated(tracks, random);
    return archive([random.next() < 0.5 ? repaged(damaged) : damaged, ...tracks.slice(1)], 0);
  };
  return Promise.resolve(intake(zipImporter, 'zip', make));
}

export const INTAKE_PARSERS: readonly Parser[] = [
  { name: 'matroska-import', oneIn: 100, open: matroskaIntake },
  { name: 'zip-import', oneIn: 100, open: zipIntake },
];
