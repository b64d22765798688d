import type { Finding, FindingKind } from '../../../shared/model/finding.ts';
import { FindingList } from '../findings/finding-list.ts';
import { parseOpusHead, type OpusHead } from '../opus/head.ts';
import { packetSamples } from '../opus/toc.ts';
import { StatedPositions } from '../stated-positions.ts';
import { PacketAssembler, type OggPacket } from './packets.ts';
import { oggPages, type OggPage } from './page.ts';
import { isOpusTags, parseOpusTags, type OpusTags } from './tags.ts';

/** The Opus stream of an Ogg file. */
export interface OggOpus {
  /** Undefined when the file holds no Opus stream that can be read; then there are no packets. */
  readonly head: OpusHead | undefined;
  readonly tags: OpusTags | undefined;
  /** The audio packets in order, mostly views of the file. */
  readonly packets: readonly Uint8Array[];
  /** Where each packet begins by the granule positions, in samples at 48 kHz; what is missing leaves a gap. */
  readonly positionsSamples: readonly number[];
  /** What a player plays of them: less the pre-skip and what the last page cuts off (RFC 7845 section 4). */
  readonly durationSamples: number;
  readonly findings: readonly Finding[];
}

/**
 * Reads the first Opus stream of an Ogg file (RFC 3533, RFC 7845) that is held in memory. Damage becomes findings:
 * a bad page is left out with the packets that lie on it; the packets after it keep their positions.
 * Other streams, multiplexed or chained, are named and not read.
 * @param file what the findings call it.
 */
export function readOggOpus(bytes: Uint8Array, file: string): OggOpus {
  const findings = new FindingList();
  const add = (kind: FindingKind, startByte: number, endByte: number, reason: string): void => {
    findings.add({ kind, file, startByte, endByte, reason });
  };
  let stream: OpusStream | undefined;
  for (const page of oggPages(bytes, add)) {
    stream ??= openStream(page, bytes, add);
    if (stream?.serial === page.serial) stream.add(page);
    else if (stream !== undefined)
      add('foreign-bytes', page.startByte, page.endByte, 'A page of another stream, which is not read.');
  }
  if (stream === undefined) {
    add('bad-header', 0, bytes.length, 'The file holds no Opus stream that can be read.');
    return {
      head: undefined,
      tags: undefined,
      packets: [],
      positionsSamples: [],
      durationSamples: 0,
      findings: findings.kept,
    };
  }
  stream.finish(bytes.length);
  const { head, tags, packets, positionsSamples, durationSamples } = stream;
  return { head, tags, packets, positionsSamples, durationSamples, findings: findings.kept };
}

type Add = (kind: FindingKind, startByte: number, endByte: number, reason: string) => void;

/** The stream that a page begins, when it is Opus in mono or stereo. */
function openStream(page: OggPage, bytes: Uint8Array, add: Add): OpusStream | undefined {
  if (!page.firstOfStream) return undefined;
  const result = parseOpusHead(bytes.subarray(page.bodyByte, page.endByte));
  if (result.kind === 'head') return new OpusStream(page.serial, result.head, bytes, add);
  add('bad-header', page.startByte, page.endByte, result.reason);
  return undefined;
}

class OpusStream {
  readonly serial: number;
  readonly head: OpusHead;
  readonly packets: Uint8Array[] = [];
  readonly positionsSamples: number[] = [];
  readonly #places = new StatedPositions();
  readonly #add: Add;
  readonly #assembler: PacketAssembler;
  #tags: OpusTags | undefined;
  /** Packets seen, OpusHead and OpusTags included. */
  #seen = 0;
  #samples = 0;
  #nextSequence: number | undefined;
  /** Granule position at which the first packet begins, and the last position given. */
  #startGranule: number | undefined;
  #endGranule: number | undefined;
  #ended = false;

  constructor(serial: number, head: OpusHead, bytes: Uint8Array, add: Add) {
    this.serial = serial;
    this.head = head;
    this.#add = add;
    this.#assembler = new PacketAssembler(bytes);
  }

