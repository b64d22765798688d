import type { AppError } from '../../../shared/model/errors.ts';
import type { LogChunk } from '../../media/log/writer.ts';
import { writeError } from '../fs-error.ts';
import { asAppError } from './as-app-error.ts';
import { Batch } from './batch.ts';
import type { LogClock, LogTimer } from './log-clock.ts';
import type { SegmentFiles } from './segment-files.ts';

/**
 * Bytes are in the kernel 100 ms after they arrived: the write begins after 90. That makes groups of five 20 ms
 * packets, 3 bytes and 6 a packet around the payload. Waiting longer would make them larger and cost a killed
 * process more; 25 packets, a full group, would save 5 bytes a packet.
 */
const WRITE_AFTER_MICROS = 90_000;

/** A sync begins this long before the durability setting runs out; four or five flushes of a slow disk fit in. */
const SYNC_AHEAD_MICROS = 50_000;

/** With so much waiting the write begins at once: only a backlog or a run faster than time comes here. */
const WRITE_AT_BYTES = 1 << 20;

/** How often a lag that grows is told. */
const TELL_LAG_MICROS = 250_000;

export interface GroupCommitOptions {
  readonly durabilityMicros: number;
  readonly clock: LogClock;
  readonly segments: SegmentFiles;
  /** Closes what is open and gives out what is to be written. */
  readonly commit: () => LogChunk[];
  /** Something became durable, waits longer than it should, or failed. */
  readonly onChange: () => void;
}

