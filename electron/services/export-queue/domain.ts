import { basename } from 'node:path';
import type { exportRequest, exports, preset } from '../../../shared/ipc/contract/exports.ts';
import type { Implementation, Infer } from '../../../shared/ipc/declare.ts';
import { writtenFormats } from '../../../shared/model/media-formats.ts';
import { parseLabel, timecodeRate } from '../../../shared/time/timecode.ts';
import { namesIn } from '../../io/folder.ts';
import { freeSpace, requireFreeSpace } from '../../io/free-space.ts';
import { ensureFolder } from '../../io/output-file.ts';
import {
  type ExportChoices,
  type ExportPlan,
  planExport,
  type PlannedFile,
  type SessionSelection,
} from '../export-plan.ts';
import { removeDeadParts } from '../export-plan/dead-parts.ts';
import { bytesToWrite } from '../export-plan/estimate.ts';
import { FolderQuestions } from '../waiting/folder-questions.ts';
import type { PlannedProject } from '../export-plan/projects.ts';
import type { Batch, BatchStore, ProblemView } from './batch.ts';
import { batchView, byRank } from './batch-view.ts';
import { troubleOf } from './item-outcome.ts';
import { offers } from './offers.ts';
import { playerNameOf, queuedItem } from './planned-item.ts';
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
  readonly clock: {
    readonly wallUnixMicros: () => number;
    /** @returns cancels it. */
    readonly after: (millis: number, action: () => void) => () => void;
  };
  readonly newId: () => string;
}

