import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentOf, fingerprint, packetsDigest, pathsBelow, tailslate } from '../support/cli.ts';
import {
  nanoLogBytes,
  nanoLogOf,
  nanoLogPath,
  nanoManifest,
  recordStart,
  writeNanoSession,
} from '../support/nano-session.ts';
import { nanoFileHeader, nanoRecord, opusPacket } from '../support/nano-wal-writer.ts';
import { inTemporaryFolder } from '../support/session-folder.ts';

const ADA = nanoLogOf('Ada', 200, 1);
const BEN = nanoLogOf('Ben', 150, 2, 1000);
const ADA_LOG = nanoLogPath('Ada');
const MIDDLE = 100;

interface Case {
  /** Changes a session of Ada and Ben. */
  readonly damage: (session: string) => void;
  readonly code: 0 | 3;
  /** Ada's packets that can be had; all of them when absent. */
  readonly packets?: readonly Uint8Array[];
  /** What the messages must name. */
  readonly says?: RegExp;
}

/** Rewrites Ada's log. */
function ada(change: (bytes: Buffer) => void): (session: string) => void {
  return (session) => {
    const bytes = nanoLogBytes(ADA);
    change(bytes);
    writeFileSync(join(session, ADA_LOG), bytes);
  };
}

function flip(bytes: Buffer, at: number, bits = 0xff): void {
  bytes[at] = (bytes[at] ?? 0) ^ bits;
}

function manifest(text: string | undefined): (session: string) => void {
  return (session) => {
    const path = join(session, 'session.json');
    if (text === undefined) rmSync(path);
    else writeFileSync(path, text);
  };
}

const without = (first: number, end = first + 1): readonly Uint8Array[] => [
  ...ADA.packets.slice(0, first),
  ...ADA.packets.slice(end),
];

const middle = recordStart(ADA, MIDDLE);
const whole = JSON.stringify(nanoManifest(['Ada', 'Ben'], 6000), undefined, 2);
const ZEROS = { start: middle + 30, end: middle + 30 + 4096 };
const firstBehindZeros = ADA.records.findIndex((_, i) => recordStart(ADA, i) >= ZEROS.end);

const CASES: Readonly<Record<string, Case>> = {
  'no session.json': { damage: manifest(undefined), code: 0, says: /session\.json is missing/u },
  'an empty session.json': { damage: manifest(''), code: 0, says: /session\.json is empty/u },
  'a session.json that breaks off': {
    damage: manifest(whole.slice(0, 130)),
    code: 0,
    says: /session\.json is not complete JSON/u,
  },
  'a session.json that is not one': { damage: manifest('[1, 2]'), code: 0, says: /not an object/u },
  'a session that was not closed': {
    damage: manifest(whole.replace(/"(end_timestamp|duration_ms)": \d+/gu, '"$1": null')),
    code: 0,
  },
  'a session.json with a participant nobody recorded': {
    damage: manifest(JSON.stringify(nanoManifest(['Cyd', 'Ada'], 6000))),
    code: 0,
    says: /"Cyd" is listed but has no log/u,
  },
  'a log that is empty': {
    damage: (session) => truncateSync(join(session, ADA_LOG), 0),
    code: 3,
    packets: [],
    says: /Ada: skipped.*\n.*1 damaged place/u,
  },
  'a log that stops in its header': {
    damage: (session) => truncateSync(join(session, ADA_LOG), 20),
    code: 3,
    packets: [],
    says: /stops inside its header/u,
  },
  'a log with a header only': {
    damage: (session) => truncateSync(join(session, ADA_LOG), nanoFileHeader('Ada').length),
    code: 0,
    packets: [],
    says: /Ada: skipped. No packets were recorded/u,
  },
  'a torn tail': {
    damage: (session) => truncateSync(join(session, ADA_LOG), nanoLogBytes(ADA).length - 7),
    code: 3,
    packets: without(199),
    says: /stops inside a record/u,
  },
  'a flipped marker': { damage: ada((b) => flip(b, middle + 2)), code: 3, packets: without(MIDDLE) },
  'a flipped header length': { damage: ada((b) => flip(b, middle + 6)), code: 3, packets: without(MIDDLE) },
  'a flipped content length': {
    damage: ada((b) =>
      flip(b, middle + (ADA.records[MIDDLE]?.length ?? 0) - (ADA.packets[MIDDLE]?.length ?? 0) - 8),
    ),
    code: 3,
    packets: without(MIDDLE),
  },
  'a content length of 2^60': {
    damage: ada((b) => {
      const content = middle + (ADA.records[MIDDLE]?.length ?? 0) - (ADA.packets[MIDDLE]?.length ?? 0);
      b.writeBigUInt64LE(2n ** 60n, content - 8);
    }),
    code: 3,
    packets: without(MIDDLE),
  },
  'a key length of 2^60': {
    damage: ada((b) => {
      b.writeBigUInt64LE(2n ** 60n, 24);
    }),
    code: 3,
  },
  'a flipped file magic': { damage: ada((b) => flip(b, 3)), code: 3 },
  'a header that cannot be read': {
    damage: ada((b) => flip(b, middle + 8)),
    code: 0,
    says: /carr(y|ies) no time/u,
  },
  '4 KiB of zeros': {
    damage: ada((b) => b.fill(0, ZEROS.start, ZEROS.end)),
    code: 3,
    packets: without(MIDDLE, firstBehindZeros),
    says: /Zeros lie where records should be/u,
  },
  'files of others beside the logs': {
    damage: (session) => {
      writeFileSync(join(session, 'wal', 'notes.txt'), 'x');
      mkdirSync(join(session, 'wal', 'Cyd-1-0001.log'));
    },
    code: 0,
    says: /wal\/notes\.txt.*not read/u,
  },
  'foreign bytes at the end': {
    damage: (session) =>
      writeFileSync(join(session, ADA_LOG), Buffer.concat([nanoLogBytes(ADA), Buffer.from('\r\nhello')])),
    code: 3,
  },
};

