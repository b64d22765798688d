import * as v from 'valibot';
import { trouble } from '../../model/error-detail.ts';
import { call, type Domain } from '../declare.ts';
import { mediaFormat } from './export-choices.ts';
import {
  fileResult,
  folderExport,
  marker,
  plannedFile,
  plannedProject,
  problem,
  projectResult,
} from './folder-export.ts';
import { finding, gapReport, position, recoveryReport, said, verifyReport } from './reports.ts';
import { anyPath, bytes, nothing, rate, whole } from './values.ts';

// Everything that is done with bare folders and files, where there is no library: what the terminal is for. It names
// any path there is, so it is no part of `contract`: the browser host and Electron do not serve it, and no page of
// either can reach it.

/** As many as there are bundled voices. */
export const MOST_SAMPLE_PLAYERS = 4;

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
