import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { box } from './box.ts';
import { type FragmentIndex, type FragmentSamples, mfhd, mfra, traf } from './boxes-fragments.ts';
import { ftyp, macSeconds, mdatHeader } from './boxes-movie.ts';
import { chapterPayload, type ChapterPlan, planChapters } from './chapter-plan.ts';
import type { FileSpec } from './layout.ts';
import { moov, movieSamples, type MovieTrack } from './movie.ts';
import { opusGroups } from './opus-tables.ts';
import type { RunList } from './run-list.ts';
import type { SampleSegment } from './sample-table.ts';
import { SampleWalk } from './sample-walk.ts';
import { planTimecode, type TimecodePlan } from './timecode-plan.ts';

/**
 * Media time of a fragment: 2 s. So much is lost at most where a file is cut short, and so far a reader that seeks has
 * to look; the boxes around it come to some 80 bytes a second of each track, where one second would take twice that.
 */
export const FRAGMENT_SAMPLES = 2 * SAMPLE_RATE;

/** Memory that the boxes of one fragment of a player need, nearly. */
const HEAD_ROOM_BYTES = 768;

const MAX_I32 = 0x7fff_ffff;

/** A track of which the movie box says only what it is. */
export interface FragmentedTrack extends MovieTrack {
  readonly segments: readonly SampleSegment[];
  /** Taken from the last packet's duration. */
  readonly lastTrimSamples: number;
}

/** What to write of one fragment: `head`, then the packets of each track. */
export interface Fragment {
  /** moof and the head of mdat; in the first also the timecode's samples and those of the chapters. */
  readonly head: Uint8Array;
  /** Packets of each track, 0 where it has ended. */
  readonly sampleCounts: readonly number[];
}

/**
 * An `.m4a` in fragments (ISO/IEC 14496-12 section 8.8): `head`, then each of `fragments`, then `tail`. Fragment k holds
 * what begins in its two seconds of every track. They are laid out as they are asked for, so that memory does not grow
 * with the length but for an index of 12 bytes a fragment and track, 20 beyond 4 GiB. FORMAT.md describes the file.
 */
export class FragmentLayout {
  /** ftyp and moov. */
  readonly head: Uint8Array;
  /** Where all fragments begin. */
  readonly tail: Uint8Array;
  readonly totalBytes: number;
  /** Where the 64 digits of the `digest` item go; undefined where the spec's metadata has none. */
  readonly digestOffset: number | undefined;
  /** The same for the metadata of each track. */
  readonly trackDigestOffsets: readonly (number | undefined)[];
  readonly #tracks: readonly FragmentedTrack[];
  readonly #timecodePlan: TimecodePlan;
  readonly #chapterPlan: ChapterPlan | undefined;
  readonly #count: number;

  /** @throws RangeError when a value does not fit its field. */
  constructor(spec: FileSpec, tracks: readonly FragmentedTrack[]) {
    const durationSamples = movieSamples(tracks);
    this.#tracks = tracks;
    this.#timecodePlan = planTimecode(spec.timecode, durationSamples);
    this.#chapterPlan = planChapters(spec.chapters ?? [], durationSamples);
    this.#count = tracks.reduce((most, { chunks }) => Math.max(most, chunks.sampleCounts.length), 0);
    const writer = new ByteWriter();
    // Data offsets count from the moof, which readers of the brand iso5 know and those of isom need not.
    ftyp(writer, 'M4A ', ['M4A ', 'iso5', 'iso6', 'Opus']);
    const blanks = moov(writer, {
      fragmented: true,
      quickTime: false,
      creationMacSeconds: macSeconds(spec.creationUnixSeconds),
      tracks,
      timecode: spec.timecode,
      timecodePlan: this.#timecodePlan,
      chapterPlan: this.#chapterPlan,
      metadata: spec.metadata,
      wide: false,
    });
    this.head = writer.finish();
    this.digestOffset = blanks.digestOffset;
    this.trackDigestOffsets = blanks.tracks.map((track) => track.digestOffset);
    const { tail, tailByte } = this.#index();
    this.tail = tail;
    this.totalBytes = tailByte + tail.length;
  }

