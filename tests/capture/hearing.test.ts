import { describe, expect, test } from 'vitest';
import { type Block, BLOCK_SAMPLES } from '../../renderer/capture/block.ts';
import type { CaptureLevels } from '../../renderer/capture/capture-link.ts';
import { Hearing } from '../../renderer/capture/hearing.ts';
import type { Loudness } from '../../renderer/capture/level.ts';

const ORIGIN = 1_763_705_000_000;
/** From a block's last sample to its arrival. */
const DELAY_MILLIS = 3;

class Studio {
  nowMillis = 0;
  blocks = 0;
  readonly anchors: number[] = [];
  readonly seconds: number[] = [];
  readonly taken: { frame: number; loudness: readonly Loudness[]; atMillis: number }[] = [];
  readonly skipped: number[] = [];
  readonly live = {
    sessionId: undefined as string | undefined,
    take: ({ frame }: Block, loudness: readonly Loudness[], atMillis: number) =>
      void this.taken.push({ frame, loudness, atMillis }),
    skip: (samples: number) => void this.skipped.push(samples),
    positionOf: (frame: number) => frame + 480_000,
  };
  readonly hearing = new Hearing({
    now: () => this.nowMillis,
    originMillis: ORIGIN,
    onAnchor: () => void this.anchors.push(this.blocks),
    onSecond: () => void this.seconds.push(this.blocks),
  });

  /** So many blocks of 20 ms as they arrive, those of the counter standing still for so long before. */
  hear(count: number, lateMillis = 0, value = 0.5): void {
    for (let block = 0; block < count; block++) {
      const frame = this.blocks++ * BLOCK_SAMPLES;
      this.nowMillis = this.blocks * 20 + DELAY_MILLIS + lateMillis;
      this.hearing.hear({
        frame,
        pcm: new Float32Array(3 * BLOCK_SAMPLES).fill(value),
        missingSamples: 0,
      });
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
    expect(studio.seconds).toEqual([50, 100, 150, 200, 250, 300, 350, 400, 450, 500]);
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

  test('stands at the sample that the clock gave to its moment', () => {
    const studio = new Studio();
    expect(studio.hearing.positionAt(0)).toBeUndefined();
    studio.hear(100);
    expect(studio.hearing.positionAt(1000)).toBeUndefined();
    studio.hearing.follow(studio.live);
    // Frame 48 000 arrived at 1003 ms.
    expect(studio.hearing.positionAt(1003)).toBe(48_000 + 480_000);
    studio.hear(1);
    expect(studio.taken).toMatchObject([{ frame: 96_000, atMillis: ORIGIN + 2023 }]);
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
        atMillis: ORIGIN + 63,
        tracks: [
          { peaks: [0.5], rms: 0.5, clipped: false },
          { peaks: [0.5, 0.5], rms: 0.5, clipped: false },
        ],
      },
    ]);
    studio.hearing.follow(studio.live);
    studio.hear(3, 0, 1);
    expect(told[1]).toMatchObject({
      positionSamples: 6 * BLOCK_SAMPLES + 480_000,
      tracks: [{ clipped: true }, { clipped: true }],
    });
    expect(studio.taken.map(({ loudness }) => loudness.map(({ peak }) => peak))).toEqual(
      Array.from({ length: 3 }, () => [1, 1]),
    );
    end();
    studio.hear(50);
    expect(told).toHaveLength(2);
  });

  test('lays a gap where the counter stood still, at once after a rest that was told', () => {
    const studio = new Studio();
    studio.hearing.follow(studio.live);
    studio.hear(250);
    studio.hear(1, 10);
    expect(studio.skipped).toEqual([]);
    studio.hearing.resumed();
    studio.hear(1, 200);
    expect(studio.skipped).toEqual([200 * 48]);
  });
});
