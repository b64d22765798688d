import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { documentOf, fingerprint, packetsDigest, pathsBelow, tailslate } from '../support/cli.ts';
import { Random } from '../support/random.ts';
import { inTemporaryFolder, type Spoken, writeSession } from '../support/session-folder.ts';

const GROUP = 5;
const GROUP_SAMPLES = GROUP * 960;
const HOUR_SAMPLES = 3600 * 48_000;

const random = new Random(3);
const packetsOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, () => Uint8Array.of(31 << 3, ...random.bytes(random.int(60, 120))));
const ADA = packetsOf(200);
const BEN = packetsOf(150);

/** Ada from 0 s, Ben from 1 s, their groups of five in turns as a recorder writes them. */
function spoken(): Spoken[] {
  const groupsOf = (track: number, packets: readonly Uint8Array[], startSamples: number): Spoken[] =>
    Array.from({ length: packets.length / GROUP }, (_, group) => ({
      track,
      positionSamples: startSamples + group * GROUP_SAMPLES,
      packets: packets.slice(group * GROUP, (group + 1) * GROUP),
    }));
  return [...groupsOf(0, ADA, 0), ...groupsOf(1, BEN, 48_000)].sort(
    (a, b) => a.positionSamples - b.positionSamples,
  );
}

/** Writes the session; with a segment a second where `inSegments` is set, without its end where it was not closed. */
async function write(
  session: string,
  options: { closed?: boolean; inSegments?: boolean } = {},
): Promise<void> {
  const { closed = true, inSegments = false } = options;
  await writeSession(session, {
    players: ['Ada', 'Ben'],
    spoken: spoken(),
    groupPackets: GROUP,
    ...(closed && { endSamples: 6 * 48_000 }),
    ...(inSegments && { segmentSamples: 48_000 }),
  });
}

const MARKER = Buffer.from('f5545352', 'hex');
const SEGMENT = join('log', '000001.tsl');

/** Rewrites the first segment. */
function change(edit: (bytes: Buffer, recordAt: number) => Buffer | undefined): (session: string) => void {
  return (session) => {
    const path = join(session, SEGMENT);
    const bytes = readFileSync(path);
    writeFileSync(path, edit(bytes, recordOfPacket100(bytes)) ?? bytes);
  };
}

/** Where the record begins that holds packets 100 to 104 of Ada. */
function recordOfPacket100(bytes: Buffer): number {
  return bytes.lastIndexOf(MARKER, bytes.indexOf(ADA[100] ?? ''));
}

function flip(bytes: Buffer, at: number): undefined {
  bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
}

function manifest(edit: (text: string) => string | undefined): (session: string) => void {
  return (session) => {
    const path = join(session, 'session.json');
    const text = edit(readFileSync(path, 'utf8'));
    if (text === undefined) rmSync(path);
    else writeFileSync(path, text);
  };
}

const without = (first: number, end: number): readonly Uint8Array[] => [
  ...ADA.slice(0, first),
  ...ADA.slice(end),
];
const LOST_GROUP = without(100, 105);

/** The packets of groups whose records lie outside of a stretch of the segment. */
function outside(
  bytes: Buffer,
  packets: readonly Uint8Array[],
  startByte: number,
  endByte: number,
): readonly Uint8Array[] {
  return packets.filter((_packet, i) => {
    const first = packets[i - (i % GROUP)] ?? new Uint8Array();
    const last = packets[i - (i % GROUP) + GROUP - 1] ?? new Uint8Array();
    const recordStart = bytes.lastIndexOf(MARKER, bytes.indexOf(first));
    return bytes.indexOf(last) + last.length <= startByte || recordStart >= endByte;
  });
}

interface Case {
  readonly damage: (session: string) => void;
  readonly closed?: boolean;
  readonly inSegments?: boolean;
  readonly code?: 0 | 3;
  /** Ada's packets that can be had; all of them when absent. */
  readonly packets?: readonly Uint8Array[];
  readonly ben?: readonly Uint8Array[];
  readonly says?: RegExp;
}

