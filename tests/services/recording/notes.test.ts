import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/model/errors.ts';
import { anchoredT0UnixMicros } from '../../../electron/media/log/t0.ts';
import { sessionFolders } from '../../../electron/services/recording/session-folders.ts';
import { packetsOf } from '../../support/session-folder.ts';
import { input, SimulatedHost, START_UNIX_MICROS } from './simulated-host.ts';

async function started(): Promise<SimulatedHost> {
  const host = new SimulatedHost();
  await host.start();
  return host;
}

describe('markers', () => {
  test('are logged where they were set; a rename is a second record there', async () => {
    const host = await started();
    const { calls } = host.recording;
    const { markerId } = await calls.addMarker({ positionSamples: 4800, kind: 'marker', name: '' });
    await calls.addMarker({ positionSamples: 4800, kind: 'slate', name: 'Clap' });
    await calls.renameMarker({ markerId, name: 'Intro' });
    expect(host.state.markers.map(({ kind, name }) => [kind, name])).toEqual([
      ['marker', 'Intro'],
      ['slate', 'Clap'],
    ]);
    expect(host.log.entries).toEqual([
      { type: 'marker', marker: { positionSamples: 4800, kind: 'marker', name: '' } },
      { type: 'marker', marker: { positionSamples: 4800, kind: 'slate', name: 'Clap' } },
      { type: 'marker', marker: { positionSamples: 4800, kind: 'marker', name: 'Intro' } },
    ]);
  });

  test('that nobody set, or far ahead, are refused', async () => {
    const { calls } = (await started()).recording;
    await expect(calls.renameMarker({ markerId: 'marker-1', name: 'x' })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(calls.addMarker({ positionSamples: 1e12, kind: 'marker', name: '' })).rejects.toBeInstanceOf(
      AppError,
    );
  });
});

describe('tracks', () => {
  test('join and are renamed while others are recorded', async () => {
    const host = await started();
    const { calls } = host.recording;
    host.send(0, 0, packetsOf(5, 1));
    await expect(calls.addTrack(input('Cyd'))).resolves.toEqual({ trackId: 2 });
    await calls.renameTrack({ trackId: 0, name: 'Ada Lovelace' });
    expect(host.log.entries).toMatchObject([
      { type: 'track', positionSamples: 4800, info: { id: 2, name: 'Cyd' } },
      { type: 'track', positionSamples: 4800, info: { id: 0, name: 'Ada Lovelace' } },
    ]);
    expect(host.log.manifests.at(-1)?.tracks.map(({ name }) => name)).toEqual(['Ada Lovelace', 'Ben', 'Cyd']);
    expect(host.send(2, 4800)).toBe('taken');
    const tooLong = { trackId: 0, name: '語'.repeat(400) };
    await expect(calls.renameTrack(tooLong)).rejects.toThrow(/1200 bytes is too long/u);
    await expect(calls.renameTrack({ trackId: 9, name: 'x' })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('that lose their device rejoin as the same track, and the pause is no loss', async () => {
    const host = await started();
    const { calls } = host.recording;
    const device = { trackId: 0, label: 'Scarlett' };
    host.send(0, 0, packetsOf(5, 1));
    await calls.device({ ...device, kind: 'lost', positionSamples: 4800 });
    expect(host.alerts['device-lost']).toMatch(/The input of Ada is gone: Scarlett/u);
    expect(host.state.tracks[0]?.connected).toBe(false);
    await host.pass(10_000);
    expect(host.send(1, 0, packetsOf(5, 1))).toBe('taken');
    await calls.device({ ...device, kind: 'returned', positionSamples: 480_000 });
    expect(host.send(0, 480_000)).toBe('taken');
    await host.pass(100);
    expect(Object.keys(host.alerts)).toEqual(['device-returned']);
    expect(host.log.entries).toMatchObject([
      { type: 'event', event: { kind: 'device-lost', track: 0, positionSamples: 4800 } },
      { type: 'event', event: { kind: 'device-returned', track: 0, positionSamples: 480_000 } },
    ]);
  });

  test('are muted for a span; asked twice, it begins once', async () => {
    const host = await started();
    const { calls } = host.recording;
    host.send(1, 0);
    for (const positionSamples of [960, 1920]) await calls.mute({ trackId: 1, muted: true, positionSamples });
    await host.pass(2000);
    await calls.mute({ trackId: 1, muted: false, positionSamples: 96_000 });
    host.send(1, 96_000);
    expect(host.state.alerts).toEqual([]);
    expect(host.log.entries).toMatchObject([
      { event: { kind: 'muted', track: 1, positionSamples: 960 } },
      { event: { kind: 'unmuted', track: 1, positionSamples: 96_000 } },
    ]);
  });
});

describe('time', () => {
  test('zero is when the first anchor says that position 0 was', async () => {
    const host = await started();
    await host.pass(2000);
    await host.recording.calls.anchor({ positionSamples: 72_000, monotonicMicros: 6_900_000 });
    expect(host.state.t0UnixMicros).toBe(START_UNIX_MICROS + 400_000);
    expect(host.log.manifests.at(-1)?.t0UnixMicros).toBe(START_UNIX_MICROS + 400_000);
    const { clock } = host.log.begun;
    await host.pass(3_600_000);
    await host.recording.calls.anchor({
      positionSamples: 48_000 * 3602,
      ...(await host.recording.calls.clock({})),
    });
    expect(host.state.t0UnixMicros).toBe(START_UNIX_MICROS + 400_000);
    // What a reader makes of any header and the first anchor is the same.
    const [first] = host.log.entries;
    if (first?.type !== 'anchor') throw new Error('expected an anchor');
    expect(anchoredT0UnixMicros(START_UNIX_MICROS, clock(), first.anchor)).toBe(START_UNIX_MICROS + 400_000);
  });

  test.for([
    [3600, 'forward by 3600 s'],
    [-3600, 'back by 3600 s'],
    [-40 * 365 * 86_400, 'back by 1261440000 s'],
  ] as const)('of the wall clock may jump by %i s and moves nothing', async ([seconds, said]) => {
    const host = await started();
    await host.recording.calls.anchor({ positionSamples: 0, monotonicMicros: host.monotonicMicros });
    await host.speak(2, 5, 0);
    host.wallMicros += seconds * 1_000_000;
    await host.speak(2, 5, 5 * 48_000);
    expect(host.alerts['clock-jumped']).toContain(said);
    expect(host.state.alerts).toHaveLength(1);
    expect(host.log.begun.clock().wallUnixMicros).toBe(START_UNIX_MICROS + 10_000_000);
    expect(host.state.t0UnixMicros).toBe(START_UNIX_MICROS);
    expect(host.log.packetsAt(0)).toEqual(Array.from({ length: 10 }, (_, second) => second * 48_000));
    await host.recording.calls.dismissAlert({ alertId: host.state.alerts[0]?.alertId ?? '' });
    await host.pass(10_000);
    expect(host.alerts).not.toHaveProperty('clock-jumped');
  });

  test('goes through a change to summer time without a trace', async () => {
    // The simulated recording begins in Oslo half an hour before clocks go from 2:00 to 3:00.
    const host = await started();
    let at = 0;
    for (let minute = 0; minute < 60; minute++) {
      await host.pass(59_000);
      at = await host.speak(2, 1, minute * 60 * 48_000);
    }
    expect(Object.keys(host.alerts)).not.toContain('clock-jumped');
    await host.recording.calls.stop({ positionSamples: at });
    expect(host.log.manifests.at(-1)).toMatchObject({ zone: 'Europe/Oslo', t0UnixMicros: START_UNIX_MICROS });
  });

  test('that a page tells wrongly is refused', async () => {
    const host = await started();
    const { calls } = host.recording;
    await host.pass(120_000);
    const { monotonicMicros } = await calls.clock({});
    for (const [positionSamples, lateMicros, said] of [
      [2 ** 50, 0, 'far ahead'],
      [0, 61_000_000, '61 s old'],
      [0, -2_000_000, '2 s ahead'],
    ] as const) {
      const wrong = calls.anchor({ positionSamples, monotonicMicros: monotonicMicros - lateMicros });
      await expect(wrong).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining(said) as string,
      });
    }
  });

  test('of silence from all pages is told, and ends with the next packet', async () => {
    const host = await started();
    host.send(0, 0);
    await host.pass(6000);
    expect(host.alerts['capture-lost']).toMatch(/No audio has arrived for \d s/u);
    await host.pass(2000);
    host.send(0, 8 * 48_000);
    await host.pass(100);
    expect(host.alerts).not.toHaveProperty('capture-lost');
  });
});

test('a folder is named after time and title, numbered where it is taken, and safe everywhere', () => {
  const names = sessionFolders('/library', 'Q&A: "A/B"?', START_UNIX_MICROS, 'Europe/Oslo');
  expect(names.next().value).toBe('/library/2026-03-29 01-30-00 Q&A_ _A_B__');
  expect(names.next().value).toBe('/library/2026-03-29 01-30-00 Q&A_ _A_B__ (2)');
  expect(sessionFolders('/library', '  ', START_UNIX_MICROS, 'UTC').next().value).toBe(
    '/library/2026-03-29 00-30-00',
  );
});
