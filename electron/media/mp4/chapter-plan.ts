import { rescale, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { type Chapter, chapterSample, chapterSampleBytes } from './boxes-chapters.ts';
import { clippedUtf8 } from './clipped-utf8.ts';
import { RunList } from './run-list.ts';
import type { SampleSegment } from './sample-table.ts';
import { MAX_SAMPLE_TICKS } from './timecode-plan.ts';

/** Ticks a second where samples of audio would not fit a chapter's duration: 49 days do. */
const COARSE_TIMESCALE = 1000;

/** The samples of the chapter track, which lie together behind those of the timecode track. */
export interface ChapterPlan {
  readonly chapters: readonly { readonly title: Uint8Array; readonly startSamples: number }[];
  readonly timescale: number;
  /** Runs of equal durations, in ticks. */
  readonly durations: RunList;
  readonly durationTicks: number;
  readonly sizes: SampleSegment;
  readonly payloadBytes: number;
}

/**
 * Each chapter lasts until the next; the last to the end.
 * @param chapters in order, no two at one place, the first at 0: a text track has no other way to begin.
 * @throws RangeError where they are not.
 */
export function planChapters(chapters: readonly Chapter[], durationSamples: number): ChapterPlan | undefined {
  if (chapters.length === 0) return undefined;
  const timescale = durationSamples > MAX_SAMPLE_TICKS ? COARSE_TIMESCALE : SAMPLE_RATE;
  const ticks = (samples: number): number => rescale(samples, timescale, SAMPLE_RATE, 'nearest');
  const durations = new RunList();
  for (const [index, { startSamples }] of chapters.entries()) {
    const endSamples = chapters[index + 1]?.startSamples ?? durationSamples;
    if ((index === 0 && startSamples !== 0) || endSamples <= startSamples) {
      throw new RangeError(`chapter ${index} from ${startSamples} to ${endSamples} samples is out of order`);
    }
    durations.add(1, ticks(endSamples) - ticks(startSamples));
  }
  const titled = chapters.map(({ title, startSamples }) => ({ title: clippedUtf8(title), startSamples }));
  const sizesBytes = Uint16Array.from(titled, ({ title }) => chapterSampleBytes(title.length));
  return {
    chapters: titled,
    timescale,
    durations,
    durationTicks: ticks(durationSamples),
    sizes: {
      kind: 'logged',
      sizesBytes,
      durationUnits: new Uint8Array(0),
      first: 0,
      count: sizesBytes.length,
    },
    payloadBytes: sizesBytes.reduce((sum, size) => sum + size, 0),
  };
}

/** The samples themselves. */
export function chapterPayload(writer: ByteWriter, { chapters }: ChapterPlan): void {
  for (const { title } of chapters) chapterSample(writer, title);
}
