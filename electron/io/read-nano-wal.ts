import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NanoCollector } from '../media/nano-wal/collector.ts';
import { readFileHeader } from '../media/nano-wal/file-header.ts';
import { MAX_UNREAD_BYTES } from '../media/nano-wal/frame.ts';
import { orderLogFiles } from '../media/nano-wal/log-file.ts';
import { NanoScanner } from '../media/nano-wal/scan.ts';
import { fileNamesIn } from './folder.ts';
import { fsError } from './fs-error.ts';
import { scanFile } from './scan-file.ts';

/** Folder of a Bedrock Voice Chat session that holds its logs. */
export const WAL_FOLDER = 'wal';

/** Enough for the file header and, at the end of the file, for some hundred records. */
const GLANCE_BYTES = 128 * 1024;

/** One log file at a glance, without having been read. */
export interface NanoLogFile {
  /** Path within the session folder, with forward slashes. */
  readonly file: string;
  readonly stem: string;
  readonly sizeBytes: number;
  /** The player's name; undefined where the header cannot be read. */
  readonly key: string | undefined;
  /** The latest stamp among the last records, in milliseconds from T0; undefined where none can be read. */
  readonly lastMs: number | undefined;
}

/** Looks at the start and the end of each log file of a session, in the order in which they are to be read. */
export async function glanceAtLogs(sessionFolder: string): Promise<readonly NanoLogFile[]> {
  const folder = join(sessionFolder, WAL_FOLDER);
  const names = await fileNamesIn(folder);
  const files: NanoLogFile[] = [];
  for (const { file: name, stem } of orderLogFiles(names)) {
    files.push(await glance(sessionFolder, `${WAL_FOLDER}/${name}`, stem));
  }
  return files;
}

async function glance(sessionFolder: string, file: string, stem: string): Promise<NanoLogFile> {
  const path = join(sessionFolder, file);
  try {
    const { size: sizeBytes } = await stat(path);
    const handle = await open(path, 'r');
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
      return { file, stem, sizeBytes, key, lastMs: collector.tracks[0]?.lastMs };
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