  get tags(): OpusTags | undefined {
    return this.#tags;
  }

  get durationSamples(): number {
    const covered = (this.#endGranule ?? 0) - (this.#startGranule ?? 0);
    return Math.max(0, Math.min(this.#samples, covered) - this.head.preSkipSamples);
  }

  add(page: OggPage): void {
    const follows = this.#nextSequence === undefined || page.sequence === this.#nextSequence;
    if (!follows) this.#add('hole', page.startByte, page.startByte, 'Pages are missing before this one.');
    this.#nextSequence = (page.sequence + 1) % 2 ** 32;
    const lostBefore = this.#assembler.lost;
    const before = this.#samples;
    const firstOfPage = this.packets.length;
    for (const packet of this.#assembler.add(page, follows)) this.#take(packet);
    if (this.#assembler.lost > lostBefore) {
      this.#add('bad-header', page.startByte, page.endByte, 'A packet of which a part is missing.');
    }
    this.#place(page, this.#samples - before);
    this.#lay(page, firstOfPage, this.#samples - before);
    this.#ended ||= page.lastOfStream;
  }

  /** Says what the end of the file leaves open. */
  finish(endByte: number): void {
    const since = this.#assembler.openSince;
    if (since !== undefined) this.#add('torn-tail', since, endByte, 'The file stops inside a packet.');
    else if (!this.#ended) this.#add('torn-tail', endByte, endByte, 'The stream stops before its last page.');
  }

  /** The first packet is OpusHead, the second OpusTags, and all others are audio (RFC 7845 section 3). */
  #take(packet: OggPacket): void {
    const number = this.#seen++;
    if (number === 0) return;
    const { bytes, startByte, endByte } = packet;
    if (number === 1) {
      if (isOpusTags(bytes)) {
        this.#tags = parseOpusTags(bytes);
        if (this.#tags === undefined)
          this.#add('bad-header', startByte, endByte, 'Tags that cannot be read.');
        return;
      }
      this.#add('bad-header', startByte, startByte, 'The tags that belong here are missing.');
    }
    const samples = packetSamples(bytes, 0, bytes.length);
    if (samples === 0) {
      this.#add('not-opus', startByte, endByte, `A packet of ${bytes.length} bytes that is not Opus.`);
      return;
    }
    this.#samples += samples;
    this.packets.push(bytes);
  }

  /** Gives the packets of a page their positions. The last page may end before its packets do, so it states none. */
  #lay(page: OggPage, firstOfPage: number, samples: number): void {
    const [first] = this.packets.slice(firstOfPage, firstOfPage + 1);
    if (first === undefined) return;
    const { granule, lastOfStream } = page;
    const stated = granule === undefined ? undefined : granule - samples;
    const { startSamples, isEarly } = this.#places.place(
      stated,
      packetSamples(first, 0, first.length),
      samples,
    );
    if (isEarly && !lastOfStream) {
      const reason = `Position ${granule ?? 0} lies before what precedes it.`;
      this.#add('bad-position', page.startByte, page.endByte, reason);
    }
    let at = startSamples;
    for (const packet of this.packets.slice(firstOfPage)) {
      this.positionsSamples.push(at);
      at += packetSamples(packet, 0, packet.length);
    }
  }

  /** Follows the granule positions; a stream that was cut out of another starts at more than zero. */
  #place(page: OggPage, samples: number): void {
    const { granule } = page;
    if (granule === undefined || samples === 0) return;
    if (this.#startGranule === undefined) {
      // Only a stream of a single page may end before the packets on it do.
      if (granule < samples && !page.lastOfStream) {
        this.#add('bad-position', page.startByte, page.endByte, `Position ${granule} lies before the start.`);
      }
      this.#startGranule = Math.max(0, granule - samples);
    }
    this.#endGranule = Math.max(granule, this.#endGranule ?? 0);
  }
}
