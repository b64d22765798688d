import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { isHeld } from '../../../electron/io/folder-lock.ts';
import { findUnfinished } from '../../../electron/services/recovery/find-unfinished.ts';
import { recoverSession, type RecoveryReport } from '../../../electron/services/recovery/recover-session.ts';
import { Recording } from '../../../electron/services/recording/recording.ts';
import { systemPorts } from '../../../electron/services/recording/system-ports.ts';
import { recoveryReport } from '../../../shared/ipc/contract/reports.ts';
import { fingerprint } from '../../support/cli.ts';
import { inTemporaryFolder, packetsOf, SESSION_ID, writeSession } from '../../support/session-folder.ts';
import { input } from '../recording/simulated-host.ts';

const NOBODY = () => Promise.resolve(undefined);
const NOW = 1_800_000_000_000_000;

async function reportOf(folder: string): Promise<RecoveryReport> {
  const { report } = await recoverSession(folder, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    isHeld,
    nowUnixMicros: () => NOW,
  });
  expect(v.parse(recoveryReport, report)).toEqual(report);
  return report;
}

/** Two players, two seconds; closed where an end is given. */
async function write(folder: string, endSamples?: number): Promise<void> {
  await writeSession(folder, {
    players: ['Ada', 'Ben'],
    spoken: [0, 1].map((track) => ({ track, positionSamples: 0, packets: packetsOf(100, track) })),
    groupPackets: 10,
    ...(endSamples !== undefined && { endSamples }),
  });
}

const SEGMENT = join('log', '000001.tsl');

describe('recovery', () => {
  test('tells what was kept, twice the same, and writes nothing', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 's');
      await write(session);
      const before = fingerprint(session);
      const report = await reportOf(session);
      expect(report).toEqual({
        sessionId: SESSION_ID,
        title: 'Test session',
        scannedUnixMicros: NOW,
        durationSamples: 96_000,
        tracks: ['Ada', 'Ben'].map((name, id) => ({
          playerId: String(id),
          name,
          keptPackets: 100,
          keptSamples: 96_000,
          tornBytes: 0,
          damagedRanges: 0,
          damagedBytes: 0,
          lastGoodSamples: 96_000,
        })),
        findings: [],
      });
      expect(await reportOf(session)).toEqual(report);
      expect(fingerprint(session)).toBe(before);
    });
  });

  test('tells a torn tail from damage in the middle', async () => {
    await inTemporaryFolder(async (folder) => {
      const session = join(folder, 's');
      await write(session);
      const path = join(session, SEGMENT);
      const bytes = readFileSync(path);
      const tail = bytes.subarray(bytes.lastIndexOf(Buffer.from('f5545352', 'hex')));
      bytes.fill(0x55, 600, 700);
      writeFileSync(path, bytes);
      appendFileSync(path, tail.subarray(0, 40));
      const before = fingerprint(session);
      const { tracks, findings } = await reportOf(session);
      expect(tracks[0]).toMatchObject({
        keptPackets: 90,
        tornBytes: 40,
        damagedRanges: 1,
        lastGoodSamples: 96_000,
      });
      expect(tracks[0]?.keptSamples).toBe(90 * 960);
      expect(findings).toHaveLength(2);
      expect(fingerprint(session)).toBe(before);
    });
  });
});

describe('unfinished sessions of a library', () => {
  test('are those without an end, whatever session.json says or does not say', async () => {
    await inTemporaryFolder(async (library) => {
      const at = (name: string): string => join(library, name);
      await write(at('a open'));
      await write(at('b closed'), 96_000);
      // The power went between the log's end and session.json.
      await write(at('c ended'), 96_000);
      const manifest = join(at('c ended'), 'session.json');
      writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('96000', 'null'));
      await write(at('d no manifest'));
      writeFileSync(join(at('d no manifest'), 'session.json'), '{');
      mkdirSync(at('e other folder'));
      writeFileSync(at('f file'), 'x');
      mkdirSync(join(at('g empty'), 'log'), { recursive: true });
      const before = fingerprint(library);
      const found = await findUnfinished(library, NOBODY);
      expect(found.sessions.map(({ folder }) => folder)).toEqual([
        at('a open'),
        at('d no manifest'),
        at('g empty'),
      ]);
      expect(found).toMatchObject({ held: [], unreadable: [] });
      expect(fingerprint(library)).toBe(before);
      expect(await findUnfinished(at('nowhere'), NOBODY)).toEqual({ sessions: [], held: [], unreadable: [] });
    });
  });

  test('are left alone while somebody records them; two cannot record into one folder', async () => {
    await inTemporaryFolder(async (library) => {
      const session = join(library, 's');
      const ports = systemPorts({
        folders: () => [session],
        durabilityMillis: () => 250,
        holder: 'the studio',
      });
      const recording = new Recording(ports);
      const other = new Recording(ports);
      await recording.calls.start({ title: 'Talk', tracks: [input('Ada')] });
      await expect(other.calls.start({ title: 'Talk', tracks: [input('Ben')] })).rejects.toMatchObject({
        code: 'locked',
      });
      const found = await findUnfinished(library, isHeld);
      expect(found).toMatchObject({ sessions: [], held: [{ folder: session, holder: 'the studio' }] });
      await expect(reportOf(session)).rejects.toThrow(/is being recorded by the studio/u);
      await recording.close();
      expect(await findUnfinished(library, isHeld)).toMatchObject({ sessions: [], held: [] });
    });
  });
});
