import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyMovie } from '../../../electron/media/mp4/verify.ts';
import type { ExpectedPackets } from '../../../electron/media/mp4/verify-payload.ts';
import type { VerifyReport } from '../../../shared/model/verify-report.ts';
import {
  type Bends,
  join,
  type LaidPacket,
  memorySource,
  somePackets,
  tailslateFile,
} from './tailslate-file.ts';

const PACKETS = somePackets(40);

const verify = (bytes: Uint8Array, expected?: readonly ExpectedPackets[]) =>
  verifyMovie(memorySource(bytes), expected === undefined ? {} : { expected });

const failed = (report: VerifyReport) => report.checks.filter(({ ok }) => !ok).map(({ name }) => name);

function sessionOf(packets: readonly LaidPacket[]): ExpectedPackets {
  const kept = packets.filter(({ silence }) => silence !== true);
  return {
    count: kept.length,
    sizesBytes: Uint16Array.from(kept, ({ payload }) => payload.length),
    durationUnits: Uint8Array.from(kept, ({ units }) => units),
    sha256: createHash('sha256')
      .update(join(...kept.map(({ payload }) => payload)))
      .digest('hex'),
    readPacket: (index) => kept[index]?.payload ?? new Uint8Array(0),
  };
}

describe('a Tailslate file', () => {
  test('passes every check, with and without its session', async () => {
    const report = await verify(tailslateFile(PACKETS), [sessionOf(PACKETS)]);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      tailslate: true,
      fragmented: false,
      firstDifference: null,
      findings: [],
      timecode: { label: '10:00:00:00', rateNumerator: 25, rateDenominator: 1, dropFrame: false },
      tracks: [
        { trackId: 1, name: 'Zoë', packets: 32, silencePackets: 8, durationSamples: 40 * 960 - 17 - 312 },
      ],
    });
    expect(report.tracks[0]?.sha256).toBe(sessionOf(PACKETS).sha256);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect((await verify(tailslateFile(PACKETS))).ok).toBe(true);
  });

  const cases: readonly [string, Bends, readonly string[]][] = [
    ['a wrong digest', { items: (items) => items.set('PACKETS_SHA256', '0'.repeat(64)) }, ['item-digest']],
    ['a wrong packet count', { items: (items) => items.set('PACKETS', '33') }, ['item-packets']],
    ['a wrong silence count', { items: (items) => items.set('SILENCE_PACKETS', '7') }, ['item-silence']],
    ['a wrong duration', { items: (items) => items.set('DURATION_SAMPLES', '1') }, ['item-duration']],
    ['a missing item', { items: (items) => items.delete('PACKETS') }, ['item-packets']],
    [
      'a wrong start label',
      { items: (items) => items.set('TIMECODE_START', '10:00:00:01') },
      ['item-timecode'],
    ],
    ['a wrong rate', { items: (items) => items.set('TIMECODE_RATE', '24') }, ['item-timecode']],
    ['a frame count that differs from the label', { startFrame: 900_001 }, ['item-timecode']],
    ['a frame past midnight', { startFrame: 25 * 86_400 }, ['timecode', 'item-timecode']],
    ['labels that do not fit the rate', { nominalFrames: 30 }, ['timecode', 'item-timecode']],
    ['no reference to the timecode', { timecodeReference: false }, ['timecode-track']],
    ['a stretched packet in the middle', { deltas: (deltas) => (deltas[3] = 1080) }, ['packets']],
    ['a last packet that is too long', { deltas: (deltas) => (deltas[39] = 1200) }, ['packets']],
    ['an edit past the media', { edit: { durationSamples: 40 * 960 } }, ['edit-list']],
    ['too little pre-roll', { rollDistance: -3 }, ['roll']],
    ['no pre-roll', { rollDistance: 4 }, ['roll']],
    [
      'a chunk over another',
      { chunkOffsets: (at) => (at[2] = (at[1] ?? 0) + 1) },
      ['chunks', 'packets', 'item-packets', 'item-silence', 'item-digest'],
    ],
    ['bytes that belong to nobody', { extraMdatBytes: 1 }, ['chunks']],
    ['the index behind the media', { mdatFirst: true }, ['moov-first']],
  ];
  test.each(cases)('%s fails just that', async (_what, bends, expected) => {
    expect(failed(await verify(tailslateFile(PACKETS, bends)))).toEqual(expected);
  });

  test('a chunk outside the file is found and reading goes on', async () => {
    const report = await verify(tailslateFile(PACKETS, { chunkOffsets: (at) => (at[5] = 1e6) }));
    expect(failed(report)).toEqual(expect.arrayContaining(['readable', 'chunks', 'packets']));
    expect(report.findings).toMatchObject([{ kind: 'outside-file' }]);
  });

  test('a file cut within its media says how far it goes', async () => {
    const whole = tailslateFile(PACKETS);
    const report = await verify(whole.subarray(0, whole.length - 300));
    expect(failed(report)).toEqual(expect.arrayContaining(['readable', 'packets', 'item-digest']));
    expect(report.findings.map(({ kind }) => kind)).toContain('torn-tail');
    expect(report.tracks[0]?.sha256).toBeNull();
  });

  test('silence that is not the silence laid elsewhere is found', async () => {
    const changed = PACKETS.map((packet, index) =>
      index === 14 ? { ...packet, payload: Uint8Array.of(0xf8, 0xff, 0xff) } : packet,
    );
    const report = await verify(tailslateFile(changed));
    expect(failed(report)).toEqual(['silence']);
    expect(report.checks.find(({ name }) => name === 'silence')?.detail).toContain('sample 14');
  });

  test('packets of every duration and packing are held to their own length', async () => {
    const mixed: LaidPacket[] = [1, 2, 4, 8].map((units, config) => ({
      payload: Uint8Array.of(0xe0 + config * 8, config),
      units,
    }));
    mixed.push({ payload: Uint8Array.of(0xfb, 6, ...new Array<number>(6).fill(9)), units: 48 });
    mixed.push({ payload: Uint8Array.of(0xf8), units: 8 });
    expect(failed(await verify(tailslateFile(mixed, { rollDistance: -32 }), [sessionOf(mixed)]))).toEqual([]);
    expect(failed(await verify(tailslateFile(mixed, { rollDistance: -3 })))).toEqual(['roll']);
    // Four packets back from the fifth is the beginning: there is no more pre-roll to be had.
    expect(failed(await verify(tailslateFile(mixed, { rollDistance: -4 }), [sessionOf(mixed)]))).toEqual([]);
  });
});

