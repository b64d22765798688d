import {
  type Box,
  boundedCount,
  childrenOf,
  findBox,
  fullBox,
  MAX_HEADER_BYTES,
  type ReadContext,
} from './read-boxes.ts';
import type { SampleGroupReader } from './read-groups.ts';
import { SampleTable } from './read-samples.ts';
import type { OpenTrack, Track } from './read-track.ts';

/**
 * Samples a file may imply without a byte for each in its tables: two years of 2.5 ms packets would need more,
 * and 512 MiB of sizes is what reading a hostile file may cost.
 */
const MAX_IMPLIED_SAMPLES = 2 ** 27;

/** What `trex` presets for a track's fragments (ISO/IEC 14496-12 section 8.8.3). */
interface Defaults {
  readonly duration: number;
  readonly sizeBytes: number;
}

/** Samples of one `trun`, not yet taken over. */
interface Run {
  readonly offsetBytes: number;
  readonly endByte: number;
  readonly count: number;
  readonly box: Box;
  readonly duration: number;
  readonly sizeBytes: number;
}

/** Collects the movie fragments of a file (ISO/IEC 14496-12 section 8.8) onto the tracks of its `moov`. */
export class FragmentReader {
  readonly #context: ReadContext;
  readonly #tracks = new Map<number, TrackFragments>();
  #impliedSamples = 0;

  constructor(tracks: readonly OpenTrack[], mvex: Box, context: ReadContext) {
    this.#context = context;
    const defaults = new Map<number, Defaults>();
    for (const box of childrenOf(mvex, context)) {
      if (box.type !== 'trex') continue;
      const { reader } = fullBox(box);
      const id = reader.u32();
      reader.skip(4);
      defaults.set(id, { duration: reader.u32(), sizeBytes: reader.u32() });
    }
    for (const open of tracks) {
      const preset = defaults.get(open.track.id) ?? { duration: 0, sizeBytes: 0 };
      this.#impliedSamples += open.track.samples.count;
      const fits = this.#impliedSamples <= MAX_IMPLIED_SAMPLES;
      if (!fits) {
        const reason = `track ${open.track.id} claims ${open.track.samples.count} samples before its fragments`;
        context.find('bad-table', mvex.startByte, mvex.endByte, reason);
      }
      this.#tracks.set(open.track.id, new TrackFragments(open, preset, fits));
    }
  }

  /**
   * Takes a `moof` over, whole or not at all: when any of its samples lie beyond the file, the fragment was
   * being written as the file broke off, and the file is readable up to the one before.
   */
  add(moof: Box): void {
    const commits: (() => void)[] = [];
    let isFirst = true;
    let endOfLast = moof.startByte;
    for (const traf of childrenOf(moof, this.#context)) {
      if (traf.type !== 'traf') continue;
      const end = this.#readTrackFragment(
        traf,
        moof.startByte,
        isFirst ? moof.startByte : endOfLast,
        commits,
      );
      if (end === undefined) return;
      endOfLast = end;
      isFirst = false;
    }
    for (const commit of commits) commit();
  }

