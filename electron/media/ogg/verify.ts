import { createHash } from 'node:crypto';
import type { FirstDifference, VerifyCheck, VerifyReport } from '../../../shared/model/verify-report.ts';
import { FRAME_UNIT_SAMPLES } from '../../../shared/time/samples.ts';
import { type ByteSource, ReadWindow } from '../byte-source.ts';
import { type OpusHead, parseOpusHead } from '../opus/head.ts';
import { packetUnits } from '../opus/toc.ts';
import { findDifference, type PacketRun } from './find-difference.ts';
import { PacketAssembler } from './packets.ts';
import { MOST_PAGE_BYTES, oggPages } from './page.ts';
import { isOpusTags, parseOpusTags } from './tags.ts';

/** What an Ogg Opus file is to hold. */
export interface ExpectedOgg {
  readonly name: string;
  readonly head: OpusHead;
  /** NaN where nobody says. */
  readonly durationSamples: number;
  /** Of the recorded packets, in hex. */
  readonly sha256: string;
  /**
   * What the packets are, in order and in runs; or how many the file says were recorded, where nobody else knows which.
   */
  readonly runs: Iterable<PacketRun> | StatedPackets;
  /** Payload of a recorded packet, by its index among them; asked for only to find where the payloads differ. */
  readonly readPacket?: (index: number) => Uint8Array;
  /** Whose packets those are; the session's when left out. */
  readonly of?: string;
}

/** What a file says of its packets. */
interface StatedPackets {
  /** NaN where it says nothing. */
  readonly packets: number;
  readonly silencePackets: number;
  /** Whether a packet is what an export lays as silence; a recorded one may be the same. */
  readonly isSilence: (packet: Uint8Array) => boolean;
}

const WINDOW_BYTES = 1 << 20;

/**
 * Reads an Ogg Opus file page by page and compares it with what it was to hold. A file that is not as it should be gives
 * failed checks, never an error.
 * @throws the signal's reason when it is aborted.
 */
export async function verifyOgg(
  source: ByteSource,
  expected: ExpectedOgg,
  options: {
    readonly signal?: AbortSignal;
    readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
  } = {},
): Promise<VerifyReport> {
  const { sizeBytes } = source;
  const window = new ReadWindow(source, WINDOW_BYTES);
  const content = new Content(expected);
  let at = 0;
  let fault = '';
  while (at < sizeBytes && fault === '') {
    options.signal?.throwIfAborted();
    const bytes = await window.read(at, Math.min(MOST_PAGE_BYTES, sizeBytes - at));
    const [page] = oggPages(bytes, (_kind, _start, _end, reason) => {
      fault ||= `at byte ${at}: ${reason}`;
    });
    if (page === undefined || page.startByte !== 0) {
      fault ||= `at byte ${at}: no page`;
      break;
    }
    fault = content.page(page, bytes.subarray(0, page.endByte));
    at += page.endByte;
    options.onProgress?.(at, sizeBytes);
  }
  const report = content.report(sizeBytes, fault);
  const { runs, readPacket } = expected;
  const isSame = report.checks.every(({ name, ok }) => ok || !name.startsWith('session-'));
  if (isSame || readPacket === undefined || 'isSilence' in runs) return report;
  const difference = await findDifference(source, runs, readPacket, options.signal);
  return difference === undefined ? report : withDifference(report, difference);
}

function withDifference(report: VerifyReport, firstDifference: FirstDifference): VerifyReport {
  const { packet, what } = firstDifference;
  const checks = report.checks.map((check) =>
    check.name === 'session-digest' && !check.ok
      ? { ...check, detail: `${check.detail}, first at packet ${packet} (${what})` }
      : check,
  );
  return { ...report, checks, firstDifference };
}

type Page = ReturnType<typeof oggPages> extends Generator<infer One> ? One : never;

/** What the pages read so far held. */
class Content {
  readonly #expected: ExpectedOgg;
  /** Undefined where only the file tells. */
  readonly #runs: Iterator<PacketRun> | undefined;
  readonly #stated: StatedPackets | undefined;
  readonly #hash = createHash('sha256');
  #left = 0;
  /** The packet that the run is of, where silence was laid. */
  #silence: Uint8Array | undefined;
  #pages = 0;
  #packets = 0;
  #seen = { recorded: 0, silence: 0, bytes: 0, samples: 0 };
  #granule = 0;
  #ended = false;
  #tagged = false;
  #pieces: Uint8Array[] = [];

  constructor(expected: ExpectedOgg) {
    this.#expected = expected;
    if ('isSilence' in expected.runs) this.#stated = expected.runs;
    else this.#runs = expected.runs[Symbol.iterator]();
  }

