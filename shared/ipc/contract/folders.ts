import * as v from 'valibot';
import { errorDetail, trouble } from '../../model/error-detail.ts';
import { MIX_KBPS } from '../../model/media-formats.ts';
import { call, type Domain } from '../declare.ts';
import { exportChoices, mediaFormat, mixPlace, mixReport, projectFormat } from './exports.ts';
import { finding, gapReport, position, recoveryReport, said, verifyReport } from './reports.ts';
import { bytes, nothing, rate, whole } from './values.ts';

// Everything that is done with bare folders and files, where there is no library: what the terminal is for. It names
// any path there is, so it is no part of `contract`: the browser host and Electron do not serve it, and no page of
// either can reach it.

/** Of files and folders. What is wrong with a path the file system says best. */
const anyPath = v.string();

/** As many as there are bundled voices. */
export const MOST_SAMPLE_PLAYERS = 4;

const pcmFormat = v.picklist(['s16', 's24', 'f32']);

/** Which sessions, and who of them. */
const selection = v.pipe(
  v.array(
    v.strictObject({
      folder: anyPath,
      /** Names or ids; all players when empty. */
      players: v.array(said),
      /** By name or id; who is not in it stands in the middle. */
      mixPlaces: v.array(v.strictObject({ player: said, ...mixPlace.entries })),
    }),
  ),
  v.minLength(1),
);

export const folderExport = v.strictObject({
  selection,
  /** What else is wrong with a text than its type is told by who reads it, with the next step. */
  choices: v.strictObject({
    ...exportChoices.entries,
    zone: v.nullable(said),
    fixedStart: v.nullable(said),
    nameTemplate: said,
    /** For the names of files. */
    presetTitle: v.optional(said),
    /** What samples are written as, where a format holds any. */
    pcm: pcmFormat,
    /** Whether files are read again and compared. */
    verify: v.boolean(),
  }),
  outFolder: anyPath,
});

const marker = v.object({ positionSamples: position, kind: v.picklist(['marker', 'slate']), name: said });

const inspection = v.object({
  folder: anyPath,
  format: v.picklist(['tailslate', 'nano-wal']),
  id: said,
  title: said,
  /** T0 in UTC, ISO 8601; null when nothing tells it. */
  start: v.nullable(said),
  timecode: v.object({ rate: said, label: said }),
  /** Whether the session was closed in order. */
  complete: v.boolean(),
  durationSamples: position,
  logBytes: bytes,
  players: v.array(
    v.object({
      id: said,
      name: said,
      channels: v.picklist([1, 2]),
      packets: whole,
      payloadBytes: bytes,
      keptSamples: position,
      /** Start of the first packet and end of the last; null for a player without packets. */
      firstSamples: v.nullable(position),
      endSamples: v.nullable(position),
      report: gapReport,
      findings: v.array(finding),
    }),
  ),
  markers: v.array(marker),
  /** What concerns the session as a whole. */
  findings: v.array(finding),
  /** Whether recorded audio may be missing anywhere. */
  damaged: v.boolean(),
});

const output = v.object({
  folder: anyPath,
  subfolder: said,
  stem: said,
  extension: said,
  existing: exportChoices.entries.existing,
});
const timecode = v.object({ rate, startFrame: v.number(), label: said });
const collision = v.picklist(['none', 'numbered', 'skipped', 'overwritten']);

/** One media file: everything that decides its bytes and its name. */
const mediaItem = v.object({
  sessionFolder: anyPath,
  sessionTitle: said,
  format: v.variant('kind', [
    v.object({ kind: v.literal('m4a'), fragmented: v.boolean() }),
    v.object({ kind: v.picklist(['bwf', 'mov']), samples: pcmFormat }),
    v.object({ kind: v.literal('ogg') }),
    v.object({ kind: v.literal('mix'), samples: pcmFormat, places: v.array(mixPlace) }),
    v.object({
      kind: v.picklist(['mix-m4a', 'mix-ogg']),
      kbps: v.picklist(MIX_KBPS),
      places: v.array(mixPlace),
    }),
  ]),
  players: v.array(v.object({ id: said, name: said, index: whole })),
  of: whole,
  markers: v.array(marker),
  originSamples: position,
  endSamples: position,
  /** Set where the session was being recorded: the file ends at `endSamples`, whatever has come since. */
  live: v.exactOptional(v.literal(true)),
  timecode,
  localStart: v.nullable(v.object({ date: said, time: said })),
  output,
  verify: v.boolean(),
});

const plannedFile = v.object({
  item: mediaItem,
  kind: mediaFormat,
  sessionId: said,
  sessionTitle: said,
  /** Null where the file holds all players. */
  playerId: v.nullable(said),
  player: said,
  /** Below the destination, with forward slashes. */
  fileName: said,
  estimatedBytes: v.number(),
  collision,
  /** Set when nothing will be written. */
  skipReason: v.exactOptional(said),
});

/** One project file, beside the media that it refers to. */
const projectItem = v.object({
  project: projectFormat,
  part: whole,
  sessionTitle: said,
  media: v.array(
    v.object({
      fileName: said,
      players: v.array(
        v.object({ playerId: said, name: said, colourIndex: whole, channels: v.picklist([1, 2]) }),
      ),
      format: v.picklist(['m4a', 'bwf', 'mov', 'ogg']),
      originSamples: position,
      endSamples: position,
      startFrame: v.number(),
    }),
  ),
  markers: v.array(marker),
  originSamples: position,
  endSamples: position,
  timecode,
  output,
});

const plannedProject = v.object({
  item: projectItem,
  kind: projectFormat,
  sessionFolder: anyPath,
  sessionId: said,
  sessionTitle: said,
  fileName: said,
  estimatedBytes: v.number(),
  collision,
  skipReason: v.exactOptional(said),
});

