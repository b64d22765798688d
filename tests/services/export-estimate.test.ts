import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import type { ExportChoices } from '../../electron/services/export-plan.ts';
import { openSession } from '../../electron/services/session/open-session.ts';
import { exportChoices, plannedFiles } from '../support/export-choices.ts';
import { nanoLogOf, PACKET_MS, writeNanoSession } from '../support/nano-session.ts';
import { nanoRecord } from '../support/nano-wal-writer.ts';
import { packetsOf, writeSession } from '../support/session-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECONDS = 30;
let folder = '';
beforeAll(async () => {
  folder = temporaryFolder();
  await writeSession(join(folder, 'session'), {
    players: ['Ada', 'Ben'],
    stereo: [1],
    spoken: [0, 1].map((track) => ({ track, positionSamples: 0, packets: packetsOf(50, track) })),
    endSamples: SECONDS * 48_000,
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each<[string, Partial<ExportChoices>, readonly number[]]>([
  ['bwf', { formats: ['bwf'] }, [1, 2]],
  ['bwf of floats', { formats: ['bwf'], pcm: 'f32' }, [1, 2]],
  ['bwf of all', { formats: ['bwf'], layout: 'combined' }, [3]],
  ['mov', { formats: ['mov'] }, [1, 2]],
  ['mov of all', { formats: ['mov'], layout: 'combined', pcm: 's16' }, [3]],
])('what %s comes to is known before, stereo players included', async (name, choices, channels) => {
  const out = join(folder, name);
  mkdirSync(out);
  const plan = await plannedFiles(join(folder, 'session'), exportChoices(out, { verify: false, ...choices }));
  const sizes: number[] = [];
  for (const { item, estimatedBytes } of plan) {
    const outcome = await exportFile(item, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    if (outcome.status !== 'done') throw new Error(outcome.reason);
    sizes.push(statSync(outcome.path).size);
    expect(estimatedBytes / (sizes.at(-1) ?? 0)).toBeCloseTo(1, 2);
    rmSync(outcome.path);
  }
  const perChannel = (sizes[0] ?? 0) / (channels[0] ?? 1);
  expect(sizes.map((size) => Math.round(size / perChannel))).toEqual(channels);
});

test('packets tell the channels where logs do not', async () => {
  const ben = nanoLogOf('Ben', 40, 2);
  const packets = ben.packets.map((packet) =>
    Uint8Array.from(packet, (byte, at) => (at === 0 ? byte | 4 : byte)),
  );
  const records = packets.map((packet, i) => nanoRecord(packet, { stampMs: 40 + i * PACKET_MS }));
  writeNanoSession(join(folder, 'nano'), [nanoLogOf('Ada', 40, 1), { ...ben, packets, records }], 2000);
  const session = await openSession(join(folder, 'nano'));
  const ids = session.players.map(({ id }) => id);
  const loaded = await session.load(ids, { mode: 'indexed' });
  expect(loaded.map(({ channels }) => channels)).toEqual([1, 2]);
  expect(ids.map((id) => session.likelyChannels(id))).toEqual(loaded.map(({ channels }) => channels));
});
