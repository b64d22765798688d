import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/model/errors.ts';
import { DiskForecast, RESERVE_BYTES } from '../../../electron/services/recording/disk-forecast.ts';
import { packetsOf } from '../../support/session-folder.ts';
import { SESSION_ID, settled, SimulatedHost } from './simulated-host.ts';

async function started(): Promise<SimulatedHost> {
  const host = new SimulatedHost();
  await host.start();
  return host;
}

describe('a disk that fills up', () => {
  test('is told ten minutes before', async () => {
    const host = await started();
    // Two tracks of 50 packets a second, 100 bytes each.
    const bytesPerSecond = 2 * 50 * 100 * 1.05;
    host.freeBytes = RESERVE_BYTES + bytesPerSecond * 900;
    const at = await host.speak(2, 10, 0, 100);
    expect(host.state.secondsLeft).toBeGreaterThan(700);
    expect(host.alerts).toEqual({});
    host.freeBytes = RESERVE_BYTES + bytesPerSecond * 300;
    await host.speak(2, 10, at, 100);
    expect(host.alerts['disk-low']).toMatch(/about [45] min can be recorded/u);
    host.freeBytes = 500e9;
    await host.pass(2200);
    expect(host.alerts).not.toHaveProperty('disk-low');
  });

  test('ends the recording in order while the reserve is still free, and all is kept', async () => {
    const host = await started();
    const at = await host.speak(2, 5, 0);
    host.freeBytes = RESERVE_BYTES;
    await host.pass(2000);
    await settled();
    expect(host.log.ended).toBe(at);
    expect(host.log.manifests.at(-1)?.endSamples).toBe(at);
    expect(host.state.phase).toBe('failed');
    expect(host.alerts['disk-full']).toMatch(/has only 67 MB left.*all of it is kept/u);
    expect(host.send(0, at, packetsOf(1, 1))).toBe('refused');
    // The window says stop, or simply starts the next session on another disk.
    await expect(host.recording.calls.stop({ positionSamples: at })).resolves.toEqual({
      sessionId: SESSION_ID,
    });
    expect(host.recording.values.state.value).toBeNull();
  });

  test('is refused before it begins', async () => {
    const host = new SimulatedHost();
    host.freeBytes = 10e6;
    await expect(host.start()).rejects.toMatchObject({ code: 'no-space' });
    expect(host.logs).toEqual([]);
  });

  test('is no reason for anything where nobody knows its size', async () => {
    const host = new SimulatedHost();
    host.freeBytes = undefined;
    await host.start();
    await host.speak(2, 10, 0);
    expect(host.state).toMatchObject({ freeBytes: null, secondsLeft: null, alerts: [], phase: 'recording' });
  });
});

test('the forecast follows the last minute', () => {
  const forecast = new DiskForecast();
  const free = RESERVE_BYTES + 105e6;
  expect(forecast.secondsLeft(free)).toBeNull();
  for (let second = 0; second <= 100; second++) forecast.add(second * 1e6, second * 100_000);
  expect(forecast.secondsLeft(free)).toBe(1000);
  for (let second = 101; second <= 200; second++) forecast.add(second * 1e6, 10e6 + (second - 100) * 200_000);
  expect(forecast.secondsLeft(free)).toBe(500);
  expect(forecast.secondsLeft(0)).toBe(0);
});

describe('a disk that is slow', () => {
  test('is told, and told to be over', async () => {
    const host = await started();
    host.log.change({ lagMillis: 1900 });
    await host.pass(100);
    expect(host.alerts).toEqual({});
    host.log.change({ lagMillis: 2600 });
    await host.pass(100);
    expect(host.alerts['disk-slow']).toMatch(/2\.6 s of audio wait/u);
    expect(host.state.lagMillis).toBe(2600);
    host.log.change({ lagMillis: 300 });
    await host.pass(100);
    expect(host.alerts).toEqual({});
  });

  test('costs audio when the queue is full, which is counted; what comes after it has its own place', async () => {
    const host = await started();
    host.send(0, 0, packetsOf(5, 1));
    host.log.full = true;
    expect(host.send(0, 4800, packetsOf(5, 2))).toBe('dropped');
    expect(host.send(0, 9600, packetsOf(5, 3))).toBe('dropped');
    host.log.full = false;
    expect(host.send(0, 14_400, packetsOf(5, 4))).toBe('taken');
    await host.pass(100);
    expect(host.log.packetsAt(0)).toEqual([0, 14_400]);
    expect(host.state.tracks[0]?.droppedSamples).toBe(9600);
    expect(host.alerts).toEqual({ 'audio-lost': '0.20 s of Ada were lost, as the disk did not keep up.' });
  });
});

describe('a disk that fails', () => {
  test.for([
    ['unwritable', 'disk-failed'],
    ['no-space', 'disk-full'],
  ] as const)('(%s) ends the recording, shows why, and makes room for the next', async ([code, kind]) => {
    const host = await started();
    host.send(0, 0, packetsOf(5, 1));
    host.log.change({ failure: new AppError(code, 'The disk reported an error.') });
    await settled();
    expect(host.state.phase).toBe('failed');
    expect(host.alerts[kind]).toMatch(/The recording stopped. The disk reported an error/u);
    expect(host.log.closed).toBe(true);
    expect(host.send(0, 4800)).toBe('refused');
    await expect(host.recording.calls.mute({ trackId: 0, muted: true, positionSamples: 0 })).rejects.toThrow(
      'Nothing is being recorded.',
    );
    await host.start();
    expect(host.logs).toHaveLength(2);
    expect(host.state).toMatchObject({ phase: 'recording', alerts: [] });
  });

  test('at the end is told to whoever stops, once', async () => {
    const host = await started();
    host.log.endFails = new AppError('unwritable', 'The disk is gone.');
    await expect(host.recording.calls.stop({ positionSamples: 0 })).rejects.toThrow('The disk is gone.');
    expect(host.state.phase).toBe('failed');
    await expect(host.recording.calls.stop({ positionSamples: 0 })).resolves.toEqual({
      sessionId: SESSION_ID,
    });
    expect(host.recording.values.state.value).toBeNull();
  });

  test('at the start leaves nothing running', async () => {
    const host = new SimulatedHost();
    host.openFails = new AppError('unwritable', 'The disk is read-only.');
    await expect(host.start()).rejects.toThrow('The disk is read-only.');
    host.openFails = undefined;
    await host.start();
    expect(host.state.phase).toBe('recording');
  });
});
