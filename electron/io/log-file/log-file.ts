import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { MANIFEST_FILE, type Manifest } from '../../media/log/manifest.ts';
import type { ClockAnchor, LogMarker, TrackEvent } from '../../media/log/entry.ts';
import type { TrackInfo } from '../../media/log/track-info.ts';
import { type LogIdentity, LogWriter } from '../../media/log/writer.ts';
import { packetSamples } from '../../media/opus/toc.ts';
import { LOCK_FILES } from '../folder-lock.ts';
import { writeError } from '../fs-error.ts';
import { LOG_FOLDER } from '../read-log.ts';
import { asAppError } from './as-app-error.ts';
import { type DroppedRange, DroppedRanges } from './dropped-ranges.ts';
import type { LogFiles } from './files.ts';
import { GroupCommit } from './group-commit.ts';
import type { LogClock } from './log-clock.ts';
import { MANIFEST_PART, replaceManifest } from './replace-manifest.ts';
import { SegmentFiles } from './segment-files.ts';

/** How much of a recording a power cut may cost. */
export type DurabilityMillis = 250 | 500 | 1000 | 2000;

export interface LogFileOptions {
  readonly identity: LogIdentity;
  /** Written before anything is recorded; its `endSamples` is null. */
  readonly manifest: Manifest;
  readonly durabilityMillis: DurabilityMillis;
  readonly files: LogFiles;
  readonly clock: LogClock;
  /** Shown to a second writer: "Tailslate (process 123) since 10:41". */
  readonly holder: string;
  /** Most payload that waits in memory for a disk that stalls; what comes beyond is dropped and reported. */
  readonly queueBytes?: number;
  /** Bounds of a segment, see LogWriterOptions. */
  readonly segmentBytes?: number;
  readonly segmentSamples?: number;
  /** Called after every durable step, four times a second while one is late, when packets are first dropped, and on failure. */
  readonly onState: (state: LogFileState) => void;
}

export interface LogFileState {
  /** Per track, the end of the last packet on stable storage. */
  readonly durableSamples: ReadonlyMap<number, number>;
  /** Age of the oldest byte that is not durable. */
  readonly lagMillis: number;
  /** Payload in memory that is not in the kernel yet. */
  readonly queuedBytes: number;
  /** What the queue could not hold, since the start. */
  readonly dropped: readonly DroppedRange[];
  /** The log takes nothing more; all that is durable stays readable. */
  readonly failure: AppError | undefined;
}

/** 64 s of 16 tracks at 256 kb/s. */
const QUEUE_BYTES = 64 * 16 * (256_000 / 8);

/**
 * The log of a session that is being recorded: what goes in is in the kernel within 100 ms and on stable storage within
 * the durability setting, whatever the disk does to other tracks or programs. FORMAT.md says in which order things are
 * written and synced. The folder is locked until `end` or `close`.
 */
export class LogFile {
  readonly #folder: string;
  readonly #options: LogFileOptions;
  readonly #queueBytes: number;
  readonly #lock: { release(): Promise<void> };
  readonly #writer: LogWriter;
  readonly #commit: GroupCommit;
  readonly #dropped = new DroppedRanges();
  /** Ends when the last manifest asked for is in place. */
  #manifests: Promise<void> = Promise.resolve();
  #isDropping = false;
  #closing: Promise<void> | undefined;

