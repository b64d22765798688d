import type { DiskWatch } from '../../electron/io/disk-watch.ts';
import type { ExportOutcome, RunQueued } from '../../electron/services/export-job/item.ts';
import type { ProjectOutcome } from '../../electron/services/export-job/project-item.ts';
import type { Batch, BatchStore, QueuedItem } from '../../electron/services/export-queue/batch.ts';
import { ExportQueue, type ExportQueuePorts } from '../../electron/services/export-queue/queue.ts';
import { batchesInMemory } from './batch-store.ts';
import { ToldClock } from './told-clock.ts';

/** A run that waits until the test says how it ends. */
interface Going {
  readonly stem: string;
  readonly signal: AbortSignal;
  readonly part: (path: string) => void;
  readonly progress: (done: number, total: number) => void;
  readonly end: (outcome: ExportOutcome) => void;
  readonly fail: (error: unknown) => void;
}

export function item(name: string): QueuedItem {
  return {
    view: {
      itemId: name,
      sessionId: 's1',
      sessionTitle: 'Ep. 1',
      playerName: name,
      kind: 'm4a',
      fileName: `${name}.m4a`,
      state: 'queued',
      doneBytes: 0,
      totalBytes: 200,
      speed: null,
      secondsLeft: null,
      trouble: null,
      result: null,
    },
    work: {
      sessionFolder: '/sessions/1',
      sessionTitle: 'Ep. 1',
      format: { kind: 'm4a', fragmented: false },
      players: [{ id: name, name, index: 1 }],
      markers: [],
      originSamples: 0,
      endSamples: 480_000,
      timecode: { rate: '25', startFrame: 0, label: '00:00:00:00' },
      of: 1,
      localStart: null,
      output: { folder: '/out', subfolder: '', stem: name, extension: 'm4a', existing: 'number' },
      verify: true,
    },
    partPath: null,
  };
}

export function batch(batchId: string, names: readonly string[]): Batch {
  return {
    batchId,
    title: 'Ep. 1',
    presetTitle: null,
    createdUnixMicros: 1_000_000,
    finishedUnixMicros: null,
    outFolder: '/out',
    problems: [],
    items: names.map(item),
  };
}

/** What a project file was given: the paths of its players' media. */
interface ProjectCall {
  readonly stem: string;
  readonly media: Readonly<Record<string, string | undefined>>;
}

function writtenProject(missing: readonly string[]): ProjectOutcome {
  return {
    status: 'done',
    path: '/out/Ep. 1.fcpxml',
    sizeBytes: 3000,
    durationSamples: 480_000,
    timecode: '00:00:00:00',
    sha256: 'cd'.repeat(32),
    missing,
  };
}

/** A project file that names the media of these players. */
export function project(itemId: string, players: readonly string[]): QueuedItem {
  const { view } = item(itemId);
  return {
    view: { ...view, playerName: null, kind: 'fcpxml', fileName: 'Ep. 1.fcpxml' },
    work: {
      project: 'fcpxml',
      part: 0,
      sessionTitle: 'Ep. 1',
      media: players.map((player, colourIndex) => ({
        fileName: `${player}.m4a`,
        players: [{ playerId: player, name: player, colourIndex, channels: 1 }],
        format: 'm4a',
        originSamples: 0,
        endSamples: 480_000,
        startFrame: 0,
      })),
      markers: [],
      originSamples: 0,
      endSamples: 480_000,
      timecode: { rate: '25', startFrame: 0, label: '00:00:00:00' },
      output: { folder: '/out', subfolder: '', stem: 'Ep. 1', extension: 'fcpxml', existing: 'number' },
    },
    partPath: null,
  };
}

export const noop = (): void => undefined;

/** A queue on a clock that stands still until told, with runs that the test ends. */
export function queueHarness(
  jobs: number,
  store: BatchStore = batchesInMemory(),
  begun = { add: noop, has: () => true, remove: noop } as ExportQueuePorts['begun'],
  /** Whether a part file is gone then. */
  whenRemoved: (path: string) => Promise<boolean> = () => Promise.resolve(true),
) {
  const going: Going[] = [];
  const removed: string[] = [];
  const exported: string[] = [];
  const unkept: unknown[] = [];
  const held: string[] = [];
  const clock = new ToldClock();
  const watches: DiskWatch[] = [];
  const givenUp: string[] = [];
  const run: RunQueued = (work, { signal, onProgress, onPart, watch, givenUp: nobodyWaits }) =>
    new Promise((resolve, reject) => {
      const { stem } = work.output;
      watches.push(watch);
      nobodyWaits.addEventListener('abort', () => givenUp.push(stem));
      signal.addEventListener('abort', () => {
        // A call to the disk that does not come back holds whoever made it.
        if (!watch.isAsked) reject(signal.reason as Error);
      });
      going.push({ stem, signal, part: onPart, progress: onProgress, end: resolve, fail: reject });
    });
  const projects: ProjectCall[] = [];
  const queue = ExportQueue.open({
    store,
    begun,
    onHeld: (batches) => held.push(...batches.map(({ batchId }) => batchId)),
    run,
    writeProject: (work, { made }) => {
      const found = work.media.map((media) => [media.players[0]?.name ?? '', made(media)?.path] as const);
      projects.push({ stem: work.output.stem, media: Object.fromEntries(found) });
      const missing = found.filter(([, path]) => path === undefined).map(([player]) => player);
      return Promise.resolve(writtenProject(missing));
    },
    jobs,
    removePart: (path) => {
      removed.push(path);
      return whenRemoved(path);
    },
    clock,
    onExported: (sessionId) => exported.push(sessionId),
    onUnkept: (error) => unkept.push(error),
  });
  const states = (): string =>
    queue.view.value.batches
      .map(({ items }) => items.map(({ itemId, state }) => `${itemId} ${state}`).join(', '))
      .join(' | ');
  return {
    queue,
    store,
    going,
    removed,
    exported,
    unkept,
    held,
    projects,
    states,
    watches,
    givenUp,
    elapse: (seconds: number): void => {
      clock.elapse(seconds);
    },
    started: () => going.map(({ stem }) => stem),
  };
}

/** Lets promises and the queue's own timer come to rest: each turn of timers may begin the next. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

export function made(name: string): Extract<ExportOutcome, { status: 'done' }> {
  return {
    status: 'done',
    player: name,
    path: `/out/${name} (2).m4a`,
    sizeBytes: 1234,
    durationSamples: 480_000,
    timecode: '00:00:00:00',
    packets: 500,
    tracks: [{ playerId: name, channels: 1 }],
    packetsSha256: 'ab'.repeat(32),
    report: {
      packets: 500,
      runs: 1,
      gaps: { count: 2, samples: 960, list: [] },
      silencePackets: 1,
      silenceSamples: 960,
      largestErrorSamples: 48,
      meanErrorSamples: 0,
      largestStampDeviationMs: null,
      duplicates: 0,
      overlaps: { count: 0, samples: 0 },
      dropped: [],
      reordered: 0,
      unstamped: 0,
      outliers: 0,
      driftSteps: 0,
      fastestLeadSamples: 0,
      damage: { count: 0, bytes: 0, list: [] },
    },
    findings: [],
  };
}
