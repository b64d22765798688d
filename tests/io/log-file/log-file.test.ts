import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../electron/media/log/manifest.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { type Fault, type FileCall, FaultyFiles } from '../../support/faulty-files.ts';
import { Random } from '../../support/random.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import {
  appendSlot,
  manifestOf,
  openLog,
  packetAt,
  PACKET_SAMPLES,
  scanFiles,
  SESSION_FOLDER,
  slotsIn,
} from './recording.ts';

type FaultRule = (call: FileCall, path: string, count: number) => Fault | undefined;

/** A log on a simulated disk; the rule may be changed while it runs. */
async function given(
  options: Partial<Parameters<typeof openLog>[0]> & { rule?: FaultRule; roomBytes?: number } = {},
) {
  const { rule, roomBytes, ...rest } = options;
  const clock = new SimulatedClock();
  const disk = { rule };
  const files = new FaultyFiles({
    clock,
    fault: (call, path, count) => disk.rule?.(call, path, count),
    ...(roomBytes !== undefined && { roomBytes }),
  });
  const { log, states } = await clock.until(openLog({ files, clock, ...rest }));
  return { clock, files, log, states, disk };
}

/** Appends packets of all tracks in real time, slot by slot; returns how many slots were taken whole. */
async function record(
  { clock, log }: Awaited<ReturnType<typeof given>>,
  slots: number,
  firstSlot = 0,
  tracks = 2,
): Promise<number> {
  let taken = 0;
  for (let slot = firstSlot; slot < firstSlot + slots; slot++) {
    const answers = Array.from({ length: tracks }, (_, track) => appendSlot(log, track, slot));
    if (answers.every(Boolean)) taken++;
    await clock.advance(20);
  }
  return taken;
}

const slotRange = (end: number): number[] => Array.from({ length: end }, (_, slot) => slot);
const durableSlots = (ends: ReadonlyMap<number, number>, track = 0): number =>
  (ends.get(track) ?? 0) / PACKET_SAMPLES;