  /** All fragments in order, anew for each caller. */
  *fragments(): Generator<Fragment, void> {
    const walks = this.#tracks.map(({ segments }) => new SampleWalk(segments));
    const times = this.#tracks.map(() => 0);
    for (let index = 0; index < this.#count; index++) yield this.#fragment(index, walks, times);
  }

  #fragment(index: number, walks: readonly SampleWalk[], times: number[]): Fragment {
    const writer = new ByteWriter(HEAD_ROOM_BYTES);
    const sampleCounts = this.#tracks.map(({ chunks }) => chunks.sampleCounts[index] ?? 0);
    const blanks: { readonly offset: number; readonly sizeBytes: number }[] = [];
    const add = (offset: number, sizeBytes: number): void => {
      blanks.push({ offset, sizeBytes });
    };
    box(writer, 'moof', () => {
      mfhd(writer, index + 1);
      for (const [track, { chunks, lastTrimSamples }] of this.#tracks.entries()) {
        const count = sampleCounts[track] ?? 0;
        const samples = count === 0 ? undefined : walks[track]?.next(count);
        if (samples === undefined) continue;
        const { durationsTicks } = samples;
        const isLast = index === chunks.sampleCounts.length - 1;
        if (isLast) durationsTicks[count - 1] = (durationsTicks[count - 1] ?? 0) - lastTrimSamples;
        const time = times[track] ?? 0;
        const blank = traf(writer, track + 1, time, samples, () => {
          opusGroups(writer, samples);
        });
        let end = time;
        for (let i = 0; i < count; i++) end += durationsTicks[i] ?? 0;
        times[track] = end;
        add(blank, chunks.sizesBytes[index] ?? 0);
      }
      if (index === 0) this.#firstTrafs(writer, add);
    });
    mdatHeader(
      writer,
      blanks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    );
    const dataByte = writer.length;
    if (index === 0) this.#firstPayload(writer);
    // The samples of timecode and chapters are written first, though their tracks come last.
    let audioByte = writer.length;
    let otherByte = dataByte;
    for (const [place, { offset, sizeBytes }] of blanks.entries()) {
      const isAudio = place < blanks.length - (index === 0 ? this.#otherTracks : 0);
      const at = isAudio ? audioByte : otherByte;
      if (at > MAX_I32) throw new RangeError(`expected data within ${MAX_I32} bytes of the moof, got ${at}`);
      writer.u32At(offset, at);
      if (isAudio) audioByte += sizeBytes;
      else otherByte += sizeBytes;
    }
    return { head: writer.finish(), sampleCounts };
  }

  get #otherTracks(): number {
    return this.#chapterPlan === undefined ? 1 : 2;
  }

  /** All samples of the timecode and of the chapters lie in the first fragment, where a reader finds them at once. */
  #firstTrafs(writer: ByteWriter, add: (offset: number, sizeBytes: number) => void): void {
    const { durations, startFrames, payloadBytes } = this.#timecodePlan;
    const trackId = this.#tracks.length + 1;
    const count = startFrames.length;
    const timecode = { count, sizesBytes: new Uint16Array(count).fill(payloadBytes / count) };
    add(traf(writer, trackId, 0, withDurations(timecode, durations), noGroups), payloadBytes);
    const plan = this.#chapterPlan;
    if (plan === undefined) return;
    const walked = new SampleWalk([plan.sizes]).next(plan.chapters.length);
    add(traf(writer, trackId + 1, 0, withDurations(walked, plan.durations), noGroups), plan.payloadBytes);
  }

  #firstPayload(writer: ByteWriter): void {
    for (const startFrame of this.#timecodePlan.startFrames) writer.u32(startFrame);
    if (this.#chapterPlan !== undefined) chapterPayload(writer, this.#chapterPlan);
  }

  /** The index of all fragments, and where in the file it comes. */
  #index(): { readonly tail: Uint8Array; readonly tailByte: number } {
    const indexes = this.#tracks.map(({ chunks }, track) => ({
      trackId: track + 1,
      count: chunks.sampleCounts.length,
      timesTicks: new Float64Array(chunks.sampleCounts.length),
      moofBytes: new Float64Array(chunks.sampleCounts.length),
      trafNumbers: new Uint16Array(chunks.sampleCounts.length),
    }));
    let at = this.head.length;
    const walks = this.#tracks.map(({ segments }) => new SampleWalk(segments));
    const times = this.#tracks.map(() => 0);
    for (let fragment = 0; fragment < this.#count; fragment++) {
      let trafs = 0;
      for (const [track, { count, timesTicks, moofBytes, trafNumbers }] of indexes.entries()) {
        if (fragment >= count) continue;
        timesTicks[fragment] = times[track] ?? 0;
        moofBytes[fragment] = at;
        trafNumbers[fragment] = ++trafs;
      }
      at += this.#fragment(fragment, walks, times).head.length;
      for (const { chunks } of this.#tracks) at += chunks.sizesBytes[fragment] ?? 0;
    }
    const writer = new ByteWriter();
    mfra(writer, indexes satisfies readonly FragmentIndex[]);
    return { tail: writer.finish(), tailByte: at };
  }
}

function noGroups(): void {
  // Neither the timecode nor the chapters need any.
}

/** Each sample with its own duration. */
function withDurations(
  samples: Pick<FragmentSamples, 'count' | 'sizesBytes'>,
  durations: RunList,
): FragmentSamples {
  const durationsTicks = new Float64Array(samples.count);
  let sample = 0;
  for (let run = 0; run < durations.length; run++) {
    const end = sample + durations.countAt(run);
    durationsTicks.fill(durations.valueAt(run), sample, end);
    sample = end;
  }
  return { count: samples.count, sizesBytes: samples.sizesBytes, durationsTicks };
}