/** The contract's exports, on a queue. */
export function exportsDomain(ports: ExportsPorts): Implementation<typeof exports> {
  const { queue, store } = ports;
  const questions = new FolderQuestions(ports.clock.after);
  const order = (action: () => void): Promise<Record<string, never>> => {
    action();
    return Promise.resolve({});
  };
  return {
    calls: {
      offers: () => Promise.resolve(offers(ports.presets())),
      plan: async (request) => {
        const { outFolder } = request;
        const { files, projects, problems, unchecked } = await planned(request, ports, questions);
        const free =
          unchecked === undefined ? await questions.ask(outFolder, () => freeSpace(outFolder)) : undefined;
        return {
          files: [...files, ...projects].map(plannedView),
          problems: [
            ...(unchecked === undefined ? [] : [destinationProblem(unchecked)]),
            ...problems.map(problemView),
          ],
          totalBytes: bytesToWrite([...files, ...projects]),
          freeBytes: free ?? null,
          estimatedSeconds: null,
        };
      },
      start: async (request) => {
        const { outFolder } = request;
        const { files, projects, problems } = await planned(request, ports, questions);
        const [first] = problems;
        if (files.length === 0 && first !== undefined) throw first.error;
        // Where it does not answer, the queue says so of each file.
        await questions.ask(outFolder, async () => {
          await ensureFolder(outFolder);
          await removeDeadParts(files);
          await requireFreeSpace(outFolder, bytesToWrite([...files, ...projects]));
        });
        const batch = newBatch(files, projects, problems.map(problemView), request, ports);
        queue.add(batch);
        return { batchId: batch.batchId, files: batch.items.length, problems: [...batch.problems] };
      },
      cancel: (choice) => order(() => queue.cancel(choice)),
      retry: (choice) => order(() => queue.retry(choice)),
      pause: () => order(() => queue.pause()),
      resume: ({ batchId }) =>
        order(() => {
          if (batchId === undefined) queue.resume();
          else queue.allow(batchId);
        }),
      clear: ({ batchIds }) => order(() => queue.clear(batchIds)),
      history: (query) => {
        const { total, batches } = store.history(query);
        return Promise.resolve({ total, batches: batches.map((batch) => batchView(batch)) });
      },
      items: ({ batchId, offset, limit }) => {
        const { items } = queue.batch(batchId);
        return Promise.resolve({
          total: items.length,
          items: byRank(items).slice(offset, offset + limit),
        });
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
  readonly sessionTitle: string;
  readonly playerId: string | null;
  readonly playerName: string | null;
  readonly error: unknown;
}

function problemView({ sessionTitle, playerName, error, ...who }: Problem): ProblemView {
  const what = playerName ?? (sessionTitle === '' ? who.sessionId : sessionTitle);
  return {
    ...who,
    sessionTitle: sessionTitle.slice(0, 500),
    playerName: playerName?.slice(0, 500) ?? null,
    trouble: troubleOf(error, what),
  };
}

/** Of a plan whose folder does not answer. */
function destinationProblem(error: unknown) {
  return {
    sessionId: null,
    sessionTitle: '',
    playerId: null,
    playerName: null,
    trouble: troubleOf(error, 'The plan'),
  };
}

function presetTitle({ presetId: wanted }: Request, ports: ExportsPorts): string | undefined {
  return ports.presets().find(({ presetId }) => presetId === wanted)?.title;
}

async function planned(
  request: Request,
  ports: ExportsPorts,
  questions: FolderQuestions,
): Promise<{
  readonly files: readonly PlannedFile[];
  readonly projects: readonly PlannedProject[];
  readonly problems: readonly Problem[];
  readonly unchecked: ExportPlan['unchecked'];
}> {
  const { selection, choices, outFolder } = request;
  const problems: Problem[] = [];
  const selected: SessionSelection[] = [];
  const known = new Map<string, ExportableSession & { readonly sessionId: string }>();
  for (const { sessionId, playerIds, mixPlaces = [] } of selection) {
    try {
      const session = await ports.session(sessionId);
      known.set(session.folder, { ...session, sessionId });
      selected.push({
        ...session,
        live: session.recording,
        players: [],
        playerIds: playerIds ?? undefined,
        mixPlaces: new Map(mixPlaces.map(({ playerId, ...place }) => [playerId, place])),
      });
    } catch (error) {
      problems.push({ sessionId, sessionTitle: '', playerId: null, playerName: null, error });
    }
  }
  const rate = timecodeRate(choices.rate);
  const wanted: ExportChoices = {
    outFolder,
    formats: writtenFormats(choices.formats, choices.layout),
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
    presetTitle: presetTitle(request, ports),
    existing: choices.existing,
    verify: true,
  };
  const plan = await planExport(selected, wanted, new AbortController().signal, (folder) =>
    questions.ask(outFolder, () => namesIn(folder)),
  );
  for (const { folder, playerId, player, error } of plan.problems) {
    const session = known.get(folder);
    problems.push({
      sessionId: session?.sessionId ?? folder,
      sessionTitle: session?.title ?? '',
      playerId: playerId ?? null,
      playerName: session?.playerNames.get(playerId ?? '') ?? player ?? null,
      error,
    });
  }
  /** The library may know a session by another id than its log does, where two folders share one. */
  const idOf = (folder: string, sessionId: string): string => known.get(folder)?.sessionId ?? sessionId;
  return {
    files: plan.files.map((file) => ({
      ...file,
      sessionId: idOf(file.item.sessionFolder, file.sessionId),
    })),
    projects: plan.projects.map((project) => ({
      ...project,
      sessionId: idOf(project.sessionFolder, project.sessionId),
    })),
    problems,
    unchecked: plan.unchecked,
  };
}

function plannedView(file: PlannedFile | PlannedProject) {
  const { sessionId, sessionTitle, item, kind, fileName, estimatedBytes, collision } = file;
  return {
    sessionId,
    sessionTitle: sessionTitle.slice(0, 500),
    playerId: 'playerId' in file ? file.playerId : null,
    playerName: playerNameOf(file),
    kind,
    relativePath: fileName,
    estimatedBytes,
    collision,
    timecode: item.timecode.label,
  };
}

function newBatch(
  files: readonly PlannedFile[],
  projects: readonly PlannedProject[],
  problems: readonly ProblemView[],
  request: Request,
  ports: ExportsPorts,
): Batch {
  const titles = [...new Set(files.map(({ sessionTitle }) => sessionTitle))];
  return {
    batchId: ports.newId(),
    title: titles.length === 1 ? (titles[0] ?? '') : `${titles.length} sessions`,
    presetTitle: presetTitle(request, ports) ?? null,
    createdUnixMicros: ports.clock.wallUnixMicros(),
    finishedUnixMicros: null,
    outFolder: request.outFolder,
    problems,
    items: [
      ...files.map((file) => queuedItem(ports.newId(), file)),
      ...projects.map((project) => queuedItem(ports.newId(), project)),
    ],
  };
}
