import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KeptPlaces } from '../../electron/services/playback/kept-places.ts';
import { openSession } from '../../electron/services/session/open-session.ts';
import {
  MOST_BATCH_BYTES,
  MOST_BATCH_SAMPLES,
  PlaybackPackets,
} from '../../electron/services/playback/playback-packets.ts';
import { type BatchPacket, type PacketBatch, parsePacketBatch } from '../../shared/playback/packet-batch.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';

const PRE_SKIP = 312;

async function batch(
  packets: PlaybackPackets,
  folder: string,
  start: number,
  end: number,
  player = '0',
): Promise<PacketBatch> {
  const parsed = parsePacketBatch(await packets.packets(folder, player, start, end));
  if (parsed === undefined) throw new Error('no batch');
  return parsed;
}

/** All packets, batch after batch. */
async function everything(
  folder: string,
  player: string,
  endSamples: number,
): Promise<readonly BatchPacket[]> {
  const packets = new PlaybackPackets();
  const all: BatchPacket[] = [];
  for (let at = 0; at < endSamples;) {
    const { coveredSamples, packets: some } = await batch(packets, folder, at, endSamples, player);
    expect(coveredSamples).toBeGreaterThan(at);
    at = coveredSamples;
    // A packet that crosses the border comes again.
    all.push(...some.filter(({ audioSamples }) => audioSamples > (all.at(-1)?.audioSamples ?? -Infinity)));
  }
  return all;
}

test('packets come by where they are heard, those that reach in included; a gap is absent', async () => {
  await inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    const recorded = packetsOf(100, 1);
    await writeSession(session, {
      players: ['Ada'],
      spoken: [
        { track: 0, positionSamples: 0, packets: recorded.slice(0, 50) },
        { track: 0, positionSamples: 96_000, packets: recorded.slice(50) },
      ],
    });
    const packets = new PlaybackPackets();
    const first = await batch(packets, session, 0, 1000);
    expect(first).toMatchObject({ channels: 1, coveredSamples: 1000 });
    expect(first.packets.map(({ audioSamples }) => audioSamples)).toEqual([-PRE_SKIP, 960 - PRE_SKIP]);
    expect(first.packets.map(({ payload }) => Buffer.from(payload))).toEqual(
      recorded.slice(0, 2).map((each) => Buffer.from(each)),
    );
    expect((await batch(packets, session, 48_000, 90_000)).packets).toEqual([]);
    expect(
      (await batch(packets, session, 46_000, 96_000)).packets.map(({ audioSamples }) => audioSamples),
    ).toEqual([48 * 960 - PRE_SKIP, 49 * 960 - PRE_SKIP, 96_000 - PRE_SKIP]);
    await expect(packets.packets(session, '5', 0, 1)).rejects.toMatchObject({ code: 'not-found' });
    await expect(packets.packets(session, '0', 5, 1)).rejects.toThrow(RangeError);
    await expect(packets.packets(session, '0', 0.5, 1)).rejects.toThrow(RangeError);
  });
});

test('a batch is bounded in time and in bytes, and the next goes on where it ends', async () => {
  await inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    const recorded = packetsOf(4000, 1, 1200);
    await writeSession(session, {
      players: ['Ada'],
      spoken: [{ track: 0, positionSamples: 0, packets: recorded }],
    });
    const one = await new PlaybackPackets().packets(session, '0', 0, 80 * 48_000);
    expect(one.length).toBeLessThan(MOST_BATCH_BYTES + 32 + 8 * 4000);
    const all = await everything(session, '0', 80 * 48_000);
    expect(Buffer.concat(all.map(({ payload }) => payload)).equals(Buffer.concat(recorded))).toBe(true);
    const small = join(folder, 'small');
    await writeSession(small, {
      players: ['Ada'],
      spoken: [{ track: 0, positionSamples: 0, packets: packetsOf(4000, 1) }],
    });
    expect((await batch(new PlaybackPackets(), small, 0, 80 * 48_000)).coveredSamples).toBe(
      MOST_BATCH_SAMPLES,
    );
    expect(await everything(small, '0', 80 * 48_000)).toHaveLength(4000);
  });
});

test('a log that grew is read again when more is asked for', async () => {
  await inTemporaryFolder(async (folder) => {
    const [short, long] = [join(folder, 'short'), join(folder, 'long')];
    const recorded = packetsOf(200, 1);
    const spoken = (count: number) => [{ track: 0, positionSamples: 0, packets: recorded.slice(0, count) }];
    await writeSession(short, { players: ['Ada'], spoken: spoken(100) });
    await writeSession(long, { players: ['Ada'], spoken: spoken(200) });
    const packets = new PlaybackPackets();
    expect((await batch(packets, short, 0, 10 * 48_000)).packets).toHaveLength(100);
    for (const name of readdirSync(join(long, 'log')))
      writeFileSync(join(short, 'log', name), readFileSync(join(long, 'log', name)));
    expect((await batch(packets, short, 0, 48_000)).packets).toHaveLength(51);
    expect((await batch(packets, short, 0, 10 * 48_000)).packets).toHaveLength(200);
    packets.forget(short);
    expect((await batch(packets, short, 0, 10 * 48_000)).packets).toHaveLength(200);
  });
});