/** A session, or one player of it, of which no file can be made; the others are exported all the same. */
const problem = v.object({ folder: anyPath, player: v.nullable(said), trouble });

const madeFile = v.object({
  status: v.literal('done'),
  /** Who is in the file. */
  player: said,
  path: anyPath,
  /** Why the folder could not be synced behind the file's name; absent where it was. */
  unsynced: v.exactOptional(said),
  sizeBytes: bytes,
  durationSamples: position,
  /** Whom the file holds in which order; a mix-down holds nobody's own. */
  tracks: v.array(v.object({ playerId: said, channels: whole })),
  timecode: said,
  packets: whole,
  packetsSha256: said,
  report: gapReport,
  findings: v.array(finding),
  mixReport: v.exactOptional(mixReport),
  /** Absent only where verification was turned off. */
  verification: v.exactOptional(verifyReport),
});

const skippedFile = v.object({
  status: v.literal('skipped'),
  player: said,
  reason: said,
  detail: v.exactOptional(errorDetail),
  findings: v.array(finding),
});

const madeProject = v.object({
  status: v.literal('done'),
  path: anyPath,
  /** As of a media file. */
  unsynced: v.exactOptional(said),
  sizeBytes: bytes,
  durationSamples: position,
  timecode: said,
  sha256: said,
  /** Players who are not in it because their media could not be made. */
  missing: v.array(said),
});

const skippedProject = v.object({
  status: v.literal('skipped'),
  reason: said,
  detail: v.exactOptional(errorDetail),
});

const exportedFile = v.object({ sessionTitle: said, player: said, fileName: said });
const exportedProject = v.object({ sessionTitle: said, kind: projectFormat, fileName: said });

/** A planned file and what became of it; one that was stopped has failed with `cancelled`. */
const fileResult = v.union([
  v.object({ file: exportedFile, outcome: v.variant('status', [madeFile, skippedFile]) }),
  v.object({ file: exportedFile, error: trouble }),
]);
const projectResult = v.union([
  v.object({ file: exportedProject, outcome: v.variant('status', [madeProject, skippedProject]) }),
  v.object({ file: exportedProject, error: trouble }),
]);

export const folders = {
  calls: {
    /** What a session folder holds; reads every byte of its logs. */
    inspect: call(
      v.strictObject({ folder: anyPath, rate, zone: v.nullable(said) }),
      v.object({
        ...inspection.entries,
        /** Who records into it at this moment; null where nobody does. */
        recordedBy: v.nullable(said),
      }),
    ),
    /** What can be saved of a session; the same scan, with its report. Writes nothing. */
    recover: call(
      v.strictObject({ folder: anyPath }),
      v.object({
        inspection,
        report: v.object({
          ...recoveryReport.entries,
          sessionId: said,
          title: said,
          tracks: v.array(
            v.object({ ...recoveryReport.entries.tracks.item.entries, playerId: said, name: said }),
          ),
        }),
      }),
    ),
    /** Checks an exported file, with a session every packet of it. */
    verify: call(
      v.strictObject({ path: anyPath, session: v.nullable(anyPath) }),
      v.object({
        ...verifyReport.entries,
        path: anyPath,
        /** By its content. */
        format: mediaFormat,
        /** The session it was compared with. */
        session: v.nullable(anyPath),
        /** A mix-down: its packets were encoded anew. */
        encoded: v.boolean(),
        /** What nobody could look at, a sentence each with the reason. */
        notCompared: v.array(said),
      }),
    ),
    /** What `export` would make; writes nothing. @throws the first problem where nothing can be made. */
    plan: call(
      folderExport,
      v.object({
        files: v.array(plannedFile),
        projects: v.array(plannedProject),
        problems: v.array(problem),
        /** What is not known because the destination does not answer; null where it does. */
        unchecked: v.nullable(trouble),
      }),
    ),
    /**
     * Makes the files, `jobs` at a time, then the project files beside them. Stopped half-way it answers all the same
     * with what became of each. @throws the first problem where nothing can be made.
     */
    export: call(
      v.strictObject({
        ...folderExport.entries,
        jobs: v.pipe(whole, v.minValue(1), v.maxValue(64)),
      }),
      v.object({
        files: v.array(fileResult),
        projects: v.array(projectResult),
        problems: v.array(problem),
        /** Sessions that somebody recorded into when it began: all that is made of them ends where they were by then. */
        recorded: v.array(v.object({ folder: anyPath, by: said })),
        /** Why it ended before its time; null where it did not. */
        stopped: v.nullable(trouble),
      }),
    ),
    /** Makes a session folder of bundled speech. */
    sample: call(
      v.strictObject({
        folder: anyPath,
        players: v.pipe(whole, v.minValue(1), v.maxValue(MOST_SAMPLE_PLAYERS)),
        minutes: v.pipe(v.number(), v.minValue(0.1), v.maxValue(1440)),
      }),
      v.object({
        folder: anyPath,
        sessionId: said,
        title: said,
        players: v.array(said),
        packets: whole,
        durationSamples: position,
      }),
    ),
    /** Stops what is under way or waits: it fails with `cancelled` and leaves nothing half. */
    cancel: call(nothing, nothing),
  },
  values: {
    /** Of the call under way; null while there is none. Calls take turns. */
    progress: v.nullable(
      v.object({
        doneBytes: v.number(),
        totalBytes: v.number(),
        /** Of an export. */
        files: v.nullable(v.object({ done: whole, total: whole })),
      }),
    ),
    /** For so many seconds the disk that an export writes to has not answered; null while it does. */
    waitedSeconds: v.nullable(whole),
  },
} as const satisfies Domain;
