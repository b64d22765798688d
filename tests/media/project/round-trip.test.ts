import fc from 'fast-check';
import { expect, test } from 'vitest';
import { audacityFileList, audacityLabels } from '../../../electron/media/project/audacity.ts';
import { filesCsv, markersCsv } from '../../../electron/media/project/csv.ts';
import { fcp7 } from '../../../electron/media/project/fcp7.ts';
import { fcpxml } from '../../../electron/media/project/fcpxml.ts';
import { layOut } from '../../../electron/media/project/frame-layout.ts';
import { otio } from '../../../electron/media/project/otio.ts';
import { plainText } from '../../../electron/media/project/plain-text.ts';
import type { Project } from '../../../electron/media/project/project.ts';
import { reaperProject } from '../../../electron/media/project/reaper.ts';
import { resolveEdl } from '../../../electron/media/project/resolve-edl.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import {
  formatLabel,
  framesToLabel,
  labelToFrames,
  parseLabel,
  wrapFrames,
} from '../../../shared/time/timecode.ts';
import { anyProject } from './example.ts';

const RUNS = { numRuns: 150 };

/** An element as a reader sees it, with the text right after its start tag. */
interface Element {
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** Reads the subset of XML that is written; no code in common with the writer. */
function elements(xml: string, tag: string): readonly Element[] {
  const value = (raw: string): string =>
    raw.replace(/&[^;]*;?/g, (reference) => {
      const character = REFERENCES[reference];
      if (character === undefined) throw new Error(`unknown reference ${reference}`);
      return character;
    });
  const tags = xml.matchAll(new RegExp(`<${tag}((?: [A-Za-z-]+="[^"<]*")*)(?:/>|>([^<]*))`, 'g'));
  return [...tags].map(([, attributes = '', text = '']) => ({
    attributes: new Map(
      [...attributes.matchAll(/ ([A-Za-z-]+)="([^"]*)"/g)].map(([, key = '', raw = '']) => [key, value(raw)]),
    ),
    text: value(text),
  }));
}

/** Samples of an FCPXML time, which must be exact. */
function samplesOf(time: string | undefined): number {
  const match = /^(\d+)(?:\/(\d+))?s$/.exec(time ?? '');
  if (match === null) throw new Error(`no time: ${time}`);
  const product = BigInt(match[1] ?? '') * BigInt(SAMPLE_RATE);
  const scale = BigInt(match[2] ?? '1');
  expect(product % scale).toBe(0n);
  return Number(product / scale);
}

/** Seconds as a decimal, to the nearest sample. */
function nearestSample(seconds: string | undefined): number {
  return Math.round(Number(seconds) * SAMPLE_RATE);
}

function inTime(project: Project): readonly number[] {
  return project.markers.map(({ positionSamples }) => positionSamples).toSorted((a, b) => a - b);
}

/** How many samples a frame lasts, not rounded. */
function frameSamples({ rate }: Project): number {
  return (SAMPLE_RATE * rate.frameDuration) / rate.timescale;
}

test('a layout keeps files exact, markers within half a frame and apart', () => {
  fc.assert(
    fc.property(anyProject, (project) => {
      const { clips, markers, frames } = layOut(project);
      const frame = frameSamples(project);
      clips.forEach((clip) => {
        expect(Math.abs(clip.startFrames * frame - clip.media.startSamples)).toBeLessThan(1e-3);
        expect(clip.frames * frame).toBeLessThanOrEqual(clip.media.durationSamples);
        expect((clip.frames + 1) * frame).toBeGreaterThan(clip.media.durationSamples);
        expect(clip.startFrames + clip.frames).toBeLessThanOrEqual(frames);
      });
      let last = -1;
      inTime(project).forEach((positionSamples, index) => {
        const at = markers[index]?.frames ?? NaN;
        // Moved on only where the frame before is taken.
        if (at !== last + 1) expect(Math.abs(at * frame - positionSamples)).toBeLessThanOrEqual(frame / 2);
        expect(at).toBeGreaterThan(last);
        expect(at).toBeLessThan(frames);
        last = at;
      });
    }),
    RUNS,
  );
});

test('FCPXML gives back every name, place and timecode', () => {
  fc.assert(
    fc.property(anyProject, (project) => {
      const xml = fcpxml(project);
      const tcStart = samplesOf(elements(xml, 'sequence')[0]?.attributes.get('tcStart'));
      const assets = elements(xml, 'asset');
      expect(assets.map(({ attributes }) => attributes.get('name'))).toEqual(
        project.media.map(({ player }, index) => plainText(player, `Player ${index + 1}`)),
      );
      const laid = elements(xml, 'asset-clip').filter(({ attributes }) => attributes.has('lane'));
      const long = layOut(project).clips.filter(({ frames }) => frames > 0);
      expect(laid).toHaveLength(long.length);
      laid.forEach(({ attributes }, index) => {
        const media = long[index]?.media;
        expect(samplesOf(attributes.get('offset')) - tcStart).toBe(media?.startSamples);
        const own = assets.find((asset) => asset.attributes.get('id') === attributes.get('ref'));
        expect(attributes.get('start')).toBe(own?.attributes.get('start'));
      });
      const roles = elements(xml, 'audio-channel-source').map(
        ({ attributes }) => attributes.get('role') ?? '',
      );
      for (const role of roles) expect(role).toMatch(/^dialogue\.[^.?]+$/u);
      // Each player's clip stands in the multicam and on the timeline.
      expect(new Set(roles).size).toBe(long.length);
    }),
    RUNS,
  );
});

test('OpenTimelineIO gives back every place and timecode', () => {
  interface Time {
    readonly value: number;
    readonly rate: number;
  }
  interface Range {
    readonly start_time: Time;
    readonly duration: Time;
  }
  interface Timeline {
    readonly global_start_time: Time;
    readonly tracks: {
      readonly markers: readonly { readonly name: string; readonly marked_range: Range }[];
      readonly children: readonly {
        readonly name: string;
        readonly children: readonly { readonly OTIO_SCHEMA: string; readonly source_range: Range }[];
      }[];
    };
  }
  fc.assert(
    fc.property(anyProject, (project) => {
      const timeline = JSON.parse(otio(project)) as Timeline;
      const layout = layOut(project);
      expect(timeline.global_start_time).toMatchObject({
        value: project.startFrame,
        rate: project.rate.timescale / project.rate.frameDuration,
      });
      timeline.tracks.children.forEach(({ name, children }, index) => {
        const clip = layout.clips[index];
        expect(name).toBe(clip?.name);
        if (clip?.frames === 0) expect(children).toEqual([]);
        else {
          const [gap] = children.filter((child) => child.OTIO_SCHEMA === 'Gap.1');
          expect(gap?.source_range.duration.value ?? 0).toBe(clip?.startFrames);
          expect(children.at(-1)?.source_range.start_time.value).toBe(clip?.media.startFrame);
        }
      });
      expect(
        timeline.tracks.markers.map(({ name, marked_range }) => [name, marked_range.start_time.value]),
      ).toEqual(layout.markers.map(({ name, frames }) => [name, frames]));
    }),
    RUNS,
  );
});

test('the EDL gives back the label of every marker', () => {
  fc.assert(
    fc.property(anyProject, (project) => {
      const { rate, startFrame } = project;
      const text = resolveEdl(project);
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/u);
      const events = [...text.matchAll(/^\d{3,} {2}001 {6}V {5}C {8}(\S+) (\S+) \S+ \S+ {2}\r\n(.*)\r\n/gmu)];
      const { markers } = layOut(project);
      expect(events).toHaveLength(markers.length);
      events.forEach(([, start, end, fields], index) => {
        const at = wrapFrames(startFrame + (markers[index]?.frames ?? NaN), rate);
        expect(labelToFrames(parseLabel(start ?? '', rate), rate)).toBe(at);
        expect(end).toBe(formatLabel(framesToLabel(wrapFrames(at + 1, rate), rate), rate));
        expect(fields).toMatch(/^ \|C:ResolveColor(Blue|Red) \|M:[^|]+ \|D:1$/u);
      });
    }),
    RUNS,
  );
});

