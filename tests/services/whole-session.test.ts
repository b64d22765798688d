import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Inspection, inspectSession } from '../../electron/services/inspect.ts';
import { RECORD_HEADER_BYTES } from '../../electron/media/log/record.ts';
import { timecodeRate } from '../../shared/time/timecode.ts';
import { tailslate } from '../support/cli.ts';
import { inTemporaryFolder, packetsOf, SESSION_ID, writeSession } from '../support/session-folder.ts';

const SECOND = 48_000;

/** A closed session of five segments, a second each. */
async function inClosedSession(work: (session: string) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    const spoken = [0, 1, 2, 3, 4].flatMap((second) =>
      [0, 1].map((track) => ({
        track,
        positionSamples: second * SECOND,
        packets: packetsOf(50, second * 2 + track),
      })),
    );
    await writeSession(session, {
      players: ['Ada', 'Ada'],
      spoken,
      segmentSamples: SECOND,
      groupPackets: 50,
      endSamples: 5 * SECOND,
    });
    await work(session);
  });
}

function inspect(session: string): Promise<Inspection> {
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  return inspectSession(session, { rate: timecodeRate('25'), zone: 'utc' }, options);
}

function edit(path: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
}

function renameSessionInManifest(session: string): void {
  edit(join(session, 'session.json'), (bytes) => {
    const at = bytes.indexOf(SESSION_ID);
    bytes.write(bytes.toString('latin1', at, at + 1) === 'f' ? 'e' : 'f', at);
  });
}

describe('a closed session', () => {
  test('is closed in order while all of it is there', async () => {
    await inClosedSession(async (session) => {
      expect(await inspect(session)).toMatchObject({ complete: true, damaged: false, findings: [] });
    });
  });

  test('whose last segments are lost is damaged, where and by how much being told', async () => {
    await inClosedSession(async (session) => {
      for (const name of readdirSync(join(session, 'log')).sort().slice(3))
        rmSync(join(session, 'log', name));
      const { complete, damaged, durationSamples, findings } = await inspect(session);
      expect({ complete, damaged, durationSamples }).toEqual({
        complete: false,
        damaged: true,
        durationSamples: 5 * SECOND,
      });
      expect(findings).toMatchObject([{ kind: 'hole', file: 'log/000004.tsl' }]);
      expect(findings[0]?.reason).toMatch(/ends at 3\.0 s .* lasted 5\.0 s/u);
      const recovered = await tailslate(['recover', session]);
      expect(recovered.code).toBe(3);
      expect(recovered.stdout).toMatch(/was cut short/u);
      const exported = await tailslate(['export', session, '--out', join(session, '..', 'out')]);
      expect(exported.code).toBe(3);
      expect(exported.stderr).toMatch(/log\/000004\.tsl: The log ends at 3\.0 s/u);
    });
  });

  test('is found under a session.json that names another session', async () => {
    await inClosedSession(async (session) => {
      renameSessionInManifest(session);
      const { id, title, complete, damaged, players, findings } = await inspect(session);
      expect({ id, title, complete, damaged }).toEqual({
        id: SESSION_ID,
        title: 'Test session',
        complete: true,
        damaged: false,
      });
      expect(players.map(({ packets }) => packets)).toEqual([250, 250]);
      expect(findings.map(({ kind }) => kind)).toEqual(['bad-manifest']);
    });
  });

  test.each([1, 3])('is found when segment %d is of another session', async (number) => {
    await inClosedSession(async (session) => {
      edit(join(session, 'log', `00000${number}.tsl`), (bytes) => {
        bytes[16] = (bytes[16] ?? 0) ^ 1;
        const end = bytes.readUInt32LE(12) - 4;
        bytes.writeUInt32LE(crc32(bytes.subarray(0, end)), end);
      });
      renameSessionInManifest(session);
      const { id, players } = await inspect(session);
      expect(id).toBe(SESSION_ID);
      expect(players.map(({ packets }) => packets)).toEqual([200, 200]);
      expect(players[0]?.findings.map(({ kind }) => kind)).toContain('foreign-bytes');
    });
  });

  test('tells which files of its log were not read', async () => {
    await inClosedSession(async (session) => {
      renameSync(join(session, 'log', '000002.tsl'), join(session, 'log', '000002 (1).tsl'));
      const { findings } = await inspect(session);
      expect(findings).toMatchObject([{ kind: 'unread-file', file: 'log/000002 (1).tsl' }]);
    });
  });

  test('of which no packet can be read is not said to be ready for export', async () => {
    await inClosedSession(async (session) => {
      for (const name of readdirSync(join(session, 'log'))) writeFileSync(join(session, 'log', name), '');
      const { stdout, code } = await tailslate(['recover', session]);
      expect(stdout).toMatch(/No packet could be read.*look for the logs/u);
      expect(stdout).not.toMatch(/Nothing needs repairing/u);
      expect(code).toBe(3);
    });
  });

  test('whose players share a name keeps their damage apart', async () => {
    await inClosedSession(async (session) => {
      edit(join(session, 'log', '000002.tsl'), breakFirstPacket);
      const { players } = await inspect(session);
      expect(players.map(({ report }) => report.damage.count)).toEqual([1, 0]);
    });
  });

  test('of 1200 damaged places tells them all', async () => {
    await inClosedSession(async (session) => {
      const path = join(session, 'log', '000005.tsl');
      const zeros = Buffer.alloc(8);
      const group = groupIn(readFileSync(path), 8);
      const more = Array.from({ length: 1200 }, () => [zeros, group]).flat();
      writeFileSync(path, Buffer.concat([readFileSync(path), ...more]));
      const { players } = await inspect(session);
      expect(players.map(({ report }) => report.damage)).toMatchObject([
        { count: 1200, bytes: 9600 },
        { count: 1200, bytes: 9600 },
      ]);
    });
  });
});

/** Makes the first packet of a segment's first record no Opus (code 3 without frames); its checksum holds. */
function breakFirstPacket(bytes: Buffer): void {
  const packet = bytes.indexOf(packetsOf(50, 2)[0] ?? '');
  const record = bytes.lastIndexOf(Buffer.from('f5545352', 'hex'), packet);
  bytes[packet] = 3;
  bytes[packet + 1] = 0;
  const end = record + RECORD_HEADER_BYTES + bytes.readUInt32LE(record + 16);
  bytes.writeUInt32LE(crc32(bytes.subarray(record + 12, end)), record + 8);
}

/** The record of a segment that holds the group of packets with this seed. */
function groupIn(bytes: Buffer, seed: number): Buffer {
  const record = bytes.lastIndexOf(
    Buffer.from('f5545352', 'hex'),
    bytes.indexOf(packetsOf(50, seed)[0] ?? ''),
  );
  return bytes.subarray(record, record + RECORD_HEADER_BYTES + bytes.readUInt32LE(record + 16));
}
