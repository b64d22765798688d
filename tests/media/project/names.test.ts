import { describe, expect, test } from 'vitest';
import { markersCsv } from '../../../electron/media/project/csv.ts';
import { decimalSeconds } from '../../../electron/media/project/decimal-seconds.ts';
import { fcpxml } from '../../../electron/media/project/fcpxml.ts';
import { fileUrl } from '../../../electron/media/project/file-url.ts';
import { layOut } from '../../../electron/media/project/frame-layout.ts';
import { plainText } from '../../../electron/media/project/plain-text.ts';
import { reaperProject } from '../../../electron/media/project/reaper.ts';
import { resolveEdl } from '../../../electron/media/project/resolve-edl.ts';
import { wrapFrames } from '../../../shared/time/timecode.ts';
import { exampleProject, mediaAt } from './example.ts';

describe('file URLs', () => {
  test.each([
    ['/Volumes/Pod/01 Zoë & Max (x).wav', 'file:///Volumes/Pod/01%20Zo%C3%AB%20%26%20Max%20(x).wav'],
    ['/a/100% #1?.wav', 'file:///a/100%25%20%231%3F.wav'],
    ['/a/back\\slash.wav', 'file:///a/back%5Cslash.wav'],
    ['C:\\Pod\\日本.wav', 'file:///C:/Pod/%E6%97%A5%E6%9C%AC.wav'],
    ['d:/Pod/a.wav', 'file:///d:/Pod/a.wav'],
    ['\\\\server\\share\\a b.wav', 'file://server/share/a%20b.wav'],
    ['/lone\ud800.wav', 'file:///lone%EF%BF%BD.wav'],
  ])('%s', (path, url) => {
    expect(fileUrl(path)).toBe(url);
  });

  test('with a host for FCP7 XML', () => {
    expect(fileUrl('/a/b.wav', 'localhost')).toBe('file://localhost/a/b.wav');
  });
});

test.each([
  ['a\r\n\tb\u2028c\u0000d', 'a b c d'],
  ['\uffff\ufffe \u0085', 'fallback'],
  ['\ud800x', '\ufffdx'],
  ['👩‍👩‍👧 שלום', '👩‍👩‍👧 שלום'],
])('plain text of %j', (text, plain) => {
  expect(plainText(text, 'fallback')).toBe(plain);
});

test.each([
  [0, '0.000000'],
  [1, '0.000021'],
  [-48_000, '-1.000000'],
  [30 * 3600 * 48_000 + 47_999, '108000.999979'],
])('%i samples in seconds', (samples, seconds) => {
  expect(decimalSeconds(samples)).toBe(seconds);
});

test('players of the same name keep roles of their own', () => {
  const { rate, startFrame, ...project } = exampleProject('25');
  const media = ['Al', 'al', 'A.l?', 'A l', 'Al 2'].map((player) => mediaAt(rate, startFrame, 0, { player }));
  const xml = fcpxml({ ...project, rate, startFrame, media });
  const roles = new Set([...xml.matchAll(/role="dialogue\.([^"]+)"/g)].map(([, role]) => role));
  expect([...roles]).toEqual(['Al', 'al 2', 'A l', 'A l 2', 'Al 2 2']);
});

test('a name cannot become a formula, a field or a quote', () => {
  const project = {
    ...exampleProject('25'),
    title: 'a|b\nFCM: DROP FRAME',
    markers: [
      { positionSamples: 0, kind: 'marker', name: '=1+1' },
      { positionSamples: 0, kind: 'marker', name: '|C:ResolveColorRed' },
      { positionSamples: 0, kind: 'marker', name: 'all "of\' them`' },
    ],
  } as const;
  expect(markersCsv(project)).toContain(",marker,'=1+1\r\n");
  expect(resolveEdl(project)).toContain('TITLE: a b FCM: DROP FRAME\r\n');
  expect(resolveEdl(project)).toContain(' |C:ResolveColorBlue |M:C:ResolveColorRed |D:1\r\n');
  expect(reaperProject(project)).toContain("`all \"of' them'`");
});

test('markers of one frame move on to free ones, and what lies before the start is a mistake', () => {
  const project = exampleProject('25');
  const at = (positionSamples: number) => ({ positionSamples, kind: 'marker', name: '' }) as const;
  const frames = (positions: readonly number[]): readonly number[] =>
    layOut({ ...project, markers: positions.map(at) }).markers.map((marker) => marker.frames);
  expect(frames([1920, 1900, 1921, 1920 * 3, 1920 * 20])).toEqual([1, 2, 3, 4, 20]);
  expect(() => frames([-1])).toThrow(RangeError);
});

test('a file that begins after midnight lies where it was recorded, with its own label', () => {
  const example = exampleProject('29.97df');
  const { rate } = example;
  const startFrame = wrapFrames(-10, rate) - (wrapFrames(-10, rate) % 5);
  const late = mediaAt(rate, startFrame, 100, { player: 'Late' });
  const xml = fcpxml({ ...example, startFrame, media: [late], markers: [] });
  expect(late.startFrame).toBeLessThan(100);
  expect(xml).toContain(`offset="${(startFrame + 100) * 1001}/30000s"`);
  expect(xml).toContain(`start="${late.startFrame * 1001}/30000s"`);
});

test('a file shorter than a frame is no clip, and the timeline lasts a frame at least', () => {
  const { rate, startFrame, ...project } = exampleProject('25');
  const media = [mediaAt(rate, startFrame, 0, { player: 'Blink', durationSamples: 1919 })];
  const xml = fcpxml({ ...project, rate, startFrame, media, markers: [], durationSamples: 0 });
  expect(xml).not.toContain('<asset-clip');
  expect(xml).toMatch(/<sequence [^>]*duration="1920\/48000s"/);
});