/**
 * Takes what was accepted through write and sync to its acknowledgement, all tracks together. At most one write and one
 * sync are under way; a write may pass a slow sync, which then vouches only for what was written when it began.
 *
 * After an error nothing more is taken. A sync that failed is never asked again: the kernel may have thrown the bytes
 * away and call the next one a success (https://lwn.net/Articles/752063/).
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #durable = new Map<number, number>();
  /** Accepted, being written, in the kernel, being synced. */
  readonly #waiting = new Batch();
  #writing = new Batch();
  readonly #written = new Batch();
  #syncing = new Batch();
  #write: Promise<void> | undefined;
  #sync: Promise<void> | undefined;
  #timer: LogTimer | undefined;
  #accepted = 0;
  #durableAccepted = 0;
  #syncFailed = false;
  #closed = false;
  #failure: AppError | undefined;
  #toldMicros: number;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#toldMicros = options.clock.monotonicMicros();
  }

  /** Per track, the end of the last packet on stable storage. */
  get durableSamples(): ReadonlyMap<number, number> {
    return this.#durable;
  }

  /** Payload that is not in the kernel yet. */
  get queuedBytes(): number {
    return this.#waiting.payloadBytes + this.#writing.payloadBytes;
  }

  get failure(): AppError | undefined {
    return this.#failure;
  }

  /** Age of the oldest byte that is not durable. */
  get lagMicros(): number {
    const since = this.#oldestMicros;
    return since === undefined ? 0 : this.#options.clock.monotonicMicros() - since;
  }

  /** Tells that the writer took something: packets of a track up to here, or an entry. */
  accept(payloadBytes: number, track?: number, endSamples = 0): void {
    const waiting = this.#waiting;
    const wasEmpty = waiting.isEmpty;
    waiting.sinceMicros ??= this.#options.clock.monotonicMicros();
    waiting.payloadBytes += payloadBytes;
    waiting.lastAccepted = ++this.#accepted;
    if (track !== undefined) waiting.endSamples.set(track, endSamples);
    if (waiting.payloadBytes >= WRITE_AT_BYTES && this.#write === undefined) this.#startWrite();
    else if (wasEmpty) this.#arm();
  }

  /** Makes all durable that was accepted before the call. @throws AppError when that failed, now or before. */
  async flush(): Promise<void> {
    const target = this.#accepted;
    while (this.#failure === undefined && this.#durableAccepted < target) {
      if (this.#write === undefined && !this.#waiting.isEmpty) this.#startWrite();
      if (this.#sync === undefined && this.#write === undefined) this.#startSync();
      await (this.#write ?? this.#sync);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Stops; what is under way is waited for, then the files are let go. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#disarm();
    while ((this.#write ?? this.#sync) !== undefined) await (this.#write ?? this.#sync);
    await this.#options.segments.close();
  }

  get #stopped(): boolean {
    return this.#closed || this.#failure !== undefined;
  }

  get #oldestMicros(): number | undefined {
    const stages = [this.#syncing, this.#written, this.#writing, this.#waiting];
    return stages.find(({ isEmpty }) => !isEmpty)?.sinceMicros;
  }

  #startWrite(): void {
    if (this.#stopped) return;
    const batch = this.#waiting.take();
    this.#writing = batch;
    this.#write = this.#writeAll(batch);
  }

  async #writeAll(batch: Batch): Promise<void> {
    try {
      for (const chunk of this.#options.commit()) await this.#options.segments.write(chunk);
      this.#written.add(batch);
    } catch (error) {
      this.#fail(error);
      await this.#saveWritten();
    }
    this.#writing = new Batch();
    this.#write = undefined;
    if (this.#sync === undefined && this.#syncIsDue()) this.#startSync();
    this.#arm();
  }

  #startSync(): void {
    if (this.#stopped || this.#written.isEmpty) return;
    const batch = this.#written.take();
    this.#syncing = batch;
    this.#sync = this.#syncAll(batch);
  }

  async #syncAll(batch: Batch): Promise<void> {
    try {
      await this.#options.segments.sync();
      for (const [track, samples] of batch.endSamples) this.#durable.set(track, samples);
      this.#durableAccepted = batch.lastAccepted;
    } catch (error) {
      this.#syncFailed = true;
      this.#fail(error);
    }
    this.#syncing = new Batch();
    this.#sync = undefined;
    this.#tell();
    if (this.#syncIsDue()) this.#startSync();
    this.#arm();
  }

  /** After a write found the disk full: what is in the kernel is whole up to that write and can still become durable. */
  async #saveWritten(): Promise<void> {
    while (this.#sync !== undefined) await this.#sync;
    if (this.#failure?.code !== 'no-space' || this.#syncFailed || this.#written.isEmpty) return;
    this.#sync = this.#syncAll(this.#written.take());
    await this.#sync;
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = asAppError(writeError(error, this.#options.segments.path));
    this.#disarm();
    this.#tell();
  }

  /** Whether what is written would wait too long if its sync came only after the next write. */
  #syncIsDue(): boolean {
    const since = this.#written.sinceMicros;
    if (since === undefined) return false;
    const now = this.#options.clock.monotonicMicros();
    return now + WRITE_AFTER_MICROS > this.#syncAtMicros(since);
  }

  #syncAtMicros(sinceMicros: number): number {
    return sinceMicros + this.#options.durabilityMicros - SYNC_AHEAD_MICROS;
  }

  /** Sets the timer for whatever is due next. */
  #arm(): void {
    this.#disarm();
    const oldestMicros = this.#oldestMicros;
    if (this.#stopped || oldestMicros === undefined) return;
    const { clock } = this.#options;
    const waitingSince = this.#write === undefined ? this.#waiting.sinceMicros : undefined;
    const writtenSince = this.#sync === undefined ? this.#written.sinceMicros : undefined;
    const dueMicros = Math.min(
      waitingSince === undefined ? Infinity : waitingSince + WRITE_AFTER_MICROS,
      writtenSince === undefined ? Infinity : this.#syncAtMicros(writtenSince),
      this.#tellLagAtMicros(oldestMicros),
    );
    const millis = Math.max(0, Math.ceil((dueMicros - clock.monotonicMicros()) / 1000));
    this.#timer = clock.setTimer(() => this.#wake(), millis);
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#options.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #wake(): void {
    this.#timer = undefined;
    const now = this.#options.clock.monotonicMicros();
    const writtenSince = this.#sync === undefined ? this.#written.sinceMicros : undefined;
    const syncDue = writtenSince !== undefined && now >= this.#syncAtMicros(writtenSince);
    const waitingSince = this.#write === undefined ? this.#waiting.sinceMicros : undefined;
    // What has just arrived goes along with a sync that is due.
    if (waitingSince !== undefined && (syncDue || now >= waitingSince + WRITE_AFTER_MICROS))
      this.#startWrite();
    else if (syncDue) this.#startSync();
    const oldestMicros = this.#oldestMicros;
    if (oldestMicros !== undefined && now >= this.#tellLagAtMicros(oldestMicros)) this.#tell();
    this.#arm();
  }

  /** Waiting beyond the setting is told now and then, until it ends. */
  #tellLagAtMicros(oldestMicros: number): number {
    return Math.max(oldestMicros + this.#options.durabilityMicros, this.#toldMicros) + TELL_LAG_MICROS;
  }

  #tell(): void {
    this.#toldMicros = this.#options.clock.monotonicMicros();
    this.#options.onChange();
  }
}