test('a Bedrock Voice Chat session plays all of its packets', async () => {
  const folder = join(import.meta.dirname, '../fixtures/bvc-roundtable');
  const session = await openSession(folder);
  const ids = session.players.map(({ id }) => id);
  const tracks = await session.load(ids, { mode: 'scan' });
  for (const { player, packets } of tracks) {
    const all = await everything(folder, player.id, 600 * 48_000);
    expect(all.length).toBeGreaterThan(0);
    expect(all.length).toBeLessThanOrEqual(packets.count);
    expect(all.length).toBeGreaterThan(packets.count * 0.95);
  }
});

/** Places that tell how often a session was opened, and how many tracks were read of it. */
function counted(mostBytes?: number) {
  const read: number[] = [];
  const places = new KeptPlaces({
    ...(mostBytes !== undefined && { mostBytes }),
    open: async (folder) => {
      const session = await openSession(folder);
      const load: typeof session.load = (ids, options) => {
        read.push(ids.length);
        return session.load(ids, options);
      };
      return new Proxy(session, {
        get: (from, name) => (name === 'load' ? load : (Reflect.get(from, name, from) as unknown)),
      });
    },
  });
  return { places, read, packets: new PlaybackPackets(places) };
}

const crowd = (folder: string, players: number, count: number) =>
  writeSession(folder, {
    players: Array.from({ length: players }, (_, index) => `Player ${index}`),
    spoken: Array.from({ length: players }, (_, track) => ({
      track,
      positionSamples: track * 4800,
      packets: packetsOf(count, track, 20),
    })),
    endSamples: 100 * 48_000,
  });

test('two hundred tracks that play side by side are read in one pass, once', async () => {
  await inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    await crowd(session, 200, 60);
    const { packets, read, places } = counted();
    for (const start of [0, 20 * 48_000, 40 * 48_000]) {
      const batches = await Promise.all(
        Array.from({ length: 200 }, (_, player) =>
          batch(packets, session, start, start + 20 * 48_000, String(player)),
        ),
      );
      const end = (track: number): number => track * 4800 + 60 * 960 - PRE_SKIP;
      for (const [track, { packets: heard }] of batches.entries())
        expect(heard.length > 0).toBe(start < end(track) && start + 20 * 48_000 > track * 4800 - PRE_SKIP);
    }
    expect(read).toEqual([200]);
    expect(places.bytes).toBe(200 * 60 * 17);
  });
});

test('where the places of all tracks are too many, parts of them are kept, within the bound', async () => {
  await inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    await crowd(session, 3, 50_000);
    const most = 3 * 24_000 * 17;
    const { packets, read, places } = counted(most);
    const last = 2 * 4800 + 50_000 * 960;
    const all = [0, 0, 0];
    for (let at = 0; at < last; at += 60 * 48_000) {
      for (const player of [0, 1, 2]) {
        for (let from = at; from < Math.min(at + 60 * 48_000, last);) {
          const { coveredSamples, packets: some } = await batch(
            packets,
            session,
            from,
            at + 60 * 48_000,
            String(player),
          );
          expect(coveredSamples).toBeGreaterThan(from);
          all[player] =
            (all[player] ?? 0) + some.filter(({ audioSamples }) => audioSamples >= from || from === 0).length;
          from = coveredSamples;
        }
      }
      expect(places.bytes).toBeLessThanOrEqual(most);
    }
    expect(all).toEqual([50_000, 50_000, 50_000]);
    // 24,000 rows each, a quarter of them behind where playing stands: three reads of each track.
    expect(read.length).toBeLessThanOrEqual(9);
    // Backwards too.
    for (let at = last - 96_000; at > 0; at -= 20 * 48_000)
      expect((await batch(packets, session, at, at + 48_000, '1')).packets.length).toBeGreaterThan(40);
    expect(read.length).toBeLessThanOrEqual(20);
  });
});

test('of more tracks than fit even in part, each plays, and the one that was used longest ago is forgotten first', async () => {
  await inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    // Packets so small that the log seems to hold fewer than it does.
    const count = 4000;
    await writeSession(session, {
      players: ['Ada', 'Ben', 'Cy', 'Dov'],
      spoken: [0, 1, 2, 3].map((track) => ({
        track,
        positionSamples: 0,
        packets: packetsOf(count, track, 3),
      })),
      endSamples: count * 960,
    });
    const most = 120_000;
    const part = 3000 * 17;
    const { packets, places, read } = counted(most);
    const play = async (player: number): Promise<number> =>
      (await batch(packets, session, 0, 20 * 48_000, String(player))).packets.length;
    for (const player of [0, 1, 2, 3]) {
      expect(await play(player), `player ${player}`).toBeGreaterThan(900);
      expect(places.bytes).toBeLessThanOrEqual(most);
      expect(places.bytes).toBeGreaterThanOrEqual(2 * part);
    }
    // Two fit: those that played last are known, the others are read again.
    const before = read.length;
    await play(3);
    expect(read.length).toBe(before);
    await play(0);
    expect(read.length).toBe(before + 1);
    await play(0);
    expect(read.length).toBe(before + 1);
  });
});
