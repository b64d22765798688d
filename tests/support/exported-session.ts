import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Movie, readMovie } from '../../electron/media/mp4/reader.ts';
import type { Track } from '../../electron/media/mp4/read-track.ts';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import type { ExportOutcome } from '../../electron/services/export-job/item.ts';
import { type ExportChoices, type PlannedFile } from '../../electron/services/export-plan.ts';
import { type RunItem, runExport } from '../../electron/services/run-export.ts';
import { makeSampleSession } from '../../electron/services/sample-session.ts';
import { type TimecodeRateId, timecodeRate } from '../../shared/time/timecode.ts';
import { plannedFiles } from './export-choices.ts';

/** A conversation of four logged by the nano-wal crate; see its expected.json. */
export const ROUNDTABLE = join(import.meta.dirname, '../fixtures/bvc-roundtable');

/** One exported file: how it was planned and what became of it. */
export interface ExportedFile {
  readonly plan: PlannedFile;
  readonly outcome: Extract<ExportOutcome, { status: 'done' }>;
}

/** One sample of a track, with its payload, as our reader finds it. */
export interface ReadSample {
  readonly offsetBytes: number;
  readonly bytes: Uint8Array;
  /** Media time and duration, in samples. */
  readonly timeSamples: number;
  readonly durationSamples: number;
  /** Silence that the export laid. */
  readonly isFiller: boolean;
}

/** Runs an item on this thread. */
export const inline: RunItem = (item, signal, onProgress) => exportFile(item, { signal, onProgress });

/** A temporary folder in which sessions are exported once for all tests of a file. */
export class ExportFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tailslate-conformance-'));

  /**
   * Exports a session with alignment to the session, UTC, verified.
   * @throws when any file fails or is skipped.
   */
  async export(
    session: string,
    rate: TimecodeRateId,
    options: {
      run?: RunItem;
      jobs?: number;
      players?: readonly string[];
      choices?: Partial<ExportChoices>;
    } = {},
  ): Promise<readonly ExportedFile[]> {
    const { signal } = new AbortController();
    const outFolder = mkdtempSync(join(this.path, 'out-'));
    const choices: ExportChoices = {
      outFolder,
      formats: ['m4a'],
      layout: 'per-player',
      fragmented: false,
      projects: [],
      rate: timecodeRate(rate),
      zone: 'utc',
      offsetFrames: 0,
      align: 'session',
      existing: 'number',
      verify: true,
      ...options.choices,
    };
    const plan = await plannedFiles(session, choices, options.players);
    const { run = inline, jobs = 1 } = options;
    const results = await runExport(plan, { jobs, run, signal, onProgress: () => undefined });
    return results.map((result) => {
      if ('error' in result) throw result.error;
      if (result.outcome.status !== 'done')
        throw new Error(`${result.file.fileName}: ${result.outcome.reason}`);
      return { plan: result.file, outcome: result.outcome };
    });
  }

  /** A session of our own log format: the bundled speech, four players. */
  async sampleSession(minutes: number): Promise<string> {
    const folder = join(mkdtempSync(join(this.path, 'sample-')), 'session');
    mkdirSync(folder);
    await makeSampleSession(folder, { players: 4, minutes, signal: new AbortController().signal });
    return folder;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The file as our own reader sees it, its audio track and all samples of it with their payload. */
export async function readExported(
  path: string,
): Promise<{ movie: Movie; audio: Track; samples: readonly ReadSample[]; bytes: Uint8Array }> {
  const bytes = new Uint8Array(await readFile(path));
  const movie = await readMovie({
    sizeBytes: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  });
  const audio = movie.tracks.find(({ codec }) => codec === 'Opus');
  if (audio === undefined) throw new Error(`${path} has no Opus track`);
  return { movie, audio, samples: samplesOf(audio, bytes), bytes };
}

function samplesOf(audio: Track, bytes: Uint8Array): ReadSample[] {
  const samples: ReadSample[] = [];
  const fill = audio.groups.find(({ type }) => type === 'fill');
  const cursor = audio.samples.cursor();
  let run = -1;
  let leftInRun = 0;
  while (cursor.next()) {
    while (fill !== undefined && leftInRun === 0 && run < fill.runCounts.length) {
      run++;
      leftInRun = fill.runCounts[run] ?? 0;
    }
    leftInRun--;
    const { offsetBytes, sizeBytes, timeTicks, durationTicks } = cursor;
    samples.push({
      offsetBytes,
      bytes: bytes.subarray(offsetBytes, offsetBytes + sizeBytes),
      timeSamples: timeTicks,
      durationSamples: durationTicks,
      isFiller: fill?.runIndexes[run] === 1,
    });
  }
  return samples;
}

/** The file's one edit. */
export function editOf(audio: Track): { readonly startSamples: number; readonly durationSamples: number } {
  const [edit, second] = audio.edits;
  if (edit === undefined || second !== undefined)
    throw new Error(`expected one edit, got ${audio.edits.length}`);
  return { startSamples: edit.mediaTimeTicks, durationSamples: edit.durationTicks };
}
