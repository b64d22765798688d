import * as v from 'valibot';
import { trouble } from '../../model/error-detail.ts';
import { call, type Domain } from '../declare.ts';
import { exportChoices, mediaFormat, mixPlace, projectFormat } from './export-choices.ts';
import {
  bytes,
  id,
  nothing,
  path,
  playerId,
  rate,
  samples,
  sessionId,
  text,
  unixMicros,
  whole,
} from './values.ts';

/** Which sessions, and which of their players; null for all. */
const selection = v.pipe(
  v.array(
    v.strictObject({
      sessionId,
      playerIds: v.nullable(v.array(playerId)),
      /** Where players stand in a mix-down; the others stand in the middle. */
      mixPlaces: v.optional(v.array(v.strictObject({ playerId, ...mixPlace.entries }))),
    }),
  ),
  v.minLength(1),
  v.maxLength(10_000),
);

export const exportRequest = v.strictObject({
  selection,
  /** Shown with the batch; the choices count. */
  presetId: v.nullable(id),
  choices: exportChoices,
  outFolder: path,
});

export const preset = v.object({
  presetId: id,
  title: text(100),
  /** One honest line: what its editor is known to read. */
  note: text(500),
  builtIn: v.boolean(),
  choices: exportChoices,
});

const plannedFile = v.object({
  sessionId,
  sessionTitle: text(500),
  /** Null where the file belongs to all players. */
  playerId: v.nullable(playerId),
  playerName: v.nullable(text(500)),
  kind: v.union([mediaFormat, projectFormat]),
  /** Below the destination, with forward slashes. */
  relativePath: text(2000),
  estimatedBytes: bytes,
  /** What becomes of a file of that name that is there already. */
  collision: v.picklist(['none', 'numbered', 'skipped', 'overwritten']),
  timecode: text(20),
});

const decibels = v.nullable(v.number());

/** As of ITU-R BS.1770-4 and EBU Tech 3342; null for silence. */
const loudness = v.object({
  integratedLufs: decibels,
  rangeLu: decibels,
  truePeakDbtp: decibels,
  maxMomentaryLufs: decibels,
  maxShortTermLufs: decibels,
});

/** How a mix-down came about. */
export const mixReport = v.object({
  mix: loudness,
  raisedDb: v.number(),
  limitedDb: v.number(),
  /** Of an encoded one: how often it was encoded, and what its peaks were held lower by, so that none is too high. */
  encoding: v.exactOptional(v.object({ passes: whole, loweredDb: v.number() })),
  players: v.array(
    v.object({
      playerId,
      player: text(500),
      place: v.object({ panPercent: v.number(), gainDb: v.number() }),
      /** As recorded; null for a player without packets. */
      loudness: v.nullable(loudness),
    }),
  ),
});

/** What a finished file was checked for. */
export const exportResult = v.object({
  path,
  sizeBytes: bytes,
  durationSamples: samples,
  timecode: text(20),
  packets: whole,
  gaps: whole,
  /** Of the one player whose file it is; null where there are several or none of their own. */
  silenceSamples: v.nullable(samples),
  largestErrorSamples: v.pipe(v.number(), v.minValue(0)),
  damagedRanges: whole,
  /** SHA-256 of the recorded packets in order, or of the samples or packets that were made where it holds none. */
  sha256: text(64),
  /** Of a mix-down. */
  mixReport: v.optional(mixReport),
  /** Null where a format has nothing to compare. */
  verified: v.nullable(v.object({ ok: v.boolean(), packetsIdentical: whole, checks: whole })),
});

export const itemState = v.picklist([
  'queued',
  'running',
  'verifying',
  'done',
  'skipped',
  'failed',
  'cancelled',
]);

export const exportItem = v.object({
  itemId: id,
  sessionId,
  sessionTitle: text(500),
  playerName: v.nullable(text(500)),
  kind: v.union([mediaFormat, projectFormat]),
  fileName: text(1000),
  state: itemState,
  doneBytes: bytes,
  totalBytes: bytes,
  /** Session seconds exported a second; null while unknown. */
  speed: v.nullable(v.number()),
  secondsLeft: v.nullable(v.number()),
  trouble: v.nullable(trouble),
  result: v.nullable(exportResult),
});