describe('a log that is being written', () => {
  test('exists durably before anything is recorded', async () => {
    const { files } = await given();
    for (let seed = 0; seed < 20; seed++) {
      const left = files.afterPowerCut(new Random(seed));
      expect([...left.keys()].sort()).toEqual([
        `${SESSION_FOLDER}/log/000001.tsl`,
        `${SESSION_FOLDER}/session.json`,
      ]);
      expect(parseManifest(left.get(`${SESSION_FOLDER}/session.json`)).manifest).toEqual(manifestOf(2));
      expect(scanFiles(left).findings.kept).toEqual([]);
    }
  });

  test('has bytes in the kernel within 100 ms and durable within the setting', async () => {
    for (const durabilityMillis of [250, 500, 1000, 2000] as const) {
      const slow: FaultRule = (call) =>
        call === 'datasync' || call === 'sync' ? { delayMillis: 25 } : { delayMillis: 1 };
      const recording = await given({ durabilityMillis, rule: slow });
      const { clock, files, log } = recording;
      for (let slot = 0; slot < 300; slot++) {
        appendSlot(log, 0, slot);
        appendSlot(log, 1, slot);
        await clock.advance(20);
        const inKernel = slotsIn(files.contents).get(0)?.size ?? 0;
        // The packet of slot n arrived 20 ms per slot ago, and one more has passed since the last.
        expect((slot + 1 - inKernel) * 20).toBeLessThanOrEqual(100);
        expect((slot + 1 - durableSlots(log.state.durableSamples)) * 20).toBeLessThanOrEqual(
          durabilityMillis,
        );
        expect(log.state.lagMillis).toBeLessThanOrEqual(durabilityMillis);
      }
      const syncs = files.calls.filter(({ call }) => call === 'datasync').length;
      expect(syncs / 6).toBeLessThanOrEqual(8);
      await clock.until(log.close());
    }
  });

  test('is durable in time too when nothing follows, and then rests', async () => {
    const { clock, log, states } = await given();
    appendSlot(log, 0, 0);
    await clock.advance(499);
    expect(log.state.durableSamples).toEqual(new Map([[0, PACKET_SAMPLES]]));
    expect(log.state.lagMillis).toBe(0);
    expect(states.at(-1)).toEqual(log.state);
    expect(clock.pendingTimers).toBe(0);
  });

  test('groups five packets of a track at a time', async () => {
    const recording = await given();
    await record(recording, 100);
    const collector = scanFiles(recording.files.contents);
    const bytes = [...recording.files.contents.values()].reduce((sum, { length }) => sum + length, 0);
    expect(collector.findings.kept).toEqual([]);
    const writes = recording.files.calls.filter(
      ({ call, path }) => call === 'write' && path.endsWith('.tsl'),
    );
    expect(writes.length).toBeLessThanOrEqual(22);
    expect(bytes).toBeGreaterThan(2 * 100 * 12);
  });

  test('takes packets during a sync, which vouches only for what was written before it', async () => {
    const recording = await given({
      rule: (call) => (call === 'datasync' ? { delayMillis: 400 } : undefined),
    });
    const { files, log, clock } = recording;
    await record(recording, 100);
    for (let seed = 0; seed < 50; seed++) {
      const found = slotsIn(files.afterPowerCut(new Random(seed)));
      for (const track of [0, 1]) {
        for (const slot of slotRange(durableSlots(log.state.durableSamples, track)))
          expect(found.get(track)?.has(slot)).toBe(true);
      }
    }
    const syncs = files.calls.filter(({ call }) => call === 'datasync');
    syncs
      .slice(1)
      .forEach((sync, i) => expect(sync.atMicros).toBeGreaterThanOrEqual(syncs[i]?.doneMicros ?? 0));
    await clock.until(log.close());
  });

  test('goes on into new segments, each sealed and synced before the next is acknowledged', async () => {
    const recording = await given({ segmentSamples: 48_000 });
    const { clock, files, log } = recording;
    for (let i = 0; i < 12; i++) {
      await record(recording, 25, i * 25);
      for (let seed = 0; seed < 10; seed++) {
        const found = slotsIn(files.afterPowerCut(new Random(seed + i * 100)));
        for (const slot of slotRange(durableSlots(log.state.durableSamples)))
          expect(found.get(0)?.has(slot)).toBe(true);
      }
    }
    const endSamples = 300 * PACKET_SAMPLES;
    await clock.until(log.end(endSamples, manifestOf(2, endSamples)));
    const left = files.afterPowerCut(new Random(1));
    const collector = scanFiles(left);
    expect(collector.segments.length).toBeGreaterThanOrEqual(6);
    expect(collector.segments.every(({ sealed }) => sealed)).toBe(true);
    expect(collector.endSamples).toBe(endSamples);
    expect(collector.findings.kept).toEqual([]);
    expect([...(slotsIn(left).get(1) ?? [])]).toEqual(slotRange(300));
    expect(parseManifest(left.get(`${SESSION_FOLDER}/session.json`)).manifest).toEqual(
      manifestOf(2, endSamples),
    );
    expect([files.openHandles, files.isLocked(SESSION_FOLDER), clock.pendingTimers]).toEqual([0, false, 0]);
  });

  test('keeps its positions and deadlines when the wall clock jumps', async () => {
    const recording = await given({ segmentSamples: 96_000 });
    const { clock, files, log } = recording;
    for (const jumpMicros of [3_600e6, -3_600e6, -86_400e6, 5e6]) {
      const slot = log.state.durableSamples.size === 0 ? 0 : durableSlots(log.state.durableSamples);
      clock.wallOffsetMicros += jumpMicros;
      await record(recording, 100, Math.ceil(slot / 100) * 100);
      expect(log.state.lagMillis).toBeLessThanOrEqual(500);
    }
    await clock.until(log.close());
    const collector = scanFiles(files.contents);
    expect([...(slotsIn(files.contents).get(0) ?? [])]).toEqual(slotRange(400));
    const starts = collector.segments.map(({ header }) => header?.startSamples ?? NaN);
    expect(starts).toEqual([0, 1, 2, 3].map((n) => n * 96_000));
    expect(new Set(collector.segments.map(({ header }) => header?.t0UnixMicros)).size).toBe(1);
    const ticks = collector.segments.map(({ header }) => header?.monotonicMicros ?? NaN);
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
  });

  test('holds tracks that join, anchors, markers and events in their places', async () => {
    const { clock, files, log } = await given();
    log.anchor({ positionSamples: 0, monotonicMicros: 7 });
    log.track(960, { id: 9, name: 'Zoë', channels: 2, preSkipSamples: 312, inputRate: 44_100 });
    expect(log.append(9, 960, [packetAt(9, 1)])).toBe(true);
    log.marker({ positionSamples: 1000, kind: 'slate', name: 'take 1' });
    log.event({ positionSamples: 1300, track: 9, kind: 'device-lost', label: 'USB' });
    await clock.until(log.close());
    const { anchors, markers, events, tracks } = scanFiles(files.contents);
    expect([anchors.length, markers.length, events.length]).toEqual([1, 1, 1]);
    expect(tracks.get(9)?.info.name).toBe('Zoë');
    expect(tracks.get(9)?.packets.count).toBe(1);
  });

  test('refuses what is no packet, and takes nothing of it', async () => {
    const { clock, files, log } = await given();
    expect(() => log.append(0, 0, [packetAt(0, 0), new Uint8Array()])).toThrow(RangeError);
    expect(() => log.append(7, 0, [packetAt(0, 0)])).toThrow(RangeError);
    expect(log.append(0, 0, [])).toBe(true);
    await clock.until(log.close());
    expect(scanFiles(files.contents).tracks.get(0)?.packets.count).toBe(0);
    expect(log.append(0, 0, [packetAt(0, 0)])).toBe(false);
    await expect(log.replaceManifest(manifestOf(2))).rejects.toThrow(AppError);
  });

  test('replaces its manifest only after what that says is durable', async () => {
    const { clock, files, log } = await given({
      rule: (call) => ({ delayMillis: call === 'datasync' ? 50 : 1 }),
    });
    log.track(0, { id: 2, name: 'Player 2', channels: 1, preSkipSamples: 312, inputRate: 48_000 });
    const state = { isDone: false };
    const replaced = log.replaceManifest(manifestOf(3)).then(() => (state.isDone = true));
    for (let step = 0; !state.isDone; step++) {
      await clock.advance(1);
      const left = files.afterPowerCut(new Random(step));
      const listed = parseManifest(left.get(`${SESSION_FOLDER}/session.json`)).manifest?.tracks.length;
      expect(listed).toBeGreaterThanOrEqual(2);
      if (listed === 3) expect(scanFiles(left).tracks.get(2)?.assumed).toBe(false);
    }
    await replaced;
    expect(
      parseManifest(files.afterPowerCut(new Random(1)).get(`${SESSION_FOLDER}/session.json`)).manifest
        ?.tracks,
    ).toHaveLength(3);
  });
});