describe('against the session', () => {
  test('a flipped byte is named by packet, time and byte', async () => {
    const bytes = tailslateFile(PACKETS).slice();
    const payload = PACKETS[21]?.payload ?? new Uint8Array(0);
    const at = Buffer.from(bytes).indexOf(payload);
    bytes[at + 9] = (bytes[at + 9] ?? 0) ^ 0x10;
    const report = await verify(bytes, [sessionOf(PACKETS)]);
    expect(failed(report)).toEqual(['item-digest', 'session-packets', 'session-digest']);
    expect(report.firstDifference).toEqual({
      trackId: 1,
      packet: 17,
      timeSamples: 21 * 960,
      what: 'payload',
      byte: 9,
      expected: payload[9],
      actual: (payload[9] ?? 0) ^ 0x10,
    });
  });

  test('a lost packet, another size and another duration are told apart', async () => {
    const bytes = tailslateFile(PACKETS);
    const longer = [...PACKETS, { payload: Uint8Array.of(0xf8, 1), units: 8 }];
    expect((await verify(bytes, [sessionOf(longer)])).firstDifference).toMatchObject({
      what: 'count',
      packet: 32,
      timeSamples: 40 * 960 - 17,
      expected: 33,
      actual: 32,
    });
    expect((await verify(bytes, [sessionOf(PACKETS.slice(0, 38))])).firstDifference).toMatchObject({
      what: 'count',
      packet: 31,
      timeSamples: 38 * 960,
    });
    const resized = PACKETS.map((packet, index) =>
      index === 2 ? { ...packet, payload: Uint8Array.of(0xf8, 1) } : packet,
    );
    expect((await verify(bytes, [sessionOf(resized)])).firstDifference).toMatchObject({
      what: 'size',
      packet: 2,
      expected: 2,
    });
    const shorter = PACKETS.map((packet, index) => (index === 6 ? { ...packet, units: 4 } : packet));
    expect((await verify(bytes, [sessionOf(shorter)])).firstDifference).toMatchObject({
      what: 'duration',
      packet: 5,
      expected: 4,
      actual: 8,
    });
    expect(failed(await verify(bytes, [sessionOf(PACKETS), sessionOf(PACKETS)]))).toEqual(['session-count']);
  });
});

describe('the pass over the media', () => {
  // Payloads of 1275 bytes make packets lie across the 256 KiB blocks in which the media is read.
  const big = Array.from({ length: 8000 }, (_, index): LaidPacket => {
    if (index % 100 === 3) return { payload: Uint8Array.of(0xf8, 0xff, 0xfe), units: 8, silence: true };
    const payload = new Uint8Array(index % 9 === 0 ? 1276 : 1200).fill(index & 255);
    payload[0] = 0xf8;
    return { payload, units: 8 };
  });
  const bytes = tailslateFile(big);

  test('reads every byte once, in blocks, and reports progress', async () => {
    const reads: [number, number][] = [];
    const inner = memorySource(bytes);
    const done: number[] = [];
    const report = await verifyMovie(
      {
        sizeBytes: inner.sizeBytes,
        read: (offset, length, into) => {
          if (into !== undefined) reads.push([offset, length]);
          return inner.read(offset, length, into);
        },
      },
      { expected: [sessionOf(big)], onProgress: (bytesDone) => done.push(bytesDone) },
    );
    expect(failed(report)).toEqual([]);
    expect(reads).toHaveLength(37);
    for (const [index, [offset, length]] of reads.entries()) {
      const next = reads[index + 1];
      if (next !== undefined) expect(next[0]).toBe(offset + length);
    }
    expect(done.at(-1)).toBe(big.reduce((sum, { payload }) => sum + payload.length, 0));
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  test('stops when it is told to', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const verifying = verifyMovie(memorySource(bytes), {
      signal: controller.signal,
      onProgress: () => {
        controller.abort(reason);
      },
    });
    await expect(verifying).rejects.toBe(reason);
  });
});