const CASES: Readonly<Record<string, Case>> = {
  'no damage': { damage: () => undefined, code: 0 },
  'no session.json': { damage: manifest(() => undefined), code: 0, says: /session\.json is missing/u },
  'an empty session.json': { damage: manifest(() => ''), code: 0, says: /session\.json is empty/u },
  'a session.json that breaks off': {
    damage: manifest((text) => text.slice(0, 150)),
    code: 0,
    says: /session\.json is not complete JSON/u,
  },
  'a session.json of a newer version': {
    damage: manifest((text) => text.replace('"version": 1', '"version": 2')),
    code: 0,
    says: /version 2, newer than 1/u,
  },
  'a session.json without an end': {
    damage: manifest((text) => text.replace(/"endSamples": \d+/u, '"endSamples": null')),
    code: 0,
  },
  'a session that was not closed': { damage: () => undefined, closed: false, code: 0 },
  'a torn tail': {
    damage: (session) => {
      truncateSync(join(session, SEGMENT), readFileSync(join(session, SEGMENT)).length - 7);
    },
    closed: false,
    packets: ADA,
    ben: BEN.slice(0, 145),
    says: /stops inside a record/u,
  },
  'an index that is torn off': {
    damage: (session) => {
      truncateSync(join(session, SEGMENT), readFileSync(join(session, SEGMENT)).length - 20);
    },
  },
  'zeros over the index': {
    damage: change((bytes) => bytes.fill(0, bytes.length - 300)),
  },
  'a flipped payload byte behind an intact index': {
    damage: change((bytes) => flip(bytes, bytes.indexOf(ADA[102] ?? '') + 30)),
    packets: LOST_GROUP,
    says: /checksum/u,
  },
  'a flipped payload byte in a segment without an index': {
    damage: change((bytes) => flip(bytes, bytes.indexOf(ADA[102] ?? '') + 30)),
    closed: false,
    packets: LOST_GROUP,
  },
  'a flipped marker that the index makes up for': { damage: change((b, at) => flip(b, at + 1)), code: 0 },
  'a flipped marker': { damage: change((b, at) => flip(b, at + 1)), closed: false, packets: LOST_GROUP },
  'a flipped tag': { damage: change((b, at) => flip(b, at + 5)), closed: false, packets: LOST_GROUP },
  'a flipped checksum': { damage: change((b, at) => flip(b, at + 9)), closed: false, packets: LOST_GROUP },
  'a flipped type': { damage: change((b, at) => flip(b, at + 12)), closed: false, packets: LOST_GROUP },
  'a flipped length': { damage: change((b, at) => flip(b, at + 16)), closed: false, packets: LOST_GROUP },
  'the greatest length': {
    damage: change((b, at) => void b.writeUInt32LE(0xffff_ffff, at + 16)),
    closed: false,
    packets: LOST_GROUP,
  },
  'a position of 2^60': {
    damage: change((b, at) => void b.writeBigUInt64LE(2n ** 60n, at + 20)),
    closed: false,
    packets: LOST_GROUP,
  },
  'a flipped segment magic': { damage: change((b) => flip(b, 2)) },
  'a flipped segment header': { damage: change((b) => flip(b, 60)) },
  'a segment that is missing': {
    damage: (session) => {
      rmSync(join(session, 'log', '000003.tsl'));
    },
    inSegments: true,
    packets: without(100, 150),
    ben: [...BEN.slice(0, 50), ...BEN.slice(100)],
  },
  'a segment that is empty': {
    damage: (session) => {
      truncateSync(join(session, 'log', '000003.tsl'), 0);
    },
    inSegments: true,
    packets: without(100, 150),
    ben: [...BEN.slice(0, 50), ...BEN.slice(100)],
  },
  'a segment there twice': {
    damage: (session) => {
      writeFileSync(join(session, 'log', '000009.tsl'), readFileSync(join(session, 'log', '000002.tsl')));
    },
    inSegments: true,
    says: /out of place/u,
  },
  'a segment of a newer version': {
    damage: (session) => {
      const path = join(session, 'log', '000003.tsl');
      const bytes = readFileSync(path);
      bytes.writeUInt16LE(2, 8);
      const end = bytes.readUInt32LE(12) - 4;
      bytes.writeUInt32LE(crc32(bytes.subarray(0, end)), end);
      writeFileSync(path, bytes);
    },
    inSegments: true,
    packets: without(100, 150),
    ben: [...BEN.slice(0, 50), ...BEN.slice(100)],
    says: /newer version of Tailslate/u,
  },
  'files of others in the log folder': {
    damage: (session) => {
      writeFileSync(join(session, 'log', '.DS_Store'), 'x');
      writeFileSync(join(session, 'log', '000001.tsl.bak'), 'x');
      mkdirSync(join(session, 'log', '000002.tsl'));
    },
    code: 0,
    says: /^log\/000001\.tsl\.bak: .*was not read\.$/mu,
  },
};

async function inSession<T>(
  options: Parameters<typeof write>[1],
  work: (session: string, out: string) => Promise<T>,
): Promise<T> {
  return inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    await write(session, options);
    return work(session, join(folder, 'out'));
  });
}