test('FCP7 XML gives back every place, name and label', () => {
  fc.assert(
    fc.property(anyProject, (project) => {
      const xml = fcp7(project);
      const layout = layOut(project);
      const starts = elements(xml, 'start').map(({ text }) => Number(text));
      const expected = layout.clips
        .filter(({ frames }) => frames > 0)
        .flatMap(({ media, startFrames }) => Array<number>(media.channels).fill(startFrames));
      expect(starts).toEqual(expected);
      const labels = elements(xml, 'string').map(({ text }) =>
        labelToFrames(parseLabel(text, project.rate), project.rate),
      );
      expect(labels).toEqual(elements(xml, 'frame').map(({ text }) => Number(text)));
      const names = elements(xml, 'name').map(({ text }) => text);
      expect(names.slice(names.length - layout.markers.length)).toEqual(
        layout.markers.map(({ name }) => name),
      );
    }),
    RUNS,
  );
});

test('tables, labels and the REAPER project give back every sample', () => {
  fc.assert(
    fc.property(anyProject, (project) => {
      const { media } = project;
      const markers = inTime(project);
      const rows = markersCsv(project).split('\r\n').slice(1, -1);
      expect(rows.map((row) => nearestSample(row.split(',')[1]))).toEqual(markers);
      expect(filesCsv(project).split('\r\n')).toHaveLength(media.length + 2);
      const labels = audacityLabels(project).split('\n').slice(0, -1);
      expect(labels.map((line) => line.split('\t').length)).toEqual(markers.map(() => 3));
      expect(labels.map((line) => nearestSample(line.split('\t')[0]))).toEqual(markers);
      const offsets = [...audacityFileList(project).matchAll(/^file "[^"\n]+" offset (\S+)$/gmu)];
      expect(offsets.map(([, seconds]) => nearestSample(seconds))).toEqual(
        media.map(({ startSamples }) => startSamples),
      );
      const reaper = reaperProject(project);
      const values = (key: string): number[] =>
        [...reaper.matchAll(new RegExp(`^ +${key} (\\S+)$`, 'gmu'))].map(([, seconds]) =>
          nearestSample(seconds),
        );
      expect(values('POSITION')).toEqual(media.map(({ startSamples }) => startSamples));
      expect(values('LENGTH')).toEqual(media.map(({ durationSamples }) => durationSamples));
      const set = [...reaper.matchAll(/^ {2}MARKER \d+ (\S+) (?:"[^"]+"|'[^']+'|`[^`]+`) 0$/gmu)];
      expect(set.map(([, seconds]) => nearestSample(seconds))).toEqual(markers);
    }),
    RUNS,
  );
});
