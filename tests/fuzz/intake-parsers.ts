import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { matroskaImporter } from '../../electron/services/importing/matroska-importer.ts';
import { zipImporter } from '../../electron/services/importing/zip-importer.ts';
import type { Importer } from '../../electron/services/library/ports.ts';
import { matroska } from '../support/matroska-file.ts';
import { oggTrack } from '../support/multitrack.ts';
import { packetsOf } from '../support/session-folder.ts';
import { mutated } from './mutation.ts';
import { type OpenParser, type Outcome, type Parser, refused } from './parser.ts';

/** Imports files that are written to a disk, as a person would: nothing may be left anywhere else. */
function intake(importer: Importer, ending: string, seeds: readonly Uint8Array[]): OpenParser {
  const folder = mkdtempSync(join(tmpdir(), 'tailslate-fuzz-'));
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
    make: (random) => mutated(seeds, random),
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
  return intake(matroskaImporter, 'webm', [await matroska(tracks), await matroska(tracks, false)]);
}

function zipIntake(): Promise<OpenParser> {
  const [alice, bob] = [1, 2].map((seed) =>
    oggTrack([{ positionSamples: seed * 960, packets: packetsOf(6, seed, 9) }]),
  );
  const info = Buffer.from('Start time:\t2026-03-14T23:59:12.345Z\r\n');
  const files = { '1-Alice.ogg': alice ?? info, '2-Bob.ogg': bob ?? info, 'info.txt': info };
  return Promise.resolve(intake(zipImporter, 'zip', [zipSync(files), zipSync(files, { level: 0 })]));
}

export const INTAKE_PARSERS: readonly Parser[] = [
  { name: 'matroska-import', oneIn: 400, open: matroskaIntake },
  { name: 'zip-import', oneIn: 400, open: zipIntake },
];
