import * as v from 'valibot';
import { trouble } from '../../model/error-detail.ts';
import { libraryDifference } from '../../model/library-difference.ts';
import { libraryNotice } from '../../model/library-notice.ts';
import { call, type Domain } from '../declare.ts';
import { finding, recoveryReport } from './reports.ts';
import {
  bytes,
  colorIndex,
  id,
  notes,
  nothing,
  offsetFrames,
  path,
  playerId,
  playerName,
  rate,
  samples,
  sessionId,
  tag,
  text,
  title,
  unixMicros,
  whole,
  zone,
} from './values.ts';

/** `linked` sessions stay where they were opened; the others lie in the library folder. */
const place = v.picklist(['library', 'linked']);

/** What is true of a session besides being there; several may be. */
export const sessionState = v.picklist([
  'recording',
  /** Found without an end after a crash, and scanned. */
  'recovered',
  'damaged',
  'exported',
  /** Its folder is not there (any more). */
  'missing',
  /** Written by a newer version: shown, exported, never written to. */
  'newer',
]);

const rowPlayer = v.object({ playerId, name: playerName, colorIndex });

export const sessionRow = v.object({
  sessionId,
  title,
  place,
  format: v.picklist(['tailslate', 'nano-wal']),
  /** Null when nothing tells the time of day at T0. */
  startUnixMicros: v.nullable(unixMicros),
  /** IANA zone it was recorded in. */
  zone,
  durationSamples: samples,
  sizeBytes: bytes,
  players: v.array(rowPlayer),
  states: v.array(sessionState),
  tags: v.array(tag),
});

export const marker = v.object({
  markerId: id,
  positionSamples: samples,
  kind: v.picklist(['marker', 'slate']),
  name: text(500),
});

/** A stretch of session time without packets, or whose packets were damaged. */
const stretch = v.object({ startSamples: samples, durationSamples: samples });

const detailPlayer = v.object({
  ...rowPlayer.entries,
  channels: v.picklist([1, 2]),
  packets: whole,
  payloadBytes: bytes,
  gaps: v.object({ count: whole, samples }),
  damage: v.object({ count: whole, bytes }),
});

export const sessionDetail = v.object({
  ...sessionRow.entries,
  folder: path,
  notes,
  players: v.array(detailPlayer),
  markers: v.array(marker),
  timecode: v.object({
    rate,
    /** Null: the zone it was recorded in. */
    zone,
    offsetFrames,
    /** Label of the first frame of an export with these settings. */
    startLabel: text(20),
    /** Samples by which that frame lies before T0. */
    leadSamples: samples,
  }),
  /** Null where it was closed in order. */
  recovery: v.nullable(recoveryReport),
});

/** One lane of the timeline: where a player is silent and where packets were lost. */
const lane = v.object({
  playerId,
  /** Packets from here ... */
  firstSamples: v.nullable(samples),
  /** ... to here; null without packets. */
  endSamples: v.nullable(samples),
  gaps: v.array(stretch),
  damaged: v.array(stretch),
});

export const libraryQuery = v.strictObject({
  /** Words that must all occur in title, notes, players, tags or markers; the last may be unfinished. */
  search: text(300),
  /** Any of them; empty for every session. */
  states: v.array(sessionState),
  /** None of them. */
  without: v.optional(v.array(sessionState)),
  tags: v.array(tag),
  /** T0 from here on ... */
  sinceUnixMicros: v.optional(unixMicros),
  /** ... and before this; a session of which nothing tells T0 lies in no range. */
  beforeUnixMicros: v.optional(unixMicros),
  sort: v.strictObject({
    by: v.picklist(['title', 'start', 'players', 'length', 'size', 'state', 'relevance']),
    descending: v.boolean(),
  }),
});

const refusal = v.object({ path, trouble });

export const library = {
  calls: {
    list: call(
      v.strictObject({ ...libraryQuery.entries, offset: whole, limit: v.pipe(whole, v.maxValue(500)) }),
      v.object({ total: whole, rows: v.array(sessionRow) }),
    ),
    /** Ids of everything the query finds, in its order: for selecting all. */
    ids: call(libraryQuery, v.object({ sessionIds: v.array(sessionId) })),
    get: call(v.strictObject({ sessionId }), sessionDetail),
    /** Reads the session's logs; takes longer than `get`. */
    lanes: call(v.strictObject({ sessionId }), v.object({ lanes: v.array(lane) })),
    edit: call(
      v.strictObject({
        sessionId,
        title: v.optional(title),
        notes: v.optional(notes),
        tags: v.optional(v.pipe(v.array(tag), v.maxLength(100))),
      }),
      sessionDetail,
    ),
    editPlayer: call(
      v.strictObject({
        sessionId,
        playerId,
        name: v.optional(v.pipe(playerName, v.trim(), v.minLength(1))),
        colorIndex: v.optional(colorIndex),
      }),
      sessionDetail,
    ),
    setTimecode: call(v.strictObject({ sessionId, rate, zone, offsetFrames }), sessionDetail),
    /** Adds the marker, or changes the one with its id. */
    putMarker: call(v.strictObject({ sessionId, marker }), sessionDetail),
    removeMarker: call(v.strictObject({ sessionId, markerId: id }), sessionDetail),
    /** Opens paths: session folders of either format, files of other recorders. `copy` puts them into the library. */
    add: call(
      v.strictObject({ paths: v.pipe(v.array(path), v.minLength(1), v.maxLength(1000)), copy: v.boolean() }),
      v.object({
        taken: v.array(v.object({ path, sessionId, title, already: v.boolean() })),
        refused: v.array(refusal),
      }),
    ),
    /** Stops what is being added: nothing half is left, what came in before stays. */
    cancelAdding: call(nothing, nothing),
    addSample: call(nothing, v.object({ sessionId })),
    /** Hides the sessions at once and moves them to the system's trash after a while, so that `restore` can undo it. */
    trash: call(
      v.strictObject({ sessionIds: v.pipe(v.array(sessionId), v.minLength(1), v.maxLength(10_000)) }),
      v.object({
        trashed: v.array(sessionId),
        failed: v.array(v.object({ sessionId, trouble })),
      }),
    ),
    restore: call(
      v.strictObject({ sessionIds: v.array(sessionId) }),
      v.object({ restored: v.array(sessionId) }),
    ),
    tags: call(nothing, v.object({ tags: v.array(v.object({ tag, sessions: whole })) })),
    storage: call(nothing, v.object({ folder: path, sessions: whole, bytes, freeBytes: v.nullable(bytes) })),
    /** Compares catalog, folders and exports. */
    check: call(nothing, v.object({ differences: v.array(libraryDifference) })),
    /** Makes the catalog anew from the session folders. */
    rebuild: call(nothing, v.object({ sessions: whole, refused: v.array(refusal) })),
    /** Reads every byte of the session's logs. */
    verifyLogs: call(
      v.strictObject({ sessionId }),
      v.object({
        damaged: v.boolean(),
        packets: whole,
        findings: v.array(finding),
      }),
    ),
  },
  values: {
    /** Changes whenever a list or a session may look different. */
    state: v.object({
      sessions: whole,
      /** Long work under way: rebuilding, adding, checking. */
      task: v.nullable(
        v.object({
          kind: v.picklist(['rebuilding', 'adding', 'recovering', 'checking']),
          done: whole,
          total: whole,
          label: text(500),
        }),
      ),
      /** What the start found: sessions recovered, a catalog that had to be rebuilt. */
      notices: v.array(v.object({ noticeId: id, notice: libraryNotice, sessionId: v.nullable(sessionId) })),
    }),
  },
} as const satisfies Domain;