async function inSession<T>(work: (session: string, out: string) => Promise<T>): Promise<T> {
  return inTemporaryFolder(async (folder) => {
    const session = join(folder, 'session');
    writeNanoSession(session, [ADA, BEN]);
    return work(session, join(folder, 'out'));
  });
}

describe('a session of Bedrock Voice Chat with', () => {
  test.each(Object.entries(CASES))('%s gives what can be had', async (_name, expected) => {
    const {
      damage,
      code,
      packets = ADA.packets,
      says = code === 3 ? /Ada: 1 damaged place/u : /^$/u,
    } = expected;
    await inSession(async (session, out) => {
      damage(session);
      const before = fingerprint(session);
      const run = await tailslate(['export', session, '--out', out, '--jobs', '1', '--json']);
      expect(fingerprint(session)).toBe(before);
      const { files = [] } = documentOf(run);
      const file = (name: string) => files.find(({ player }) => player === name);
      if (packets.length === 0) expect(file('Ada')).toMatchObject({ status: 'skipped' });
      else
        expect(file('Ada')).toMatchObject({ packets: packets.length, packetsSha256: packetsDigest(packets) });
      expect(file('Ben')).toMatchObject({ packets: 150, packetsSha256: packetsDigest(BEN.packets) });
      expect(run.stderr).toMatch(says);
      expect(run.code).toBe(code);
      expect(pathsBelow(out)).toHaveLength(packets.length === 0 ? 1 : 2);
      expect(pathsBelow(out).filter((path) => !path.endsWith('.m4a'))).toEqual([]);
    });
  });

  test('damage is told by inspect and recover, which write nothing', async () => {
    await inSession(async (session, out) => {
      CASES['4 KiB of zeros']?.damage(session);
      const before = fingerprint(session);
      for (const command of ['inspect', 'recover']) {
        const run = await tailslate([command, session, '--json']);
        expect(run.code).toBe(3);
        expect(documentOf(run)).toMatchObject({
          damaged: true,
          players: [{ packets: 166 }, { packets: 150 }],
        });
        const shown = await tailslate([command, session]);
        expect(shown.stdout).toMatch(/! wal\/Ada-\d+-0001\.log bytes \d+ to \d+: Zeros lie where records/u);
      }
      expect(fingerprint(session)).toBe(before);
      expect(pathsBelow(out)).toEqual([]);
    });
  });

  test('no logs says so and writes nothing', async () => {
    await inSession(async (session, out) => {
      rmSync(join(session, 'wal'), { recursive: true });
      const gone = await tailslate(['export', session, '--out', out]);
      expect(gone.code).toBe(1);
      expect(gone.stderr).toMatch(/session is not a session folder.*\n.*the logs are missing/u);
      mkdirSync(join(session, 'wal'));
      const empty = await tailslate(['export', session, '--out', out]);
      expect(empty.code).toBe(1);
      expect(empty.stderr).toMatch(/session holds no players: there are no packet logs/u);
      expect(pathsBelow(out)).toEqual([]);
      const inspected = await tailslate(['inspect', session, '--json']);
      expect(inspected.code).toBe(0);
      expect(documentOf(inspected)).toMatchObject({ players: [] });
    });
  });
});

describe('what looks like damage and is none', () => {
  test('a payload that holds the marker, also a whole record, is one packet', async () => {
    await inSession(async (session, out) => {
      const inner = nanoRecord(opusPacket(Uint8Array.of(1, 2, 3)), { stampMs: 5 });
      const packets = ADA.packets.map((packet, i) =>
        i % 10 === 3
          ? Uint8Array.of(0x78, ...Buffer.from('NANORC'), ...packet)
          : i % 10 === 7
            ? Uint8Array.of(0x78, 9, ...inner)
            : packet,
      );
      const records = packets.map((packet, i) => nanoRecord(packet, { stampMs: 40 + i * 20 }));
      writeFileSync(join(session, ADA_LOG), Buffer.concat([nanoFileHeader('Ada'), ...records]));
      const run = await tailslate(['export', session, '--out', out, '--player', 'Ada', '--json']);
      expect(documentOf(run).files).toMatchObject([{ packets: 200, packetsSha256: packetsDigest(packets) }]);
      expect(run.code).toBe(0);
    });
  });

  test('a changed byte inside a payload keeps every packet: nano-wal has no checksum to tell', async () => {
    await inSession(async (session, out) => {
      ada((bytes) => {
        flip(bytes, recordStart(ADA, MIDDLE + 1) - 5);
      })(session);
      const run = await tailslate(['export', session, '--out', out, '--player', 'Ada', '--json']);
      expect(documentOf(run).files).toMatchObject([{ packets: 200 }]);
      expect(run.code).toBe(0);
    });
  });
});
