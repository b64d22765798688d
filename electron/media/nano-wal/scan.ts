import type { NanoCollector } from './collector.ts';
import { DamagedStretch, type DamageStart } from './damage.ts';
import { readFileHeader } from './file-header.ts';
import { FRAME, isMarker, RECORD_MARKER, RecordFrame, startsWithMarker } from './frame.ts';
import { RecordIntake } from './intake.ts';
import { parseLogFileName } from './log-file.ts';
import { NO_RECORD, RecordFinder } from './resync.ts';

const NEEDS_MORE = -1;

/** As many zeros at the end of a payload, and another one behind it, are taken for a hole that began inside. */
const HOLE_START_BYTES = 8;

/**
 * Reads one log file from front to back into a collector, damage and all. The caller presents the file in windows
 * of any size; how it is cut up does not change the result. FORMAT.md has the rules.
 */
export class NanoScanner {
  readonly #collector: NanoCollector;
  readonly #file: string;
  readonly #fileBytes: number;
  readonly #frame = new RecordFrame();
  readonly #finder = new RecordFinder();
  #intake: RecordIntake | undefined;
  #damage: DamagedStretch | undefined;

  /**
   * @param file path relative to the session folder, with forward slashes.
   * @param fileBytes its size as far as known: room is made for what such a file holds.
   */
  constructor(collector: NanoCollector, file: string, fileBytes = 0) {
    this.#collector = collector;
    this.#file = file;
    this.#fileBytes = fileBytes;
  }

  /**
   * Takes the window `bytes`, which begins at `baseByte` of the file, and returns how many of its bytes are done with.
   * The rest, never more than MAX_UNREAD_BYTES, is to be presented again with more bytes behind it.
   * @param final whether the file ends with the window; then every byte is done with.
   */
  scan(bytes: Uint8Array, baseByte: number, final: boolean): number {
    let at = 0;
    if (this.#intake === undefined) {
      const headerBytes = this.#begin(bytes, final);
      if (headerBytes === NEEDS_MORE) return 0;
      at = headerBytes;
    }
    const intake = this.#intake;
    if (intake === undefined) return 0;
    at = this.#readRecords(intake, bytes, baseByte, at, final);
    intake.leaveWindow(bytes);
    if (!final) return at;
    this.#closeDamage(intake, true);
    intake.finish();
    return bytes.length;
  }

  /** Reads the file's header; returns its length, 0 when records are to be sought from the start, or NEEDS_MORE. */
  #begin(bytes: Uint8Array, final: boolean): number {
    const name = this.#file.slice(this.#file.lastIndexOf('/') + 1);
    const header = readFileHeader(bytes, parseLogFileName(name)?.stem, final);
    if (header.status === 'needs-more') return NEEDS_MORE;
    const isRead = header.status === 'read';
    const key = isRead ? header.player : undefined;
    this.#intake = new RecordIntake(this.#collector, this.#file, key, this.#fileBytes);
    if (isRead) return header.sizeBytes;
    this.#damage = new DamagedStretch(0, header.status === 'cut' ? 'cut-file-header' : 'file-header');
    return 0;
  }

  #readRecords(
    intake: RecordIntake,
    bytes: Uint8Array,
    baseByte: number,
    start: number,
    final: boolean,
  ): number {
    let at = start;
    while (at < bytes.length) {
      if (!this.#isDamaged()) {
        at = this.#takeRecords(intake, bytes, baseByte, at);
        const next = at === bytes.length ? NEEDS_MORE : this.#decide(intake, bytes, baseByte, at, final);
        if (next === NEEDS_MORE) return at;
        at = next;
      } else {
        at = this.#resync(intake, bytes, at, final);
        if (this.#isDamaged()) return at;
      }
    }
    return at;
  }

  /** The hot path: takes records for as long as the marker of another one follows; returns where it stopped. */
  #takeRecords(intake: RecordIntake, bytes: Uint8Array, baseByte: number, start: number): number {
    const frame = this.#frame;
    let at = start;
    while (frame.read(bytes, at) === FRAME.whole && isMarker(bytes, frame.endAt)) {
      intake.take(bytes, baseByte, at, frame);
      at = frame.endAt;
    }
    return at;
  }

  /**
   * Judges the bytes at `at`, where no record stands that has another one behind it: takes a record, or begins a
   * damaged stretch. Returns where to read on, or NEEDS_MORE.
   */
  #decide(intake: RecordIntake, bytes: Uint8Array, baseByte: number, at: number, final: boolean): number {
    const frame = this.#frame;
    const status = frame.read(bytes, at);
    if (status === FRAME.none) {
      return this.#beginDamage(baseByte, at, isMarker(bytes, at) ? 'record' : 'other');
    }
    if (status !== FRAME.whole) return final ? this.#beginDamage(baseByte, at, 'cut-record') : NEEDS_MORE;
    if (!final && frame.endAt + RECORD_MARKER.length > bytes.length) return NEEDS_MORE;
    if (startsWithMarker(bytes, frame.endAt) === 'no') {
      const inner = this.#finder.find(bytes, at + 1, frame.endAt, final);
      if (typeof inner !== 'number') return NEEDS_MORE;
      // A record inside shows that the length is wrong; zeros across the end, that a hole began before it.
      const isTrusted =
        inner === NO_RECORD && this.#finder.isSensible(bytes, frame) && !endsInHole(bytes, frame);
      if (!isTrusted) return this.#beginDamage(baseByte, at, 'record');
    }
    intake.take(bytes, baseByte, at, frame);
    return frame.endAt;
  }

  #isDamaged(): boolean {
    return this.#damage !== undefined;
  }

  #beginDamage(baseByte: number, at: number, start: DamageStart): number {
    this.#damage = new DamagedStretch(baseByte + at, start);
    return at;
  }

  /** Passes over damaged bytes, up to where a record goes on, the end of the window, or where more bytes decide. */
  #resync(intake: RecordIntake, bytes: Uint8Array, at: number, final: boolean): number {
    const found = this.#finder.find(bytes, at, bytes.length, final);
    let next: number;
    if (typeof found !== 'number') next = found.candidate;
    else if (found !== NO_RECORD) next = found;
    else next = final ? bytes.length : Math.max(at, bytes.length - (RECORD_MARKER.length - 1));
    this.#damage?.extend(bytes, at, next);
    if (found === next) this.#closeDamage(intake, false);
    return next;
  }

  #closeDamage(intake: RecordIntake, atEnd: boolean): void {
    if (this.#damage === undefined) return;
    this.#collector.findings.add(this.#damage.finding(this.#file, intake.player, atEnd));
    this.#damage = undefined;
  }
}

/** Whether the last bytes of the content are zeros and the byte behind it, where a marker belongs, is one too. */
function endsInHole(bytes: Uint8Array, frame: RecordFrame): boolean {
  if (frame.endAt - frame.contentStart < HOLE_START_BYTES) return false;
  for (let at = frame.endAt - HOLE_START_BYTES; at <= frame.endAt; at++) if (bytes[at] !== 0) return false;
  return true;
}