  /** Takes the next page. @returns what is wrong with it, empty where nothing is. */
  page(page: Page, bytes: Uint8Array): string {
    const number = this.#pages++;
    if (page.sequence !== number) return `page ${number} says it is ${page.sequence}`;
    if (page.firstOfStream !== (number === 0)) return `page ${number} is wrong about being the first`;
    if (this.#ended) return `page ${number} follows the last`;
    this.#ended = page.lastOfStream;
    const before = this.#seen.samples;
    if (this.#packets === 1) return this.#tags(page, bytes);
    const assembler = new PacketAssembler(bytes);
    for (const packet of assembler.add(page, true)) {
      const fault = this.#packet(packet.bytes);
      if (fault !== '') return fault;
    }
    if (this.#seen.samples === before) return '';
    this.#granule = page.granule ?? -1;
    const right = page.lastOfStream
      ? this.#granule > before && this.#granule <= this.#seen.samples
      : this.#granule === this.#seen.samples;
    return right ? '' : `page ${number} ends at ${this.#granule}, its packets at ${this.#seen.samples}`;
  }

  report(sizeBytes: number, fault: string): VerifyReport {
    const { name, head, durationSamples } = this.#expected;
    const digest = this.#hash.digest('hex');
    const played = this.#granule - head.preSkipSamples;
    const { recorded, silence, bytes } = this.#seen;
    const stated = this.#stated;
    // What the file says divides packets that look alike, where their sum is right.
    const isTold = stated !== undefined && stated.packets + stated.silencePackets === recorded + silence;
    const told = isTold ? stated : { packets: recorded, silencePackets: silence };
    const checks: VerifyCheck[] = [
      {
        name: 'readable',
        ok: fault === '' && this.#ended,
        detail: fault !== '' ? fault : this.#ended ? `${this.#pages} pages` : 'the last page is missing',
      },
      { name: 'metadata', ok: this.#tagged, detail: this.#tagged ? 'Tailslate tags' : 'no Tailslate tags' },
      {
        name: 'item-duration',
        ok: played === durationSamples,
        detail: `plays ${played} samples, expected ${said(durationSamples)}`,
      },
      ...(stated === undefined ? this.#againstSession(digest) : this.#againstItself(stated, digest)),
    ];
    return {
      ok: checks.every(({ ok }) => ok),
      tailslate: this.#tagged,
      sizeBytes,
      fragmented: false,
      checks,
      tracks: [
        {
          trackId: 1,
          name,
          packets: told.packets,
          silencePackets: told.silencePackets,
          payloadBytes: bytes,
          durationSamples: played,
          sha256: stated === undefined || stated.silencePackets === silence ? digest : null,
        },
      ],
      timecode: null,
      findings: [],
      firstDifference: null,
    };
  }

  #againstSession(digest: string): readonly VerifyCheck[] {
    const rest = this.#runs?.next().done === true && this.#left === 0;
    const { recorded } = this.#seen;
    const { sha256, of = 'the session' } = this.#expected;
    const same = digest === sha256;
    return [
      {
        name: 'session-count',
        ok: rest,
        detail: rest ? `${recorded} packets` : `packets are missing after ${recorded}`,
      },
      {
        name: 'session-digest',
        ok: same,
        detail: same ? `the payload is that of ${of}` : 'the payload differs',
      },
    ];
  }

  /** The digest is only of recorded packets: it can be asked for where silence tells itself apart from them. */
  #againstItself({ packets, silencePackets }: StatedPackets, digest: string): readonly VerifyCheck[] {
    const { recorded, silence } = this.#seen;
    const found = recorded + silence;
    const same = digest === this.#expected.sha256;
    const count: VerifyCheck = {
      name: 'item-packets',
      ok: found === packets + silencePackets && silence >= silencePackets,
      detail: `${found} packets, ${silence} of them as silence is laid, the tags say ${said(packets)} and ${said(silencePackets)} of silence`,
    };
    if (silence !== silencePackets) return [count];
    const detail = same
      ? `PACKETS_SHA256 ${digest}`
      : `PACKETS_SHA256 says ${this.#expected.sha256}, found ${digest}`;
    return [count, { name: 'item-digest', ok: same, detail }];
  }

  /** The tags may take several pages. */
  #tags(page: Page, bytes: Uint8Array): string {
    this.#pieces.push(bytes.slice(page.bodyByte));
    if (page.lacing.at(-1) === 255) return '';
    const packet = Buffer.concat(this.#pieces);
    this.#packets = 2;
    const tags = isOpusTags(packet) ? parseOpusTags(packet) : undefined;
    if (tags === undefined) return 'the tags cannot be read';
    this.#tagged = tags.comments.includes(`PACKETS_SHA256=${this.#expected.sha256}`);
    return '';
  }

  #packet(bytes: Uint8Array): string {
    if (this.#packets === 0) {
      this.#packets = 1;
      const result = parseOpusHead(bytes);
      const same =
        result.kind === 'head' && JSON.stringify(result.head) === JSON.stringify(this.#expected.head);
      return same ? '' : 'the head is not the one that was written';
    }
    const index = this.#seen.recorded + this.#seen.silence;
    const units = packetUnits(bytes, 0, bytes.length);
    if (units === 0) return `packet ${index} is not Opus`;
    if (this.#stated === undefined && !this.#step()) return `packet ${index} is one too many`;
    if (this.#silence !== undefined && Buffer.compare(this.#silence, bytes) !== 0)
      return `packet ${index} is not the silence that was laid there`;
    const isSilence = this.#stated?.isSilence(bytes) ?? this.#silence !== undefined;
    this.#seen.samples += units * FRAME_UNIT_SAMPLES;
    if (!isSilence) {
      this.#hash.update(bytes);
      this.#seen.recorded++;
      this.#seen.bytes += bytes.length;
    } else this.#seen.silence++;
    return '';
  }

  /** Whether the run in which the next packet lies says what it is. */
  #step(): boolean {
    while (this.#left === 0) {
      const next = this.#runs?.next();
      if (next === undefined || next.done === true) return false;
      ({ silence: this.#silence, count: this.#left } = next.value);
    }
    this.#left--;
    return true;
  }
}

function said(count: number): string {
  return Number.isNaN(count) ? 'nothing' : String(count);
}
