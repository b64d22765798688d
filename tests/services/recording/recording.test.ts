import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { recordingState } from '../../../shared/ipc/contract/recording.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { packetsOf } from '../../support/session-folder.ts';
import { input, PACKET_SAMPLES, SESSION_ID, SimulatedHost } from './simulated-host.ts';

async function started(names?: readonly string[]): Promise<SimulatedHost> {
  const host = new SimulatedHost();
  await host.start(names);
  return host;
}

describe('packets', () => {
  test('go to the log as they came', async () => {
    const host = await started();
    const packets = packetsOf(3, 7);
    expect(host.send(1, 4800, packets)).toBe('taken');
    expect(host.log.packets).toEqual([{ track: 1, positionSamples: 4800, packets }]);
    host.log.durable.set(1, 5760);
    await host.pass(100);
    expect(host.state.positionSamples).toBe(4800 + 3 * PACKET_SAMPLES);
    expect(host.state.tracks[1]).toMatchObject({
      receivedSamples: 7680,
      durableSamples: 5760,
      peakDb: -6,
      rmsDb: -20,
    });
    expect(v.is(recordingState, host.state)).toBe(true);
  });

  test('that are sent again are passed over; the new ones behind them are taken', async () => {
    const host = await started();
    const packets = packetsOf(10, 3);
    host.send(0, 0, packets.slice(0, 6));
    expect(host.send(0, 0, packets.slice(0, 6))).toBe('repeated');
    expect(host.send(0, 2 * PACKET_SAMPLES, packets.slice(2, 10))).toBe('taken');
    expect(
      host.log.packets.map(({ positionSamples, packets: { length } }) => [positionSamples, length]),
    ).toEqual([
      [0, 6],
      [6 * PACKET_SAMPLES, 4],
    ]);
    expect(host.state.alerts).toEqual([]);
  });

  test('whose time has passed, and that are not the ones received there, are refused', async () => {
    const host = await started();
    host.send(0, 0, packetsOf(6, 1));
    host.send(1, 0, packetsOf(6, 1));
    expect(host.send(0, 0, packetsOf(2, 99))).toBe('refused');
    expect(host.send(0, 5 * PACKET_SAMPLES + 100, packetsOf(1, 1))).toBe('refused');
    await host.pass(100);
    expect(host.alerts).toEqual({
      'audio-lost': '3 packets of Ada came for a time that was recorded already.',
    });
    expect(host.send(0, 6 * PACKET_SAMPLES, packetsOf(1, 1))).toBe('taken');
    expect(host.log.packetsAt(1)).toEqual([0]);
  });

  test('days ahead are refused, those after a long pause are not', async () => {
    const host = await started();
    host.send(0, 0);
    expect(host.send(0, 3 * 86_400 * 48_000)).toBe('refused');
    expect(host.send(0, Number.MAX_SAFE_INTEGER)).toBe('refused');
    await host.pass(100);
    expect(host.alerts['audio-lost']).toMatch(/2 packets of Ada came with a time far ahead/u);
    await host.pass(3 * 3600 * 1000);
    expect(host.send(0, 3 * 3600 * 48_000)).toBe('taken');
    expect(host.log.packetsAt(0)).toEqual([0, 3 * 3600 * 48_000]);
  });

  test.for([
    ['an empty packet', new Uint8Array(0)],
    ['a packet larger than a frame can be', new Uint8Array(1300).fill(0x78)],
    ['a packet that is not Opus', Uint8Array.of(0x7b, 0)],
  ] as const)('%s is refused with what lies behind it; what lies before it is kept', async ([, bad]) => {
    const host = await started();
    const good = packetsOf(3, 5);
    const [first = bad, ...rest] = good;
    expect(host.send(0, 960, [first, bad, ...rest])).toBe('taken');
    expect(host.send(1, 960, good)).toBe('taken');
    await host.pass(100);
    expect(host.log.packets.map(({ track, packets }) => [track, packets.length])).toEqual([
      [0, 1],
      [1, 3],
    ]);
    expect(host.alerts['audio-lost']).toMatch(/^3 packets of Ada could not be used/u);
  });

  test('of an unknown track or another session are refused', async () => {
    const host = await started();
    expect(host.send(7, 0)).toBe('refused');
    expect(host.send(0, 0, packetsOf(1, 1), 12)).toBe('refused');
    await host.pass(100);
    expect(host.log.packets).toEqual([]);
    expect(host.alerts['audio-lost']).toMatch(/track 7, which this session does not have/u);
  });

  test('that are missing leave a gap and move nothing', async () => {
    const host = await started();
    host.send(0, 0, packetsOf(5, 1));
    host.send(0, 10 * PACKET_SAMPLES, packetsOf(5, 2));
    host.send(0, 20 * PACKET_SAMPLES, packetsOf(5, 3));
    await host.pass(100);
    expect(host.log.packetsAt(0)).toEqual([0, 9600, 19_200]);
    expect(host.alerts).toEqual({
      'audio-lost': '0.20 s of Ada did not arrive, in 2 places. An export is silent there.',
    });
    expect(host.state.alerts).toHaveLength(1);
  });

  test('before a start or after an end are refused', async () => {
    const host = new SimulatedHost();
    expect(host.send(0, 0)).toBe('refused');
    await host.start();
    await host.recording.calls.stop({ positionSamples: 0 });
    expect(host.send(0, 0)).toBe('refused');
  });

  test('of 64 tracks are recorded side by side', async () => {
    const host = await started(Array.from({ length: 64 }, (_, n) => `Player ${n}`));
    await host.speak(64, 3, 0);
    await host.pass(100);
    expect(host.log.packets).toHaveLength(64 * 3);
    expect(host.state.tracks.every(({ receivedSamples }) => receivedSamples === 3 * 48_000)).toBe(true);
    await expect(host.recording.calls.addTrack(input('One more'))).rejects.toThrow(/at most 64 tracks/u);
  });
});