describe('a disk that stalls', () => {
  test('costs nothing below the bound, however long it takes to answer', async () => {
    const recording = await given();
    const { clock, log, disk, states } = recording;
    await record(recording, 10);
    disk.rule = (call) => ({ delayMillis: call === 'write' ? 20_000 : 3000 });
    expect(await record(recording, 2000, 10)).toBe(2000);
    expect(Math.max(...states.map(({ lagMillis }) => lagMillis))).toBeGreaterThan(10_000);
    expect(Math.max(...states.map(({ queuedBytes }) => queuedBytes))).toBeGreaterThan(1000);
    disk.rule = undefined;
    await clock.until(log.close());
    expect(log.state).toMatchObject({ dropped: [], failure: undefined, lagMillis: 0, queuedBytes: 0 });
    expect([...(slotsIn(recording.files.contents).get(0) ?? [])]).toEqual(slotRange(2010));
  });

  test('drops and reports what the bound cannot hold, and records again when it answers', async () => {
    const recording = await given({ queueBytes: 2000 });
    const { clock, log, disk, files, states } = recording;
    await record(recording, 10);
    disk.rule = (call) => (call === 'write' ? { delayMillis: 5000 } : undefined);
    const taken = await record(recording, 200, 10);
    expect(taken).toBeLessThan(200);
    disk.rule = undefined;
    await clock.advance(6000);
    expect(await record(recording, 50, 210)).toBe(50);
    await clock.until(log.close());
    const { dropped, failure } = log.state;
    expect(failure).toBeUndefined();
    expect(states.some((state) => state.dropped.length > 0)).toBe(true);
    const found = slotsIn(files.contents);
    for (const track of [0, 1]) {
      const ranges = dropped.filter((range) => range.track === track);
      const expected = slotRange(260).filter(
        (slot) =>
          !ranges.some(
            (r) => slot * PACKET_SAMPLES >= r.startSamples && slot * PACKET_SAMPLES < r.endSamples,
          ),
      );
      expect(ranges.length).toBeGreaterThan(0);
      expect([...(found.get(track) ?? [])]).toEqual(expected);
    }
  });

  test('the bound holds a minute of 16 tracks at 256 kb/s', async () => {
    const recording = await given({ tracks: 16 });
    const { clock, log, disk } = recording;
    disk.rule = (call) => (call === 'write' ? { delayMillis: 61_000 } : undefined);
    const large = packetAt(0, 0).slice(0, 1);
    const packets = Array.from({ length: 50 }, () =>
      Uint8Array.from(Buffer.concat([large, new Uint8Array(639)])),
    );
    for (let second = 0; second < 60; second++) {
      for (let track = 0; track < 16; track++) expect(log.append(track, second * 48_000, packets)).toBe(true);
      await clock.advance(1000);
    }
    expect(log.state.dropped).toEqual([]);
    await clock.until(log.close());
    expect(log.state.durableSamples.get(15)).toBe(60 * 48_000);
  });
});

