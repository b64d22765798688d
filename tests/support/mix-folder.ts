import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import type { ExportItem, ExportOutcome } from '../../electron/services/export-job/item.ts';
import { type ExportPlan, planExport } from '../../electron/services/export-plan.ts';
import type { MixPlace } from '../../shared/model/loudness.ts';
import type { MixFormat } from '../../shared/model/media-formats.ts';
import { exportChoices } from './export-choices.ts';
import { type SessionRecipe, writeSession } from './session-folder.ts';
import { noise } from './signals.ts';
import { encodeAudio, tone } from './spoken-audio.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type DoneExport = Extract<ExportOutcome, { status: 'done' }>;

const { signal } = new AbortController();

/** Speech-like: far more crest than a mix-down at -16 LUFS has room for. */
const loudNoise = noise(12 * 48_000, 4);
const bursts = (at: number): number =>
  8000 * (loudNoise[at % loudNoise.length] ?? 0) * (at % 24_000 < 2000 ? 3 : 0.3);

/** A mono player in the left of a pause, a stereo player, and one who never spoke. */
export const PANEL: SessionRecipe = {
  players: ['Ada', 'Ben', 'Cy'],
  stereo: [1],
  spoken: [
    { track: 0, positionSamples: 0, packets: encodeAudio(400, bursts) },
    {
      track: 1,
      positionSamples: 5 * 48_000,
      packets: encodeAudio(300, (at, side) => (side === 0 ? 1 : 0.5) * tone(3000)(at), 2),
    },
  ],
  endSamples: 12 * 48_000,
};

/** The same people for a moment, where it does not matter what they say. */
export const SHORT: SessionRecipe = {
  ...PANEL,
  spoken: [
    { track: 0, positionSamples: 0, packets: encodeAudio(50, bursts) },
    { track: 1, positionSamples: 48_000, packets: encodeAudio(50, tone(3000), 2) },
  ],
  endSamples: 3 * 48_000,
};

/** Sessions and their mix-downs in a temporary folder. */
export class MixFolder {
  readonly #root = temporaryFolder();
  readonly #format: MixFormat;
  #made = 0;

  constructor(format: MixFormat) {
    this.#format = format;
  }

  /** Writes a session and plans its mix-down. */
  async plan(
    recipe: SessionRecipe,
    changes: Parameters<typeof exportChoices>[1] = {},
    mixPlaces?: ReadonlyMap<string, MixPlace>,
  ): Promise<ExportPlan & { readonly outFolder: string }> {
    const [folder, outFolder] = [this.#place(), this.#place()];
    mkdirSync(outFolder);
    await writeSession(folder, recipe);
    const choices = exportChoices(outFolder, { formats: [this.#format], ...changes });
    const plan = await planExport([{ folder, players: [], mixPlaces }], choices, signal);
    return { ...plan, outFolder };
  }

  /** Exports the mix-down too. @throws when it is passed over. */
  async export(...args: Parameters<MixFolder['plan']>): Promise<DoneExport> {
    const item = itemOf(await this.plan(...args));
    const outcome = await exportFile(item, { signal, onProgress: () => undefined });
    if (outcome.status !== 'done') throw new Error(outcome.reason);
    return outcome;
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  #place(): string {
    return join(this.#root, String(++this.#made));
  }
}

/** The plan's mix-down. */
export function itemOf({ files }: ExportPlan): ExportItem {
  const file = files.find(({ kind }) => kind.startsWith('mix'));
  if (file === undefined) throw new Error('no mix was planned');
  return file.item;
}