describe('a session', () => {
  test('gets a folder of its own; a taken one is left alone', async () => {
    const host = new SimulatedHost();
    host.taken.set('/library/Talk', new AppError('exists', 'It is not empty.'));
    await host.start();
    expect(host.log.folder).toBe('/library/Talk (2)');
    host.taken.set('/library/Talk (2)', new AppError('locked', 'Somebody records into it.'));
    const other = new SimulatedHost();
    for (const [folder, error] of host.taken) other.taken.set(folder, error);
    await expect(other.start()).rejects.toThrow('Somebody records into it.');
    expect(other.recording.values.state.value).toBeNull();
  });

  test('is recorded one at a time', async () => {
    const host = new SimulatedHost();
    const both = await Promise.allSettled([host.start(), host.start()]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(host.start()).rejects.toMatchObject({ code: 'locked' });
    expect(host.logs).toHaveLength(1);
  });

  test('ends exactly where it is stopped, but never before its last packet', async () => {
    const host = await started();
    host.send(0, 0, packetsOf(5, 1));
    const stopped = await host.recording.calls.stop({ positionSamples: 5000 });
    expect(stopped).toEqual({ sessionId: SESSION_ID });
    expect(host.log.ended).toBe(5000);
    expect(host.log.manifests.at(-1)?.endSamples).toBe(5000);
    expect(host.recording.values.state.value).toBeNull();
    await host.start();
    host.send(0, 0, packetsOf(5, 1));
    await host.recording.calls.stop({ positionSamples: 10 });
    expect(host.log.ended).toBe(4800);
    await host.start();
    host.send(0, 0, packetsOf(5, 1));
    await host.recording.calls.stop({ positionSamples: 2 ** 50 });
    expect(host.log.ended).toBe(4800);
    expect(host.sessions.map(({ recording }) => recording)).toEqual([true, false, true, false, true, false]);
  });

  test('is ended in order when the program quits', async () => {
    const host = await started();
    host.send(0, 0, packetsOf(5, 1));
    await host.recording.close();
    expect(host.log.ended).toBe(4800);
    await host.recording.close();
    await expect(host.recording.calls.stop({ positionSamples: 0 })).rejects.toMatchObject({
      code: 'nothing-to-do',
    });
  });

  test('is shown ten times a second at most', async () => {
    const host = await started();
    const before = host.shown.length;
    for (let n = 0; n < 100; n++) {
      host.send(0, n * PACKET_SAMPLES);
      await host.pass(20);
    }
    expect(host.shown.length - before).toBeLessThanOrEqual(21);
    expect(host.shown.length - before).toBeGreaterThanOrEqual(18);
  });
});
