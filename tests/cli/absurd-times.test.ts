import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentOf, packetsDigest, pathsBelow, tailslate } from '../support/cli.ts';
import { nanoLogOf, nanoManifest, PACKET_MS, writeNanoSession } from '../support/nano-session.ts';
import { nanoRecord } from '../support/nano-wal-writer.ts';
import { inTemporaryFolder, packetsOf, writeSession } from '../support/session-folder.ts';

const ADA = nanoLogOf('Ada', 200, 1);
const BEN = nanoLogOf('Ben', 150, 2, 1000);
const MINUTE_SAMPLES = 60 * 48_000;

/** Ada's log with the stamp of one packet gone wrong by `2 ** bit` milliseconds. */
function withFlippedStamp(index: number, bit: number): typeof ADA {
  const stampMs = BigInt(40 + index * PACKET_MS) + 2n ** BigInt(bit);
  const record = nanoRecord(ADA.packets[index] ?? new Uint8Array(), { stampMs });
  return { ...ADA, records: ADA.records.map((whole, i) => (i === index ? record : whole)) };
}

function rewriteManifest(session: string, change: (text: string) => string): void {
  const path = join(session, 'session.json');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

describe('a stamp of Bedrock Voice Chat that is off', () => {
  test.each([
    // 2^25 ms are 9 hours, 2^31 25 days, 2^34 half a year; beyond a year it is damage.
    { bit: 25, index: 100, closed: true, code: 0 },
    { bit: 25, index: 199, closed: false, code: 0 },
    { bit: 31, index: 0, closed: true, code: 0 },
    { bit: 34, index: 199, closed: false, code: 0 },
    { bit: 34, index: 100, closed: false, code: 0 },
    { bit: 42, index: 100, closed: true, code: 3 },
    { bit: 62, index: 199, closed: false, code: 3 },
  ])(
    'by 2^$bit ms at packet $index makes no file of silence (closed: $closed)',
    async ({ bit, index, closed, code }) => {
      await inTemporaryFolder(async (folder) => {
        const session = join(folder, 's');
        writeNanoSession(session, [withFlippedStamp(index, bit), BEN]);
        if (!closed)
          rewriteManifest(session, (text) =>
            text.replace(/"(end_timestamp|duration_ms)": \d+/gu, '"$1": null'),
          );
        const run = await tailslate([
          'export',
          session,
          '--out',
          join(folder, 'out'),
          '--jobs',
          '1',
          '--json',
        ]);
        expect(run.code, run.stderr).toBe(code);
        const { files = [] } = documentOf(run);
        for (const { durationSamples } of files) expect(durationSamples).toBeLessThan(MINUTE_SAMPLES);
        expect(files).toMatchObject([
          { packets: 200, packetsSha256: packetsDigest(ADA.packets) },
          { packets: 150, packetsSha256: packetsDigest(BEN.packets) },
        ]);
      });
    },
  );

  test.each([20 * 86_400_000, Number.MAX_SAFE_INTEGER, 100])(
    'a declared length of %d ms gives way to the packets',
    async (length) => {
      await inTemporaryFolder(async (folder) => {
        const session = join(folder, 's');
        writeNanoSession(session, [ADA, BEN]);
        writeFileSync(join(session, 'session.json'), JSON.stringify(nanoManifest(['Ada', 'Ben'], length)));
        const run = await tailslate(['export', session, '--out', join(folder, 'out'), '--json']);
        expect(run.code, run.stderr).toBe(0);
        for (const { durationSamples } of documentOf(run).files ?? [])
          expect(durationSamples).toBeLessThan(MINUTE_SAMPLES);
        if (length > 100) expect(run.stderr).toMatch(/its packets end long before; they are believed/u);
      });
    },
  );
});

describe('a session of Tailslate', () => {
  const spoken = [0, 1].map((track) => ({
    track,
    positionSamples: track * 500,
    packets: packetsOf(100, track),
  }));
  const players = ['Ada', 'Ben'];

  test.each([20 * 86_400 * 48_000, Number.MAX_SAFE_INTEGER, 960])(
    'whose session.json ends it at %d is as long as its packets',
    async (end) => {
      await inTemporaryFolder(async (folder) => {
        const session = join(folder, 's');
        await writeSession(session, { players, spoken });
        rewriteManifest(session, (text) => text.replace('"endSamples": null', `"endSamples": ${end}`));
        const run = await tailslate(['export', session, '--out', join(folder, 'out'), '--json']);
        expect(run.code, run.stderr).toBe(0);
        const { files = [] } = documentOf(run);
        // T0 lies 1200 samples into its frame, from which files begin.
        expect(files.map(({ durationSamples }) => durationSamples)).toEqual([96_500 + 1200, 96_500 + 1200]);
        expect(files).toMatchObject([{ packets: 100 }, { packets: 100 }]);
        if (end > 960) expect(run.stderr).toMatch(/its packets end long before; they are believed/u);
        const inspected = await tailslate(['inspect', session, '--json']);
        expect(documentOf(inspected).durationSamples).toBe(96_500);
      });
    },
  );

  test('with hours of silence between packets gives a file that verifies', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 's');
      const late = [10, 20].map((hours) => ({
        track: 0,
        positionSamples: hours * 3600 * 48_000,
        packets: packetsOf(100, hours),
      }));
      await writeSession(session, { players, spoken: [...spoken, ...late] });
      const run = await tailslate([
        'export',
        session,
        '--out',
        join(folder, 'out'),
        '--player',
        'Ada',
        '--json',
      ]);
      expect(run.code, run.stderr).toBe(0);
      const packets = [0, 10, 20].flatMap((seed) => packetsOf(100, seed));
      expect(documentOf(run).files).toMatchObject([{ packets: 300, packetsSha256: packetsDigest(packets) }]);
    });
  });

  test('whose last packets reach beyond its end keeps them, in files of one length', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 's');
      await writeSession(session, { players, spoken, endSamples: 96_100 });
      const run = await tailslate(['export', session, '--out', join(folder, 'out'), '--json']);
      expect(run.code, run.stderr).toBe(0);
      expect(documentOf(run).files).toMatchObject([
        { packets: 100, durationSamples: 97_700 },
        { packets: 100, durationSamples: 97_700 },
      ]);
    });
  });

  test('with a packet that the log places weeks out is refused, and the others come out', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 's');
      const far = { track: 1, positionSamples: 20 * 86_400 * 48_000, packets: packetsOf(1, 9) };
      await writeSession(session, { players, spoken: [...spoken, far] });
      const out = join(folder, 'out');
      const run = await tailslate(['export', session, '--out', out]);
      expect(run.code).toBe(1);
      expect(run.stderr).toMatch(
        /would be 480 hours long; 168 hours are the most\.\n {2}Run "tailslate inspect"/u,
      );
      expect(pathsBelow(out)).toEqual([]);
      const ada = await tailslate(['export', session, '--out', out, '--player', 'Ada', '--align', 'trim']);
      expect(ada.code, ada.stderr).toBe(0);
      expect(pathsBelow(out)).toHaveLength(1);
      const inspected = await tailslate(['inspect', session]);
      expect(inspected.code, inspected.stderr).toBe(0);
      expect(inspected.stdout).toMatch(/^Ben +101 .* 480:00:00\.0 /mu);
    });
  });
});
