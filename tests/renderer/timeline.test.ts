import { describe, expect, test, vi } from 'vitest';
import { encodePeaks } from '../../shared/ipc/peaks-answer.ts';
import { fillColumns, makeColumns } from '../../renderer/session/columns.ts';
import { boxesInView } from '../../renderer/session/draw-stretches.ts';
import { flagsInView } from '../../renderer/session/flags.ts';
import { fallen, meterPart, peakAround, peaksOf } from '../../renderer/session/meter.ts';
import { fetchMedia } from '../../renderer/host/media.ts';
import { levelFor, PeakStore } from '../../renderer/session/peak-store.ts';
import { rulerTicks } from '../../renderer/session/ruler-ticks.ts';
import { TimecodeFace } from '../../renderer/session/timecode-face.ts';
import { ViewRange } from '../../renderer/session/view-range.ts';

const SECOND = 48_000;
const HOUR = 3600 * SECOND;

describe('the view', () => {
  const whole = ViewRange.whole(1000, HOUR);

  test('shows the whole session, and no more than that with its margins', () => {
    expect(whole.pixelOf(0)).toBeCloseTo(10);
    expect(whole.pixelOf(HOUR)).toBeCloseTo(990);
    expect(whole.zoomed(0.1, 500).samplesPerPixel).toBe(whole.samplesPerPixel);
  });

  test('zooms to what lies under the pointer', () => {
    const held = whole.samplesAt(700);
    let view = whole;
    for (let step = 0; step < 12; step += 1) view = view.zoomed(2, 700);
    expect(Math.abs(view.samplesAt(700) - held)).toBeLessThanOrEqual(1);
    expect(view.zoomed(1e9, 700).samplesPerPixel).toBe(1);
  });

  test('stays within the session however it is scrolled', () => {
    const near = whole.zoomed(100, 0);
    expect(near.scrolled(-1e9).pixelOf(0)).toBeCloseTo(10);
    expect(near.scrolled(1e9).pixelOf(HOUR)).toBeCloseTo(990);
    expect(near.revealing(HOUR / 2).pixelOf(HOUR / 2)).toBeCloseTo(100);
    expect(near.revealing(near.samplesAt(500))).toBe(near);
  });

  test.each([0, 1, 30 * HOUR])('a session of %i samples has a view', (duration) => {
    const view = ViewRange.whole(800, duration).zoomed(3, 400).scrolled(50).resized(300).resized(900);
    expect(Number.isFinite(view.startSamples)).toBe(true);
    expect(view.samplesAt(-1e7)).toBe(0);
    expect(view.samplesAt(1e7)).toBeLessThanOrEqual(duration);
  });
});

describe('timecode on the ruler', () => {
  const drop = new TimecodeFace({ rate: '29.97df', startLabel: '10:00:58;00', leadSamples: 0 });

  test('drop frame leaves out two labels a minute', () => {
    expect(drop.label(0)).toBe('10:00:58;00');
    const lastOfMinute = drop.samplesOf(59);
    expect(drop.label(lastOfMinute)).toBe('10:00:59;29');
    expect(drop.label(drop.stepped(lastOfMinute, 1))).toBe('10:01:00;02');
  });

  test('frames begin where they are said to begin, at every rate', () => {
    for (const rate of ['23.976', '25', '29.97df', '29.97ndf', '59.94df', '60']) {
      const face = new TimecodeFace({ rate, startLabel: '23:59:50:00', leadSamples: 700 });
      for (let frame = 0; frame < 2000; frame += 1) {
        expect(face.frameAt(face.samplesOf(frame))).toBe(frame);
        expect(face.frameAt(face.samplesOf(frame) - 1)).toBe(frame - 1);
      }
    }
  });

  test('labels whole seconds of the timecode, also those that drop frame renames', () => {
    const view = ViewRange.whole(1000, 10 * SECOND);
    const labels = rulerTicks(view, drop).flatMap(({ label }) => label ?? []);
    expect(labels).toContain('10:01:00;02');
    expect(labels.every((label) => label.endsWith(';00') || label === '10:01:00;02')).toBe(true);
  });

  test('goes on over midnight, and to single frames close up', () => {
    const face = new TimecodeFace({ rate: '25', startLabel: '23:59:55:00', leadSamples: 960 });
    const view = ViewRange.whole(1000, 10 * SECOND);
    expect(rulerTicks(view, face).map(({ label }) => label)).toContain('00:00:00:00');
    const close = view.zoomed(100, 500);
    const labels = rulerTicks(close, face).filter(({ label }) => label !== null);
    expect(labels.length).toBeGreaterThan(1);
    expect(labels.length).toBeLessThan(20);
  });

  test.each([1, 60, 3600, 30 * 3600])('of %i seconds has few and ordered ticks', (seconds) => {
    const ticks = rulerTicks(ViewRange.whole(1200, seconds * SECOND), drop);
    expect(ticks.length).toBeLessThan(260);
    expect(ticks.every(({ pixel }, index) => index === 0 || pixel >= (ticks[index - 1]?.pixel ?? 0))).toBe(
      true,
    );
  });
});