  private constructor(folder: string, options: LogFileOptions, lock: { release(): Promise<void> }) {
    const { clock, durabilityMillis, files, identity, segmentBytes, segmentSamples } = options;
    this.#folder = folder;
    this.#options = options;
    this.#queueBytes = options.queueBytes ?? QUEUE_BYTES;
    this.#lock = lock;
    this.#writer = new LogWriter(identity, {
      clock: () => ({
        wallUnixMicros: clock.wallUnixMicros(),
        monotonicMicros: clock.monotonicMicros(),
      }),
      ...(segmentBytes !== undefined && { segmentBytes }),
      ...(segmentSamples !== undefined && { segmentSamples }),
    });
    this.#commit = new GroupCommit({
      clock,
      durabilityMicros: durabilityMillis * 1000,
      segments: new SegmentFiles(folder, files),
      commit: () => this.#writer.commit(),
      onChange: () => options.onState(this.state),
    });
  }

  /**
   * Makes a session's folder with its manifest and an empty log, all of it durable.
   * @param folder does not exist yet, or is empty.
   * @throws AppError `exists`, `unwritable`, `no-space`, `locked`; what was made is then removed.
   * @throws RangeError for an identity out of range.
   */
  static async create(folder: string, options: LogFileOptions): Promise<LogFile> {
    const { files, holder, manifest } = options;
    let isNew = false;
    let lock: { release(): Promise<void> } | undefined;
    let log: LogFile | undefined;
    let isOurs = false;
    try {
      isNew = await files.makeFolder(folder);
      // A lock leaves its file behind, so it is not tried in a folder that never had one to do with us.
      const names = await files.namesIn(folder);
      if (names.length > 0 && !names.some(isLockFile)) throw notEmpty(folder);
      lock = await files.lock(folder, holder);
      if (!(await files.namesIn(folder)).every(isLockFile)) throw notEmpty(folder);
      isOurs = true;
      log = new LogFile(folder, options, lock);
      await files.makeSubfolder(join(folder, LOG_FOLDER));
      await replaceManifest(files, folder, manifest);
      // A folder that was there already may be as young as its session.
      await files.syncFolder(dirname(folder));
      log.#commit.accept(0);
      await log.#commit.flush();
      return log;
    } catch (error) {
      if (log !== undefined) await log.#commit.close();
      if (isOurs) {
        for (const name of [LOG_FOLDER, MANIFEST_PART, MANIFEST_FILE])
          await files.remove(join(folder, name)).catch(() => undefined);
      }
      await lock?.release();
      if (isOurs && isNew) await files.remove(folder).catch(() => undefined);
      if (error instanceof RangeError) throw error;
      throw asAppError(writeError(error, folder));
    }
  }

  get state(): LogFileState {
    const { durableSamples, failure, lagMicros, queuedBytes } = this.#commit;
    return {
      durableSamples: new Map(durableSamples),
      lagMillis: Math.round(lagMicros / 1000),
      queuedBytes,
      dropped: this.#dropped.all,
      failure,
    };
  }

  /**
   * Takes packets of a track that follow each other from `positionSamples` on; the bytes are copied. Returns false when
   * they are not recorded: beyond the queue's bound, or after a failure or the end. Trouble with the disk never throws.
   * @throws RangeError for an unknown track, a position out of range or bytes that are not Opus; nothing is taken then.
   */
  append(track: number, positionSamples: number, packets: readonly Uint8Array[]): boolean {
    if (this.#isOver) return false;
    let payloadBytes = 0;
    let endSamples = positionSamples;
    for (const packet of packets) {
      const samples = packetSamples(packet, 0, packet.length);
      if (samples === 0)
        throw new RangeError(`track ${track} at ${endSamples}: ${packet.length} bytes are no Opus packet`);
      payloadBytes += packet.length;
      endSamples += samples;
    }
    if (payloadBytes === 0) return true;
    if (this.#commit.queuedBytes + payloadBytes > this.#queueBytes) {
      this.#dropped.add({ track, startSamples: positionSamples, endSamples });
      if (!this.#isDropping) this.#options.onState(this.state);
      this.#isDropping = true;
      return false;
    }
    this.#isDropping = false;
    this.#writer.add(track, positionSamples, packets);
    this.#commit.accept(payloadBytes, track, endSamples);
    return true;
  }

  /** A track joins, or a known one changes its name. @throws RangeError for values out of range. */
  track(positionSamples: number, info: TrackInfo): void {
    this.#enter(() => this.#writer.track(positionSamples, info));
  }

  /** Ties the monotonic clock to a position. @throws RangeError for values out of range. */
  anchor(anchor: ClockAnchor): void {
    this.#enter(() => this.#writer.anchor(anchor));
  }

  /** @throws RangeError for values out of range. */
  marker(marker: LogMarker): void {
    this.#enter(() => this.#writer.marker(marker));
  }

  /** @throws RangeError for values out of range or an unknown track. */
  event(event: TrackEvent): void {
    this.#enter(() => this.#writer.event(event));
  }

  /**
   * Replaces session.json, after all that was recorded before the call is durable: it never knows more than the log.
   * @throws AppError when it cannot be; the old one is still there and the log goes on, unless it failed too.
   */
  async replaceManifest(manifest: Manifest): Promise<void> {
    if (this.#closing !== undefined) throw over();
    await this.#replace(manifest);
  }

  /**
   * Ends the session at exactly this position: end record, seal, sync, then the manifest. Lets go of the folder in any
   * case.
   * @param manifest says the same end.
   * @throws AppError when something of this failed; the session then reads like one after a crash.
   */
  async end(positionSamples: number, manifest: Manifest): Promise<void> {
    if (this.#closing !== undefined) throw over();
    this.#enter(() => this.#writer.end(positionSamples));
    const ended = this.#replace(manifest);
    this.#closing = ended.catch(() => undefined).then(() => this.#letGo());
    await this.#closing;
    await ended;
  }

  /** Lets go without an end, with all that was recorded made durable where that is possible; never throws. */
  async close(): Promise<void> {
    this.#closing ??= this.#commit
      .flush()
      .catch(() => undefined)
      .then(() => this.#manifests)
      .then(() => this.#letGo());
    await this.#closing;
  }

  get #isOver(): boolean {
    return this.#closing !== undefined || this.#commit.failure !== undefined;
  }

  #enter(write: () => void): void {
    if (this.#isOver) return;
    write();
    this.#commit.accept(0);
  }

  /** One manifest after the other, in the order they were asked for. */
  async #replace(manifest: Manifest): Promise<void> {
    const flushed = this.#commit.flush();
    flushed.catch(() => undefined);
    const replaced = this.#manifests.then(async () => {
      await flushed;
      await replaceManifest(this.#options.files, this.#folder, manifest);
    });
    this.#manifests = replaced.catch(() => undefined);
    try {
      await replaced;
    } catch (error) {
      throw asAppError(writeError(error, join(this.#folder, MANIFEST_FILE)));
    }
  }

  async #letGo(): Promise<void> {
    await this.#commit.close();
    await this.#lock.release();
  }
}

function isLockFile(name: string): boolean {
  return LOCK_FILES.includes(name);
}

function notEmpty(folder: string): AppError {
  return new AppError('exists', `${folder} is not empty.`, {
    next: 'Name a folder that does not exist yet.',
  });
}

function over(): AppError {
  return new AppError('internal', 'The recording has ended already.', { next: 'Start a new one.' });
}
