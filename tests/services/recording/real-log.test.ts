import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sessionTag } from '../../../shared/ipc/packet-frame.ts';
import { pathsBelow } from '../../support/cli.ts';
import { inTemporaryFolder, packetsOf } from '../../support/session-folder.ts';
import { Recording } from '../../../electron/services/recording/recording.ts';
import { systemPorts } from '../../../electron/services/recording/system-ports.ts';
import { openSession } from '../../../electron/services/session/open-session.ts';
import type { LoadedTrack } from '../../../electron/services/session/session.ts';
import { input, START_UNIX_MICROS } from './simulated-host.ts';

/** 120 ms: two frames of 60 ms (configuration 3, code 1). */
const PACKET_SAMPLES = 5760;
const LEVEL = { peakDb: -3, rmsDb: -9, clipped: false };

function longPackets(count: number, seed: number): Uint8Array[] {
  return packetsOf(count, seed, 41).map((packet) => {
    packet[0] = (3 << 3) | 1;
    return packet;
  });
}

/** A recording into `folder` whose wall clock jumps about. */
function recordingInto(folder: string): { recording: Recording; jump: (micros: number) => void } {
  const ports = systemPorts({ folders: () => [folder], durabilityMillis: () => 250, holder: 'a test' });
  const start = ports.clock.monotonicMicros();
  let offset = 0;
  const clock = {
    ...ports.clock,
    wallUnixMicros: () => START_UNIX_MICROS + offset + ports.clock.monotonicMicros() - start,
  };
  return { recording: new Recording({ ...ports, clock }), jump: (micros) => (offset += micros) };
}

async function loaded(
  folder: string,
): Promise<{ tracks: readonly LoadedTrack[]; t0: number; names: string[] }> {
  const session = await openSession(folder);
  const ids = session.players.map(({ id }) => id);
  const tracks = await session.load(ids, { mode: 'scan' });
  return { tracks, t0: session.t0UnixMicros, names: session.players.map(({ name }) => name) };
}

test('64 tracks over several segments come back from disk packet by packet', async () => {
  await inTemporaryFolder(async (library) => {
    const folder = join(library, 's');
    const { recording } = recordingInto(folder);
    const names = Array.from({ length: 64 }, (_, n) => `Player ${n}`);
    const { sessionId } = await recording.calls.start({ title: 'Many', tracks: names.map(input) });
    // Three seconds in every fifteen; 32 minutes are three segments.
    const steps = 32 * 4;
    const perStep = 25;
    for (let step = 0; step < steps; step++) {
      for (let track = 0; track < 64; track++) {
        // Most tracks speak in turns; a pause between them is a gap that nobody has to explain here.
        if (track > 1 && (step + track) % 16 !== 0) continue;
        const packets = longPackets(perStep, step + track);
        const positionSamples = step * 15 * 48_000;
        const frame = { sessionTag: sessionTag(sessionId), track, positionSamples, packets, level: LEVEL };
        expect(recording.accept(frame)).toBe('taken');
      }
    }
    await recording.calls.stop({ positionSamples: 32 * 60 * 48_000 });
    expect(pathsBelow(folder).filter((path) => path.endsWith('.tsl'))).toHaveLength(3);
    const { tracks } = await loaded(folder);
    expect(tracks).toHaveLength(64);
    expect(tracks[0]?.packets.count).toBe(steps * perStep);
    for (const [id, { packets, findings }] of tracks.entries()) {
      expect(findings).toEqual([]);
      expect(packets.count).toBe((id > 1 ? steps / 16 : steps) * perStep);
      const places = Array.from(packets.positionsSamples);
      expect(places.every((at) => (at % (15 * 48_000)) % PACKET_SAMPLES === 0)).toBe(true);
    }
  });
});

test('what was noted while recording is what the session tells, whatever the clock did', async () => {
  await inTemporaryFolder(async (library) => {
    const folder = join(library, 's');
    const { recording, jump } = recordingInto(folder);
    const { calls } = recording;
    const { sessionId } = await calls.start({ title: 'Talk', tracks: [input('Ada')] });
    const { monotonicMicros } = await calls.clock({});
    await calls.anchor({ positionSamples: 0, monotonicMicros: monotonicMicros - 250_000 });
    const shown = recording.values.state.value?.t0UnixMicros ?? 0;
    expect(shown).toBeLessThan(START_UNIX_MICROS);
    jump(-3_600_000_000);
    const tag = sessionTag(sessionId);
    const packets = longPackets(8, 1);
    recording.accept({ sessionTag: tag, track: 0, positionSamples: 0, packets, level: LEVEL });
    const { markerId } = await calls.addMarker({ positionSamples: 960, kind: 'marker', name: 'x' });
    await calls.addMarker({ positionSamples: 1920, kind: 'slate', name: '' });
    await calls.renameMarker({ markerId, name: 'Intro' });
    await calls.addTrack(input('Ben'));
    await calls.renameTrack({ trackId: 0, name: 'Ada Lovelace' });
    recording.accept({ sessionTag: tag, track: 1, positionSamples: 46_080, packets, level: LEVEL });
    await calls.stop({ positionSamples: 100_000 });
    const session = await openSession(folder);
    expect(session).toMatchObject({
      id: sessionId,
      title: 'Talk',
      declaredEndSamples: 100_000,
      findings: [],
      markers: [
        { positionSamples: 960, kind: 'marker', name: 'Intro' },
        { positionSamples: 1920, kind: 'slate', name: '' },
      ],
    });
    const { t0, names, tracks } = await loaded(folder);
    // Both clocks are read one after the other: microseconds apart.
    expect(Math.abs(t0 - shown)).toBeLessThan(1000);
    expect(names).toEqual(['Ada Lovelace', 'Ben']);
    expect(tracks.map(({ packets: { count } }) => count)).toEqual([8, 8]);
  });
});