describe('peaks', () => {
  test('of the coarsest level with a block in each column', () => {
    expect([1, 512, 4095, 4096, 40_000, 3e6].map(levelFor)).toEqual([0, 0, 0, 1, 2, 4]);
  });

  test('are drawn as far as they are there, and asked for again', async () => {
    const later: (() => void)[] = [];
    let done = 512;
    const asked: number[] = [];
    const store = new PeakStore({
      sessionId: 's',
      fetch: (request) => {
        asked.push(request.kind === 'peaks' ? request.level : -1);
        const fields = new Int16Array(2048 * 3);
        for (let block = 0; block < 2048; block += 1) {
          fields.set(block * 512 < done ? [-100, 200, 50] : [32_767, -32_768, 0], block * 3);
        }
        const bytes = new Uint8Array(fields.buffer);
        return Promise.resolve(encodePeaks({ doneSamples: done, endSamples: 1024, bytes }).buffer);
      },
      after: (_millis, run) => later.push(run),
      changed: () => undefined,
    });
    const columns = makeColumns(2);
    const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
    expect(fillColumns(store, 'p', 0, 512, columns)).toBe(false);
    await settle();
    expect(fillColumns(store, 'p', 0, 512, columns)).toBe(false);
    expect([...columns.highest]).toEqual([200, -32_768]);
    expect(asked).toHaveLength(1);
    done = 1024;
    later.splice(0).forEach((run) => run());
    fillColumns(store, 'p', 0, 512, columns);
    await settle();
    expect(fillColumns(store, 'p', 0, 512, columns)).toBe(true);
    expect([...columns.highest, ...columns.rms]).toEqual([200, 200, 50, 50]);
    expect(asked).toEqual([0, 0]);
  });
});

test.each([
  [409, { code: 'unavailable', detail: { kind: 'folder-silent', path: '/s' } }, 'disk-silent'],
  [409, { code: 'unreadable' }, 'unreadable'],
  [500, undefined, 'unreadable'],
] as const)('peaks that are refused with %s and %o are told of as %s', async (status, told, why) => {
  const body = told === undefined ? 'none' : JSON.stringify({ message: 'No.', next: null, ...told });
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status })));
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const store = new PeakStore({
    sessionId: 's',
    fetch: fetchMedia,
    after: () => undefined,
    changed: () => {
      resolve(undefined);
    },
  });
  store.chunk('p', 0, 0);
  await promise;
  vi.unstubAllGlobals();
  expect(store.failure('p')).toBe(why);
});

test('thousands of gaps are no more boxes than there are pixels', () => {
  const gaps = Array.from({ length: 50_000 }, (_, index) => ({
    startSamples: index * 4000,
    durationSamples: 960,
  }));
  const boxes = [...boxesInView(gaps, ViewRange.whole(500, 50_000 * 4000), 1)];
  expect(boxes.length).toBeLessThan(500);
  const near = ViewRange.whole(500, 50_000 * 4000).zoomed(10_000, 250);
  expect([...boxesInView(gaps, near, 1)].every(({ stretch }) => stretch !== null)).toBe(true);
});

test('markers have room for their names, or none', () => {
  const at = (markerId: string, positionSamples: number) =>
    ({ markerId, positionSamples, kind: 'marker', name: markerId }) as const;
  const view = ViewRange.whole(1000, 100 * SECOND);
  const flags = flagsInView([at('b', 11 * SECOND), at('a', 10 * SECOND), at('c', 11 * SECOND)], view);
  expect(flags.map(({ marker, widthPixels }) => [marker.markerId, widthPixels > 0])).toEqual([
    ['a', false],
    ['b', true],
  ]);
});

test('meters rise at once, hold and fall as the standard says', () => {
  const risen = fallen(undefined, 1, 0.03);
  expect(risen).toMatchObject({ level: 1, held: 1 });
  const later = fallen(risen, 0, 1.4);
  expect(20 * Math.log10(later.level)).toBeCloseTo((-20 * 1.4) / 1.7);
  expect(later.held).toBe(1);
  expect(fallen(later, 0, 0.2).held).toBeLessThan(1);
  expect([1, 0.1, 0.01, 0.001, 0].map(meterPart)).toEqual([1, 0.5, expect.closeTo(0.15), 0, 0]);
  const plane = new Float32Array(4800);
  plane[2000] = -0.5;
  expect(peakAround(peaksOf([plane]), 2400)).toBe(0.5);
  expect(peakAround(peaksOf([plane]), 4700)).toBe(0);
});
