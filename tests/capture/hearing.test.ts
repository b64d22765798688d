import { describe, expect, test } from 'vitest';
import { type Block, BLOCK_SAMPLES } from '../../renderer/capture/block.ts';
import type { CaptureLevels } from '../../renderer/capture/capture-link.ts';
import { Hearing } from '../../renderer/capture/hearing.ts';
import type { Loudness } from '../../renderer/capture/level.ts';

const ORIGIN = 1_763_705_000_000;

class Studio {
  nowMillis = 0;
  blocks = 0;
  readonly anchors: number[] = [];
  readonly begun: number[] = [];
  readonly taken: (readonly [number, number, number])[] = [];
  readonly live = {
    sessionId: undefined as string | undefined,
    begin: (frame: number) => void this.begun.push(frame),
    take: ({ track, frame }: Block, { peak }: Loudness) => void this.taken.push([track, frame, peak]),
    positionOf: (frame: number) => frame + 480_000,
  };
  readonly hearing = new Hearing({
    now: () => this.nowMillis,
    originMillis: ORIGIN,
    onAnchor: () => void this.anchors.push(this.blocks),
  });

  /** So many blocks of a mono and a stereo track. */
  hear(count: number, value = 0.5): void {
    for (let block = 0; block < count; block++) {
      const frame = this.blocks++ * BLOCK_SAMPLES;
      for (const track of [0, 1]) {
        const pcm = new Float32Array((track + 1) * BLOCK_SAMPLES).fill(value);
        this.hearing.hear({ track, frame, pcm, missingSamples: 0 });
      }
    }
  }
}

describe('what is heard', () => {
  test('tells the first anchor half a second in, then every three', () => {
    const studio = new Studio();
    studio.live.sessionId = 'known';
    studio.hearing.follow(studio.live);
    studio.hear(500);
    expect(studio.anchors).toEqual([25, 175, 325, 475]);
  });

  test('waits with it for the session, no longer, and tells each session its own', () => {
    const studio = new Studio();
    studio.hearing.follow(studio.live);
    studio.hear(60);
    expect(studio.anchors).toEqual([]);
    studio.live.sessionId = 'late';
    studio.hear(160);
    expect(studio.anchors).toEqual([61, 211]);
    studio.hearing.follow(undefined);
    studio.hear(200);
    studio.hearing.follow(studio.live);
    studio.hear(30);
    expect(studio.anchors).toEqual([61, 211, 445]);
  });

  test('stands at the sample of its moment, and is recorded from where all devices are', () => {
    const studio = new Studio();
    expect(studio.hearing.positionAt(0)).toBeUndefined();
    studio.hear(100);
    expect(studio.hearing.positionAt(1000)).toBeUndefined();
    studio.hearing.follow(studio.live);
    expect(studio.begun).toEqual([96_000]);
    expect(studio.hearing.positionAt(1000)).toBe(48_000 + 480_000);
    studio.hear(1);
    expect(studio.taken).toEqual([
      [0, 96_000, 0.5],
      [1, 96_000, 0.5],
    ]);
    expect(studio.hearing.unixMillisOf(96_000)).toBe(ORIGIN + 2000);
  });

  test('goes on in session time while no device is heard', () => {
    const studio = new Studio();
    const told: unknown[] = [];
    studio.hearing.onLevels(({ positionSamples }) => told.push(positionSamples));
    studio.hear(4);
    studio.nowMillis = 1090;
    studio.hearing.second();
    studio.hearing.follow(studio.live);
    studio.nowMillis = 1050;
    studio.hearing.second();
    expect(told).toEqual([null]);
    studio.nowMillis = 1090;
    studio.hearing.second();
    expect(told).toEqual([null, 1090 * 48 + 480_000]);
    expect(studio.hearing.nowSamples).toBe(1090 * 48 + 480_000);
  });

  test('begins with its first block where nothing was heard of these tracks', () => {
    const studio = new Studio();
    studio.hear(3);
    studio.hearing.expect([1, 2]);
    studio.hearing.follow(studio.live);
    expect(studio.begun).toEqual([]);
  });

  test('is measured for whoever looks, by track and channel, until they look away', () => {
    const studio = new Studio();
    const told: CaptureLevels[] = [];
    studio.hearing.expect([1, 2]);
    const end = studio.hearing.onLevels((levels) => told.push(levels));
    studio.hear(3);
    expect(told).toEqual([
      {
        positionSamples: null,
        atMillis: ORIGIN + 60,
        tracks: [
          { peaks: [0.5], rms: 0.5, clipped: false },
          { peaks: [0.5, 0.5], rms: 0.5, clipped: false },
        ],
      },
    ]);
    studio.hearing.follow(studio.live);
    studio.hear(3, 1);
    expect(told[1]).toMatchObject({
      positionSamples: 6 * BLOCK_SAMPLES + 480_000,
      tracks: [{ clipped: true }, { clipped: true }],
    });
    expect(studio.taken.map(([, , peak]) => peak)).toEqual([1, 1, 1, 1, 1, 1]);
    end();
    studio.hear(50);
    expect(told).toHaveLength(2);
  });
});