describe('a disk that fails', () => {
  test('a short write goes on at the byte it reached', async () => {
    const recording = await given({
      rule: (call, _path, count) => (call === 'write' ? { mostBytes: 1 + (count % 40) } : undefined),
    });
    await record(recording, 100);
    await recording.clock.until(recording.log.end(100 * PACKET_SAMPLES, manifestOf(2, 100 * PACKET_SAMPLES)));
    expect(scanFiles(recording.files.contents).findings.kept).toEqual([]);
    expect([...(slotsIn(recording.files.contents).get(1) ?? [])]).toEqual(slotRange(100));
  });

  test('a full one ends the log with all that fitted durable and readable', async () => {
    for (const roomBytes of [3000, 3001, 3017, 3300, 4040]) {
      const recording = await given({ roomBytes, segmentSamples: 48_000 });
      const { clock, files, log, states } = recording;
      expect(await record(recording, 400)).toBeLessThan(400);
      expect(log.state.failure?.code).toBe('no-space');
      expect(states.at(-1)?.failure?.code).toBe('no-space');
      const end = durableSlots(log.state.durableSamples);
      expect(end).toBeGreaterThan(20);
      await expect(clock.until(log.end(400 * PACKET_SAMPLES, manifestOf(2)))).rejects.toMatchObject({
        code: 'no-space',
      });
      expect([files.openHandles, files.isLocked(SESSION_FOLDER)]).toEqual([0, false]);
      const left = files.afterPowerCut(new Random(roomBytes));
      for (const slot of slotRange(end)) expect(slotsIn(left).get(0)?.has(slot)).toBe(true);
      expect(scanFiles(files.contents).findings.kept.length).toBeLessThanOrEqual(1);
      expect(parseManifest(left.get(`${SESSION_FOLDER}/session.json`)).manifest?.endSamples).toBeNull();
    }
  });

  test.each(['EIO', 'EROFS', 'ENODEV', 'ESTALE'])(
    'a write that fails with %s is a state, never an exception',
    async (code) => {
      const recording = await given();
      const { log, disk, clock, states } = recording;
      await record(recording, 50);
      const before = log.state.durableSamples;
      disk.rule = (call) => (call === 'write' ? { code } : undefined);
      await record(recording, 50, 50);
      expect(log.state.failure).toBeInstanceOf(AppError);
      expect(states.at(-1)?.failure).toBe(log.state.failure);
      expect(appendSlot(log, 0, 100)).toBe(false);
      log.marker({ positionSamples: 0, kind: 'marker', name: '' });
      disk.rule = undefined;
      await clock.until(log.close());
      expect(durableSlots(log.state.durableSamples)).toBeGreaterThanOrEqual(durableSlots(before));
      expect(recording.files.isLocked(SESSION_FOLDER)).toBe(false);
    },
  );

  test('a sync that failed is not asked again, and nothing it was to save is acknowledged', async () => {
    const recording = await given();
    const { clock, files, log, disk } = recording;
    await record(recording, 50);
    disk.rule = (call) => (call === 'datasync' ? { code: 'EIO' } : undefined);
    await record(recording, 60, 50);
    disk.rule = undefined;
    const acknowledged = log.state.durableSamples;
    const syncs = files.calls.filter(({ call }) => call === 'datasync' || call === 'sync').length;
    expect(log.state.failure).toMatchObject({ code: 'unwritable' });
    await clock.advance(10_000);
    await clock.until(log.close());
    expect(files.calls.filter(({ call }) => call === 'datasync' || call === 'sync')).toHaveLength(syncs);
    expect(log.state.durableSamples).toEqual(acknowledged);
    for (let seed = 0; seed < 20; seed++) {
      const found = slotsIn(files.afterPowerCut(new Random(seed)));
      for (const slot of slotRange(durableSlots(acknowledged))) expect(found.get(0)?.has(slot)).toBe(true);
    }
  });

  test('a folder that was deleted is noticed, though writing into it succeeds', async () => {
    const recording = await given();
    await record(recording, 50);
    await recording.files.remove(SESSION_FOLDER);
    await record(recording, 50, 50);
    expect(recording.log.state.failure).toMatchObject({ code: 'unwritable' });
    expect(durableSlots(recording.log.state.durableSamples)).toBeLessThanOrEqual(50);
  });

  test('a manifest that cannot be replaced leaves the old one and the log going', async () => {
    const recording = await given();
    const { clock, log, disk, files } = recording;
    for (const call of ['replace', 'rename'] as const) {
      disk.rule = (made) => (made === call ? { code: 'ENOSPC' } : undefined);
      await expect(clock.until(log.replaceManifest(manifestOf(1)))).rejects.toMatchObject({
        code: 'no-space',
      });
    }
    disk.rule = undefined;
    expect(parseManifest(files.contents.get(`${SESSION_FOLDER}/session.json`)).manifest).toEqual(
      manifestOf(2),
    );
    expect(await record(recording, 30)).toBe(30);
    await clock.until(log.close());
    expect(log.state.failure).toBeUndefined();
  });

  test.each(['create', 'replace', 'write', 'sync', 'rename', 'syncFolder'] as const)(
    'a session whose first %s fails is not begun, and leaves nothing',
    async (call) => {
      const clock = new SimulatedClock();
      const files = new FaultyFiles({
        clock,
        fault: (made) => (made === call ? { code: 'ENOSPC' } : undefined),
      });
      await expect(clock.until(openLog({ files, clock }))).rejects.toMatchObject({ code: 'no-space' });
      expect([...files.contents.keys()]).toEqual([]);
      expect([files.openHandles, files.isLocked(SESSION_FOLDER), clock.pendingTimers]).toEqual([0, false, 0]);
    },
  );
});
