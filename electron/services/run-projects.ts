import { join } from 'node:path';
import {
  type MadeMedia,
  mediaLeftAlone,
  type ProjectOutcome,
  type WriteProject,
} from './export-job/project-item.ts';
import { writeProject } from './export-job/write-project.ts';
import type { PlannedProject } from './export-plan/projects.ts';
import type { FileResult } from './run-export.ts';

/** A planned project file and what became of it. */
export type ProjectResult =
  | { readonly file: PlannedProject; readonly outcome: ProjectOutcome }
  | { readonly file: PlannedProject; readonly error: unknown };

/**
 * Writes the project files of a plan one after the other, its media having been made. One that fails stops nobody.
 * @returns a result for every file, in the order of the plan.
 */
export async function runProjects(
  projects: readonly PlannedProject[],
  results: readonly FileResult[],
  signal: AbortSignal,
  write: WriteProject = writeProject,
): Promise<readonly ProjectResult[]> {
  const byName = new Map(results.map((result) => [result.file.fileName, result]));
  const written: ProjectResult[] = [];
  for (const file of projects) {
    if (file.skipReason !== undefined) {
      written.push({ file, outcome: { status: 'skipped', reason: file.skipReason } });
      continue;
    }
    try {
      signal.throwIfAborted();
      const outcome = await write(file.item, {
        signal,
        made: (media) => {
          const result = byName.get(media.fileName);
          const there = result === undefined ? undefined : madeMedia(result);
          return there === 'left alone'
            ? mediaLeftAlone(media, join(file.item.output.folder, media.fileName))
            : there;
        },
      });
      written.push({ file, outcome });
    } catch (error) {
      written.push({ file, error });
    }
  }
  return written;
}

function madeMedia(result: FileResult): MadeMedia | 'left alone' | undefined {
  if ('outcome' in result && result.outcome.status === 'done') return result.outcome;
  return result.file.skipReason === undefined ? undefined : 'left alone';
}