/** A session, or one of its players, of which nothing can be made, and why; everything else is. */
export const exportProblem = v.object({
  sessionId,
  sessionTitle: text(500),
  /** Null where it concerns the whole session. */
  playerId: v.nullable(playerId),
  playerName: v.nullable(text(500)),
  trouble,
});

/** The same of a plan. */
const planProblem = v.object({
  ...exportProblem.entries,
  /** Null where it concerns the destination: what is in there is not known as long as it does not answer. */
  sessionId: v.nullable(sessionId),
});

export const exportBatch = v.object({
  batchId: id,
  title: text(500),
  presetTitle: v.nullable(text(100)),
  createdUnixMicros: unixMicros,
  finishedUnixMicros: v.nullable(unixMicros),
  outFolder: path,
  /** Whether it waits until somebody lets it run: the library brought it, and it was not begun here. */
  held: v.boolean(),
  /** Grows whenever anything but progress has changed in the batch. */
  changes: whole,
  counts: v.object({
    queued: whole,
    running: whole,
    done: whole,
    skipped: whole,
    failed: whole,
    cancelled: whole,
    verified: whole,
    items: whole,
    doneBytes: bytes,
    totalBytes: bytes,
    secondsLeft: v.nullable(v.number()),
  }),
  /** What was asked for and could not even be planned: the first of it, the report has all. */
  problems: v.array(exportProblem),
  problemCount: whole,
  /** All items of a small batch; of a large one those that matter most, `items` has all. */
  items: v.array(exportItem),
});

const some = v.strictObject({ batchId: v.optional(id), itemIds: v.optional(v.array(id)) });

export const exports = {
  calls: {
    /** What this build can make; the export sheet is built from it. */
    offers: call(
      nothing,
      v.object({
        formats: v.array(
          v.object({
            format: mediaFormat,
            title: text(100),
            note: text(500),
            extension: text(10),
            layouts: v.array(v.picklist(['per-player', 'combined'])),
          }),
        ),
        projects: v.array(
          v.object({ project: projectFormat, title: text(100), note: text(500), extension: text(20) }),
        ),
        rates: v.array(v.object({ rate, title: text(40) })),
        presets: v.array(preset),
        /** Words in braces that a name template may hold. */
        tokens: v.array(v.object({ token: text(40), title: text(100), example: text(100) })),
      }),
    ),
    /** What `start` would make; writes nothing. */
    plan: call(
      exportRequest,
      v.object({
        files: v.array(plannedFile),
        problems: v.array(planProblem),
        totalBytes: bytes,
        freeBytes: v.nullable(bytes),
        /** Null until an export has run on this machine. */
        estimatedSeconds: v.nullable(v.number()),
      }),
    ),
    /** Queues a batch of what can be made; an error when that is nothing. */
    start: call(exportRequest, v.object({ batchId: id, files: whole, problems: v.array(exportProblem) })),
    cancel: call(some, nothing),
    /**
     * Puts failed and cancelled items back into the queue; of a batch of the history where that is named. One that was not
     * begun here is held, see `resume`.
     */
    retry: call(some, nothing),
    pause: call(nothing, nothing),
    /** Goes on; with a batch, lets one that is held run. */
    resume: call(v.strictObject({ batchId: v.optional(id) }), nothing),
    /** Takes finished batches off the list; files stay. */
    clear: call(v.strictObject({ batchIds: v.nullable(v.array(id)) }), nothing),
    /** Finished batches, the latest first. */
    history: call(
      v.strictObject({
        search: text(300),
        sessionId: v.nullable(sessionId),
        offset: whole,
        limit: v.pipe(whole, v.maxValue(200)),
      }),
      v.object({ total: whole, batches: v.array(exportBatch) }),
    ),
    /** Items of a batch, of the list or of the history: failed ones first, then what runs, waits and is over. */
    items: call(
      v.strictObject({ batchId: id, offset: whole, limit: v.pipe(whole, v.maxValue(500)) }),
      v.object({ total: whole, items: v.array(exportItem) }),
    ),
    report: call(
      v.strictObject({ batchId: id, form: v.picklist(['json', 'csv']) }),
      v.object({ fileName: text(300), text: v.string() }),
    ),
  },
  values: {
    /** Batches that are not finished, and those that finished since the start. */
    queue: v.object({
      paused: v.boolean(),
      /** Of everything queued, 0 to 1; null when nothing is. */
      progress: v.nullable(v.number()),
      batches: v.array(exportBatch),
    }),
  },
} as const satisfies Domain;
