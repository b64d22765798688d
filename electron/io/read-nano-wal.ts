import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NanoCollector } from '../media/nano-wal/collector.ts';
import { isLogStart, readFileHeader } from '../media/nano-wal/file-header.ts';
import { MAX_UNREAD_BYTES } from '../media/nano-wal/frame.ts';
import { type Finding } from '../../shared/model/finding.ts';
import { orderLogFiles, parseLogFileName } from '../media/nano-wal/log-file.ts';
import { NanoScanner } from '../media/nano-wal/scan.ts';
import { fileNamesIn } from './folder.ts';
import { fsError } from './fs-error.ts';
import { openToRead } from './open-to-read.ts';
import { scanFile } from './scan-file.ts';

/** Folder of a Bedrock Voice Chat session that holds its logs. */
export const WAL_FOLDER = 'wal';

/** Enough for the file header and, at the end of the file, for some hundred records. */
const GLANCE_BYTES = 128 * 1024;

/** One log file at a glance, without having been read. */
export interface NanoLogFile {
  /** Path within the session folder, with forward slashes. */
  readonly file: string;
  /** The readable part of its name; undefined for a log whose name is none of a log's. */
  readonly stem: string | undefined;
  /** The same for the files of one player; the name of a log that has no log's name. */
  readonly group: string;
  readonly sizeBytes: number;
  /** The player's name; undefined where the header cannot be read. */
  readonly key: string | undefined;
  /** The latest stamp among the last records, in milliseconds from T0; undefined where none can be read. */
  readonly lastMs: number | undefined;
  /** Most channels among the last records. */
  readonly channels: 1 | 2;
}

/** The logs of a session and what else lies beside them. */
export interface NanoLogs {
  /** In the order in which they are to be read. */
  readonly files: readonly NanoLogFile[];
  readonly findings: readonly Finding[];
}

/**
 * Looks at the start and the end of each log file of a session. A file that was renamed, as browsers and file managers
 * do with a copy, is read as well if it begins as a log and is not the start of another one.
 */
export async function glanceAtLogs(sessionFolder: string): Promise<NanoLogs> {
  const names = await fileNamesIn(join(sessionFolder, WAL_FOLDER));
  const files: NanoLogFile[] = [];
  for (const { file: name, stem, group } of orderLogFiles(names)) {
    files.push(await glance(sessionFolder, `${WAL_FOLDER}/${name}`, stem, group));
  }
  const findings: Finding[] = [];
  for (const name of names.filter((each) => parseLogFileName(each) === undefined).toSorted()) {
    const renamed = name.endsWith('.log') ? await renamedLog(sessionFolder, name, files) : undefined;
    if (renamed === undefined) findings.push(unreadFile(name));
    else files.push(renamed);
  }
  return { files, findings };
}

function unreadFile(name: string): Finding {
  const reason = 'The file is no log, or a copy of one, and was not read.';
  return { kind: 'unread-file', file: `${WAL_FOLDER}/${name}`, startByte: 0, endByte: 0, reason };
}

/** A log by its content alone; undefined for anything else, and for a copy: its packets would be there twice. */
async function renamedLog(
  sessionFolder: string,
  name: string,
  logs: readonly NanoLogFile[],
): Promise<NanoLogFile | undefined> {
  const file = `${WAL_FOLDER}/${name}`;
  const path = join(sessionFolder, file);
  if (!(await beginsAsLog(path))) return undefined;
  const log = await glance(sessionFolder, file, undefined, name);
  for (const other of logs) {
    const isCopy =
      other.sizeBytes >= log.sizeBytes &&
      (await startsWithFile(join(sessionFolder, other.file), path, log.sizeBytes));
    if (isCopy) return undefined;
  }
  return log;
}

async function beginsAsLog(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    const handle = await openToRead(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(GLANCE_BYTES), 0, GLANCE_BYTES, 0);
      return isLogStart(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fsError(error, 'read', path);
  }
}

/** Whether the first `sizeBytes` of `path` are those of `part`. */
async function startsWithFile(path: string, part: string, sizeBytes: number): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([openToRead(path), openToRead(part)]);
    try {
      for (let at = 0; at < sizeBytes; at += GLANCE_BYTES) {
        const length = Math.min(GLANCE_BYTES, sizeBytes - at);
        const [x, y] = await Promise.all(
          [a, b].map((handle) => handle.read(Buffer.alloc(length), 0, length, at)),
        );
        if (x === undefined || y === undefined || !x.buffer.equals(y.buffer)) return false;
      }
      return true;
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  } catch (error) {
    throw fsError(error, 'read', path);
  }
}

async function glance(
  sessionFolder: string,
  file: string,
  stem: string | undefined,
  group: string,
): Promise<NanoLogFile> {
  const path = join(sessionFolder, file);
  try {
    const { size: sizeBytes } = await stat(path);
    const handle = await openToRead(path);
    try {
      const head = Buffer.alloc(Math.min(sizeBytes, GLANCE_BYTES));
      await handle.read(head, 0, head.length, 0);
      const header = readFileHeader(head, stem, head.length === sizeBytes);
      const key = header.status === 'read' ? header.player : undefined;
      const tail = Buffer.alloc(Math.min(sizeBytes, GLANCE_BYTES));
      await handle.read(tail, 0, tail.length, sizeBytes - tail.length);
      // The scanner finds its way from the middle of a record as it does after damage.
      const collector = new NanoCollector();
      new NanoScanner(collector, file, tail.length).scan(tail, 0, true);
      const [track] = collector.tracks;
      const { lastMs, channels = 1 } = track ?? {};
      return { file, stem, group, sizeBytes, key, lastMs, channels };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fsError(error, 'read', path);
  }
}

/** Reads the log files of one player, in order, into a collector. */
export async function readNanoWal(
  sessionFolder: string,
  files: readonly NanoLogFile[],
  collector: NanoCollector,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((bytes: number) => void) | undefined;
  },
): Promise<void> {
  for (const { file, sizeBytes } of files) {
    const scanner = new NanoScanner(collector, file, sizeBytes);
    await scanFile(join(sessionFolder, file), scanner, { ...options, maxRecordBytes: MAX_UNREAD_BYTES });
  }
}
