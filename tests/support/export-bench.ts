import { eventLoopTurn } from '../../electron/io/direct-io.ts';
import { type OutputCalls, removePart } from '../../electron/io/output-file.ts';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import type { OnProgress, RunQueued } from '../../electron/services/export-job/item.ts';
import { writeProject } from '../../electron/services/export-job/write-project.ts';
import type { ExportPlan } from '../../electron/services/export-plan.ts';
import type { Batch, ItemView } from '../../electron/services/export-queue/batch.ts';
import { queuedItem } from '../../electron/services/export-queue/planned-item.ts';
import { ExportQueue } from '../../electron/services/export-queue/queue.ts';
import { batchesInMemory } from './batch-store.ts';
import { ToldClock } from './told-clock.ts';

/** What happens to an item while it is made. */
export interface Mishap {
  readonly disk?: OutputCalls;
  readonly onProgress?: OnProgress;
  /** Before anything is read. */
  readonly onBegin?: () => void;
}

/** The queue of exports with the real makers of files. */
export interface ExportBench {
  readonly queue: ExportQueue;
  readonly clock: ToldClock;
  /** Lets all items end. @returns their views, by their file's planned name. */
  settled(): Promise<ReadonlyMap<string, ItemView>>;
}

/** @param mishapOf what happens to the item with this planned name. */
export function exportBench(
  jobs: number,
  mishapOf: (stem: string, queue: ExportQueue) => Mishap = () => ({}),
): ExportBench {
  return benchOf(jobs, mishapOf, async (item, options, { disk, onProgress }) =>
    exportFile(item, {
      ...options,
      ...(disk !== undefined && { disk }),
      onProgress: (done, total) => {
        onProgress?.(done, total);
        options.onProgress(done, total);
      },
    }),
  );
}

/** The same with media made elsewhere, as on the program's own threads. */
export function exportBenchOn(run: RunQueued, jobs: number): ExportBench {
  return benchOf(jobs, () => ({}), run);
}

function benchOf(
  jobs: number,
  mishapOf: (stem: string, queue: ExportQueue) => Mishap,
  run: (...args: [...Parameters<RunQueued>, Mishap]) => ReturnType<RunQueued>,
): ExportBench {
  const clock = new ToldClock();
  const queue = ExportQueue.open({
    store: batchesInMemory(),
    begun: { add: () => undefined, has: () => true, remove: () => undefined },
    onHeld: () => undefined,
    run: async (item, options) => {
      const mishap = mishapOf(fileNameOf(item.output), queue);
      await eventLoopTurn();
      mishap.onBegin?.();
      return run(item, options, mishap);
    },
    writeProject: async (item, options) => {
      const { disk, onBegin } = mishapOf(fileNameOf(item.output), queue);
      await eventLoopTurn();
      onBegin?.();
      return writeProject(item, { ...options, ...(disk !== undefined && { disk }) });
    },
    jobs,
    removePart,
    clock,
    onExported: () => undefined,
    onUnkept: (error) => {
      throw error;
    },
  });
  const batches = (): readonly Batch[] => queue.view.value.batches.map(({ batchId }) => queue.batch(batchId));
  const areSettled = (): boolean => batches().every(({ finishedUnixMicros }) => finishedUnixMicros !== null);
  return {
    queue,
    clock,
    settled: async () => {
      // What is shown comes after what is so.
      while (!areSettled()) await nextOf(queue.view);
      await eventLoopTurn();
      return new Map(
        batches().flatMap(({ items }) => items.map(({ view, work }) => [fileNameOf(work.output), view])),
      );
    },
  };
}

function nextOf(value: ExportQueue['view']): Promise<void> {
  return new Promise((resolve) => {
    let isFirst = true;
    const stop = value.watch(() => {
      if (isFirst) {
        isFirst = false;
        return;
      }
      stop();
      resolve();
    });
  });
}

/** A plan's files as a batch; what could not be planned throws. */
export function batchOf(batchId: string, outFolder: string, plans: readonly ExportPlan[]): Batch {
  const [problem] = plans.flatMap(({ problems }) => problems);
  if (problem !== undefined) throw problem.error;
  const files = plans.flatMap((plan) => plan.files);
  const projects = plans.flatMap((plan) => plan.projects);
  return {
    batchId,
    title: batchId,
    presetTitle: null,
    createdUnixMicros: 0,
    finishedUnixMicros: null,
    outFolder,
    problems: [],
    items: [
      ...files.map((file, at) => queuedItem(`${batchId} ${at}`, file)),
      ...projects.map((project, at) => queuedItem(`${batchId} project ${at}`, project)),
    ],
  };
}

function fileNameOf({ stem, extension }: { readonly stem: string; readonly extension: string }): string {
  return `${stem}.${extension}`;
}
