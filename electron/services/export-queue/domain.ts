import { basename } from 'node:path';
import type { exportRequest, exports, preset } from '../../../shared/ipc/contract/exports.ts';
import type { Implementation, Infer } from '../../../shared/ipc/declare.ts';
import { writtenFormats } from '../../../shared/model/media-formats.ts';
import { parseLabel, timecodeRate } from '../../../shared/time/timecode.ts';
import { freeSpace, requireFreeSpace } from '../../io/free-space.ts';
import { ensureFolder } from '../../io/output-file.ts';
import { type ExportChoices, planExport, type PlannedFile, type SessionSelection } from '../export-plan.ts';
import {
  type Batch,
  type BatchStore,
  batchView,
  type QueuedItem,
  queuedItem,
  queuedProject,
  troubleOf,
} from './batch.ts';
import type { PlannedProject } from '../export-plan/projects.ts';
import { offers } from './offers.ts';
import type { Marker } from '../session/session.ts';
import type { ExportQueue } from './queue.ts';
import { csvReport, jsonReport } from './report.ts';

type Request = Infer<typeof exportRequest>;
type Preset = Infer<typeof preset>;

/** What an export has to know of a session of the library. */
export interface ExportableSession {
  readonly folder: string;
  /** As people call it and its players now. */
  readonly title: string;
  readonly playerNames: ReadonlyMap<string, string>;
  /** As people left them: recorded, set later, moved, renamed; not those that were removed. */
  readonly markers: readonly Marker[];
  /** Whether somebody records into it at this moment. */
  readonly recording: boolean;
}

export interface ExportsPorts {
  readonly queue: ExportQueue;
  readonly store: BatchStore;
  /** @throws AppError('not-found') */
  readonly session: (sessionId: string) => Promise<ExportableSession>;
  readonly presets: () => readonly Preset[];
  readonly wallUnixMicros: () => number;
  readonly newId: () => string;
}

/** The contract's exports, on a queue. */
export function exportsDomain(ports: ExportsPorts): Implementation<typeof exports> {
  const { queue, store } = ports;
  const order = (action: () => void): Promise<Record<string, never>> => {
    action();
    return Promise.resolve({});
  };
  return {
    calls: {
      offers: () => Promise.resolve(offers(ports.presets())),
      plan: async (request) => {
        const { files, projects, problems } = await planned(request, ports);
        return {
          files: [...files.map(plannedView), ...projects.map(projectView)],
          problems: problems.map(({ error, ...who }) => ({
            ...who,
            trouble: troubleOf(error, request.outFolder),
          })),
          totalBytes: bytesToWrite([...files, ...projects]),
          freeBytes: (await freeSpace(request.outFolder)) ?? null,
          estimatedSeconds: null,
        };
      },
      start: async (request) => {
        const { files, projects, problems, live } = await planned(request, ports);
        const [first] = problems;
        if (files.length === 0 && first !== undefined) throw first.error;
        await ensureFolder(request.outFolder);
        await requireFreeSpace(request.outFolder, bytesToWrite([...files, ...projects]));
        const batch = newBatch(files, projects, live, request, ports);
        queue.add(batch);
        return { batchId: batch.batchId, files: batch.items.length };
      },
      cancel: (choice) => order(() => queue.cancel(choice)),
      retry: (choice) => order(() => queue.retry(choice)),
      pause: () => order(() => queue.pause()),
      resume: () => order(() => queue.resume()),
      clear: ({ batchIds }) => order(() => queue.clear(batchIds)),
      history: (query) => {
        const { total, batches } = store.history(query);
        return Promise.resolve({ total, batches: batches.map(batchView) });
      },
      report: ({ batchId, form }) => {
        const batch = queue.batch(batchId);
        return Promise.resolve({
          fileName: `${basename(batch.outFolder)} export report.${form}`,
          text: form === 'json' ? jsonReport(batch) : csvReport(batch),
        });
      },
    },
    values: { queue: queue.view },
  };
}

/** A session or player of which nothing can be exported, as the library knows it. */
interface Problem {
  readonly sessionId: string;
  readonly playerId: string | null;
  readonly error: unknown;
}