  /** The tracks with the samples of all fragments. */
  finish(): readonly Track[] {
    return [...this.#tracks.values()].map((fragments) => fragments.finish());
  }

  /** @returns where the data of this `traf` ends, or undefined when the fragment is not complete. */
  #readTrackFragment(
    traf: Box,
    moofByte: number,
    inheritedBase: number,
    commits: (() => void)[],
  ): number | undefined {
    const boxes = childrenOf(traf, this.#context);
    const tfhd = findBox(boxes, 'tfhd');
    if (tfhd === undefined) return inheritedBase;
    const { flags, reader } = fullBox(tfhd);
    const track = this.#tracks.get(reader.u32());
    if (track === undefined) return inheritedBase;
    let base = (flags & 0x20000) !== 0 ? moofByte : inheritedBase;
    if ((flags & 0x1) !== 0) base = reader.u64();
    if ((flags & 0x2) !== 0) reader.skip(4);
    const duration = (flags & 0x8) !== 0 ? reader.u32() : track.defaults.duration;
    const sizeBytes = (flags & 0x10) !== 0 ? reader.u32() : track.defaults.sizeBytes;

    const tfdt = findBox(boxes, 'tfdt');
    let next = base;
    const runs: Run[] = [];
    for (const box of boxes) {
      if (box.type !== 'trun') continue;
      const run = this.#measureRun(box, base, next, duration, sizeBytes);
      if (run === undefined) return undefined;
      runs.push(run);
      next = run.endByte;
    }
    commits.push(() => {
      if (tfdt !== undefined) {
        const time = fullBox(tfdt);
        track.anchor(time.version === 1 ? time.reader.u64() : time.reader.u32());
      }
      track.addGroups(boxes);
      for (const run of runs) track.add(run);
    });
    return next;
  }

  /** Where a `trun` (section 8.8.8) lies; undefined, with a finding, when that is not within the file. */
  #measureRun(box: Box, base: number, next: number, duration: number, defaultSize: number): Run | undefined {
    const { flags, reader } = fullBox(box);
    const claimed = reader.u32();
    const offsetBytes = (flags & 0x1) !== 0 ? base + reader.i32() : next;
    if ((flags & 0x4) !== 0) reader.skip(4);
    const rowBytes = rowSize(flags);
    let count = rowBytes === 0 ? claimed : boundedCount(box, reader, claimed, rowBytes, this.#context);
    const ownSizes = (flags & 0x200) !== 0;
    if (rowBytes === 0 || !ownSizes) {
      // Nothing in the box bounds this count: the file's size does, and a limit for all such runs together.
      const room = defaultSize === 0 ? 0 : Math.floor(this.#context.sizeBytes / defaultSize);
      const limit = Math.min(room, MAX_IMPLIED_SAMPLES - this.#impliedSamples);
      if (count > limit) {
        const reason = `a run of ${count} samples of ${defaultSize} bytes is more than the file holds`;
        this.#context.find('bad-table', box.startByte, box.endByte, reason);
        count = 0;
      }
      this.#impliedSamples += count;
    }
    let bytes = ownSizes ? 0 : count * defaultSize;
    if (ownSizes) {
      const before = (flags & 0x100) !== 0 ? 4 : 0;
      const after = rowBytes - before - 4;
      for (let i = 0; i < count; i++) {
        reader.skip(before);
        bytes += reader.u32();
        reader.skip(after);
      }
    }
    const endByte = offsetBytes + bytes;
    if (offsetBytes < 0 || endByte > this.#context.sizeBytes) {
      const reason = `a fragment needs bytes ${offsetBytes} to ${endByte} of a file of ${this.#context.sizeBytes}; it is left out`;
      // What is missing may include the header of the mdat box, which lies between the run and its data.
      const isCut = offsetBytes >= 0 && offsetBytes <= this.#context.sizeBytes + MAX_HEADER_BYTES;
      this.#context.find(isCut ? 'torn-tail' : 'outside-file', box.startByte, box.endByte, reason);
      return undefined;
    }
    return { offsetBytes, endByte, count, box, duration, sizeBytes: defaultSize };
  }
}

/** Bytes per sample in a `trun`: duration, size, flags and composition offset, each if its flag is set. */
function rowSize(flags: number): number {
  let bytes = 0;
  for (const flag of [0x100, 0x200, 0x400, 0x800]) if ((flags & flag) !== 0) bytes += 4;
  return bytes;
}

/** The growing columns of one track: its samples in `moov`, then those of its fragments. */
class TrackFragments {
  readonly defaults: Defaults;
  readonly #track: Track;
  readonly #groups: SampleGroupReader;
  #count: number;
  #sizes: Uint32Array;
  readonly #deltaCounts: number[];
  readonly #deltas: number[];
  readonly #chunkOffsets: number[] = [];
  readonly #runFirstChunks: number[] = [];
  readonly #runChunkSamples: number[] = [];
  readonly #anchorSamples: number[] = [];
  readonly #anchorTimes: number[] = [];

  /** @param keep whether the samples in `moov` are taken over; most fragmented files have none there. */
  constructor({ track, groups }: OpenTrack, defaults: Defaults, keep: boolean) {
    this.defaults = defaults;
    this.#track = track;
    this.#groups = groups;
    this.#count = keep ? track.samples.count : 0;
    this.#sizes = new Uint32Array(this.#count);
    for (let i = 0; i < this.#count; i++) this.#sizes[i] = track.samples.sizeBytes(i);
    this.#deltaCounts = keep ? [...track.samples.columns.deltaCounts] : [];
    this.#deltas = keep ? [...track.samples.columns.deltas] : [];
    if (!keep) return;
    track.samples.forEachChunk((offsetBytes, _size, _first, count) => {
      this.#addChunk(offsetBytes, count);
    });
  }

  /** States the decode time of the next sample. */
  anchor(timeTicks: number): void {
    if (this.#anchorSamples.at(-1) === this.#count)
      this.#anchorTimes[this.#anchorTimes.length - 1] = timeTicks;
    else {
      this.#anchorSamples.push(this.#count);
      this.#anchorTimes.push(timeTicks);
    }
  }

  addGroups(boxes: readonly Box[]): void {
    this.#groups.add(boxes, this.#count);
  }

  add(run: Run): void {
    if (run.count === 0) return;
    this.#reserve(run.count);
    const { flags, reader } = fullBox(run.box);
    reader.skip(4 + ((flags & 0x1) !== 0 ? 4 : 0) + ((flags & 0x4) !== 0 ? 4 : 0));
    const rest = ((flags & 0x400) !== 0 ? 4 : 0) + ((flags & 0x800) !== 0 ? 4 : 0);
    for (let i = 0; i < run.count; i++) {
      this.#addDelta((flags & 0x100) !== 0 ? reader.u32() : run.duration);
      this.#sizes[this.#count++] = (flags & 0x200) !== 0 ? reader.u32() : run.sizeBytes;
      reader.skip(rest);
    }
    this.#addChunk(run.offsetBytes, run.count);
  }

  finish(): Track {
    const samples = new SampleTable({
      count: this.#count,
      constantSizeBytes: 0,
      sizesBytes: this.#sizes.subarray(0, this.#count),
      deltaCounts: Uint32Array.from(this.#deltaCounts),
      deltas: Uint32Array.from(this.#deltas),
      chunkOffsetsBytes: Float64Array.from(this.#chunkOffsets),
      runFirstChunks: Uint32Array.from(this.#runFirstChunks),
      runChunkSamples: Uint32Array.from(this.#runChunkSamples),
      anchorSamples: Uint32Array.from(this.#anchorSamples),
      anchorTimes: Float64Array.from(this.#anchorTimes),
    });
    return { ...this.#track, samples, groups: this.#groups.finish() };
  }

  #addDelta(delta: number): void {
    const last = this.#deltas.length - 1;
    if (last >= 0 && this.#deltas[last] === delta)
      this.#deltaCounts[last] = (this.#deltaCounts[last] ?? 0) + 1;
    else {
      this.#deltas.push(delta);
      this.#deltaCounts.push(1);
    }
  }

  #addChunk(offsetBytes: number, samples: number): void {
    if (this.#runChunkSamples.at(-1) !== samples) {
      this.#runFirstChunks.push(this.#chunkOffsets.length);
      this.#runChunkSamples.push(samples);
    }
    this.#chunkOffsets.push(offsetBytes);
  }

  #reserve(count: number): void {
    if (this.#count + count <= this.#sizes.length) return;
    const sizes = new Uint32Array(Math.max(this.#count + count, Math.ceil(this.#sizes.length * 1.5), 1024));
    sizes.set(this.#sizes.subarray(0, this.#count));
    this.#sizes = sizes;
  }
}
