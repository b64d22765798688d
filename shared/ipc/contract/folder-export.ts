import * as v from 'valibot';
import { errorDetail, trouble } from '../../model/error-detail.ts';
import { MIX_KBPS } from '../../model/media-formats.ts';
import { exportChoices, mediaFormat, mixPlace, projectFormat } from './export-choices.ts';
import { mixReport } from './exports.ts';
import { finding, gapReport, position, said, verifyReport } from './reports.ts';
import { anyPath, bytes, rate, whole } from './values.ts';

// An export of bare folders: what is asked for, what would be made of it, and what was.

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

export const marker = v.object({
  positionSamples: position,
  kind: v.picklist(['marker', 'slate']),
  name: said,
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

export const plannedFile = v.object({
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

export const plannedProject = v.object({
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
export const problem = v.object({ folder: anyPath, player: v.nullable(said), trouble });

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
export const fileResult = v.union([
  v.object({ file: exportedFile, outcome: v.variant('status', [madeFile, skippedFile]) }),
  v.object({ file: exportedFile, error: trouble }),
]);
export const projectResult = v.union([
  v.object({ file: exportedProject, outcome: v.variant('status', [madeProject, skippedProject]) }),
  v.object({ file: exportedProject, error: trouble }),
]);