async function planned(
  { selection, choices, outFolder }: Request,
  ports: ExportsPorts,
): Promise<{
  readonly files: readonly PlannedFile[];
  readonly projects: readonly PlannedProject[];
  readonly problems: readonly Problem[];
  /** Folders of sessions that grow while this is planned. */
  readonly live: ReadonlySet<string>;
}> {
  const problems: Problem[] = [];
  const selected: SessionSelection[] = [];
  const idOf = new Map<string, string>();
  const live = new Set<string>();
  for (const { sessionId, playerIds, mixPlaces = [] } of selection) {
    try {
      const session = await ports.session(sessionId);
      idOf.set(session.folder, sessionId);
      if (session.recording) live.add(session.folder);
      selected.push({
        ...session,
        players: [],
        playerIds: playerIds ?? undefined,
        mixPlaces: new Map(mixPlaces.map(({ playerId, ...place }) => [playerId, place])),
      });
    } catch (error) {
      problems.push({ sessionId, playerId: null, error });
    }
  }
  const rate = timecodeRate(choices.rate);
  const wanted: ExportChoices = {
    outFolder,
    formats: writtenFormats(choices.formats, choices.layout, choices.fragmented),
    layout: choices.layout,
    fragmented: choices.fragmented,
    mixKbps: choices.mixKbps,
    projects: choices.projects,
    rate,
    zone: choices.zone ?? undefined,
    ...(choices.fixedStart !== null && { fixedStart: parseLabel(choices.fixedStart, rate) }),
    offsetFrames: choices.offsetFrames,
    align: choices.align,
    nameTemplate: choices.nameTemplate,
    existing: choices.existing,
    verify: true,
  };
  const plan = await planExport(selected, wanted, new AbortController().signal);
  for (const { folder, playerId, error } of plan.problems) {
    problems.push({ sessionId: idOf.get(folder) ?? folder, playerId: playerId ?? null, error });
  }
  return {
    files: plan.files.map((file) => underLibraryId(file, idOf)),
    projects: plan.projects.map((project) => {
      const { sessionFolder } = project;
      return { ...project, sessionId: idOf.get(sessionFolder) ?? project.sessionId };
    }),
    problems,
    live,
  };
}

/** The library may know a session by another id than its log does, where two folders share one. */
function underLibraryId(file: PlannedFile, idOf: ReadonlyMap<string, string>): PlannedFile {
  return { ...file, sessionId: idOf.get(file.item.sessionFolder) ?? file.sessionId };
}

function plannedView({
  sessionId,
  sessionTitle,
  item,
  kind,
  playerId,
  player,
  fileName,
  estimatedBytes,
  collision,
}: PlannedFile) {
  return {
    sessionId,
    sessionTitle: sessionTitle.slice(0, 500),
    playerId,
    playerName: playerId === null ? null : player.slice(0, 500),
    kind,
    relativePath: fileName,
    estimatedBytes,
    collision,
    timecode: item.timecode.label,
  };
}

function projectView({
  sessionId,
  sessionTitle,
  item,
  kind,
  fileName,
  estimatedBytes,
  collision,
}: PlannedProject) {
  return {
    sessionId,
    sessionTitle: sessionTitle.slice(0, 500),
    playerId: null,
    playerName: null,
    kind,
    relativePath: fileName,
    estimatedBytes,
    collision,
    timecode: item.timecode.label,
  };
}

function bytesToWrite(files: readonly (PlannedFile | PlannedProject)[]): number {
  return files
    .filter(({ skipReason }) => skipReason === undefined)
    .reduce((sum, { estimatedBytes }) => sum + estimatedBytes, 0);
}

function newBatch(
  files: readonly PlannedFile[],
  projects: readonly PlannedProject[],
  live: ReadonlySet<string>,
  request: Request,
  ports: ExportsPorts,
): Batch {
  const titles = [...new Set(files.map(({ sessionTitle }) => sessionTitle))];
  const preset = ports.presets().find(({ presetId }) => presetId === request.presetId);
  return {
    batchId: ports.newId(),
    title: titles.length === 1 ? (titles[0] ?? '') : `${titles.length} sessions`,
    presetTitle: preset?.title ?? null,
    createdUnixMicros: ports.wallUnixMicros(),
    finishedUnixMicros: null,
    outFolder: request.outFolder,
    items: [
      ...files.map((file): QueuedItem => {
        const item = queuedItem(ports.newId(), file);
        return live.has(file.item.sessionFolder) ? { ...item, live: true } : item;
      }),
      ...projects.map((project) => queuedProject(ports.newId(), project)),
    ],
  };
}