describe('a session of Tailslate with', () => {
  test.each(Object.entries(CASES))('%s gives what can be had', async (_name, expected) => {
    const { damage, closed, inSegments, code = 3, packets = ADA, ben = BEN } = expected;
    const { says = code === 3 ? /damaged place/u : /^$/u } = expected;
    await inSession(
      { ...(closed !== undefined && { closed }), ...(inSegments && { inSegments }) },
      async (session, out) => {
        damage(session);
        const before = fingerprint(session);
        const run = await tailslate(['export', session, '--out', out, '--jobs', '1', '--json']);
        expect(fingerprint(session)).toBe(before);
        const { files = [] } = documentOf(run);
        const file = (name: string) => files.find(({ player }) => player === name);
        expect(file('Ada')).toMatchObject({ packets: packets.length, packetsSha256: packetsDigest(packets) });
        expect(file('Ben')).toMatchObject({ packets: ben.length, packetsSha256: packetsDigest(ben) });
        expect(run.stderr).toMatch(says);
        expect(run.code).toBe(code);
        for (const { durationSamples } of files) expect(durationSamples).toBeLessThan(HOUR_SAMPLES);
        expect(pathsBelow(out)).toHaveLength(2);
        expect(pathsBelow(out).filter((path) => !path.endsWith('.m4a'))).toEqual([]);
      },
    );
  });

  test('4 KiB of zeros gives every record around them', async () => {
    await inSession({}, async (session, out) => {
      const path = join(session, SEGMENT);
      const bytes = readFileSync(path);
      const start = recordOfPacket100(bytes) + 40;
      const ada = outside(bytes, ADA, start, start + 4096);
      const ben = outside(bytes, BEN, start, start + 4096);
      expect(ADA.length - ada.length + BEN.length - ben.length).toBeLessThan(60);
      writeFileSync(path, bytes.fill(0, start, start + 4096));
      const run = await tailslate(['export', session, '--out', out, '--json']);
      expect(documentOf(run).files).toMatchObject([
        { packets: ada.length, packetsSha256: packetsDigest(ada) },
        { packets: ben.length, packetsSha256: packetsDigest(ben) },
      ]);
      expect(run.stderr).toMatch(/zeros/iu);
      expect(run.code).toBe(3);
    });
  });

  test('a payload that holds records of a log is one packet', async () => {
    await inTemporaryFolder(async (folder) => {
      const inner = join(folder, 'inner');
      const outer = join(folder, 'outer');
      await write(inner);
      const packets = [
        Uint8Array.of(31 << 3, ...readFileSync(join(inner, SEGMENT)).subarray(0, 1200)),
        ...ADA.slice(0, 20),
      ];
      await writeSession(outer, { players: ['Ada'], spoken: [{ track: 0, positionSamples: 0, packets }] });
      const run = await tailslate(['export', outer, '--out', join(folder, 'out'), '--json']);
      expect(documentOf(run).files).toMatchObject([{ packets: 21, packetsSha256: packetsDigest(packets) }]);
      expect(run.code).toBe(0);
    });
  });

  test.each([
    'a flipped marker that the index makes up for',
    'a flipped payload byte behind an intact index',
  ])('%s gives files that verify against it', async (name) => {
    await inSession({}, async (session, out) => {
      CASES[name]?.damage(session);
      const { files = [] } = documentOf(await tailslate(['export', session, '--out', out, '--json']));
      const run = await tailslate(['verify', ...files.map(({ path }) => path), '--session', session]);
      expect(run.code, run.stdout).toBe(0);
      expect(run.stdout.match(/identical to the session/gu)).toHaveLength(2);
    });
  });

  test('no logs says so and writes nothing', async () => {
    await inSession({}, async (session, out) => {
      renameSync(join(session, 'log'), join(session, 'old'));
      const gone = await tailslate(['export', session, '--out', out]);
      expect(gone.code).toBe(1);
      expect(gone.stderr).toMatch(/session is not a session folder.*\n.*the logs are missing/u);
      mkdirSync(join(session, 'log'));
      const empty = await tailslate(['export', session, '--out', out, '--json']);
      expect(empty.code).toBe(1);
      expect(documentOf(empty).error).toMatchObject({ code: 'nothing-to-do' });
      expect(pathsBelow(out)).toEqual([]);
    });
  });

  test('a segment of which only the header is there exports nothing, and says that its end is lost', async () => {
    await inSession({}, async (session, out) => {
      const path = join(session, SEGMENT);
      truncateSync(path, readFileSync(path).readUInt32LE(12));
      const run = await tailslate(['export', session, '--out', out]);
      expect(run.code).toBe(1);
      expect(run.stderr).toContain('tailslate: Nothing was written');
      expect(run.stderr).toMatch(/Ada: skipped. No packet could be read.\n.*\n.*The log ends at 0.0 s/u);
      expect(pathsBelow(out)).toEqual([]);
    });
  });
});
