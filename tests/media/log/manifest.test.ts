import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseManifest, serialiseManifest, type Manifest } from '../../../electron/media/log/manifest.ts';
import { SESSION_ID, T0_UNIX_MICROS, trackInfo } from './sample.ts';

const manifest: Manifest = {
  sessionId: SESSION_ID,
  title: 'Episode 12: "Zoë & Max"',
  t0UnixMicros: T0_UNIX_MICROS,
  createdAt: '2025-11-21T06:03:20.000Z',
  zone: 'Europe/Oslo',
  endSamples: 3840,
  tracks: [trackInfo(1), { ...trackInfo(2), colorIndex: 3 }],
  appVersion: '0.1.0',
};

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('session.json', () => {
  test('comes back as it was written', () => {
    for (const endSamples of [null, 0, 3840]) {
      const read = parseManifest(bytesOf(serialiseManifest({ ...manifest, endSamples })));
      expect(read).toEqual({ manifest: { ...manifest, endSamples }, newer: false, findings: [] });
    }
  });

  test('names its format and version first', () => {
    expect(serialiseManifest(manifest)).toMatch(
      /^\{\n {2}"format": "tailslate-session",\n {2}"version": 1,\n/,
    );
  });

  test('of a newer version is read as far as it is known, and says so', () => {
    const newer = serialiseManifest(manifest).replace('"version": 1', '"version": 2, "mood": "calm"');
    const read = parseManifest(bytesOf(newer));
    expect(read.manifest).toEqual(manifest);
    expect(read.newer).toBe(true);
    expect(read.findings.map(({ kind }) => kind)).toEqual(['bad-manifest']);
  });

  test('missing, empty or cut off anywhere is a finding', () => {
    const bytes = bytesOf(serialiseManifest(manifest));
    for (let size = -1; size < bytes.length - 2; size++) {
      const read = parseManifest(size < 0 ? undefined : bytes.subarray(0, size));
      expect(read.manifest).toBeUndefined();
      expect(read.findings).toHaveLength(1);
    }
  });

  test('names the field that makes no sense', () => {
    const wrong: readonly [from: string, to: string, field: string][] = [
      [SESSION_ID, 'abc', 'sessionId'],
      ['Europe/Oslo', 'Middle Earth', 'zone'],
      ['"endSamples": 3840', '"endSamples": -1', 'endSamples'],
      [String(T0_UNIX_MICROS), '1e99', 't0UnixMicros'],
      ['"channels": 1', '"channels": 3', 'tracks[0]'],
      ['"id": 2', '"id": 1', 'tracks[1]'],
      ['"colorIndex": 3', '"colorIndex": "red"', 'tracks[1]'],
    ];
    for (const [from, to, field] of wrong) {
      const read = parseManifest(bytesOf(serialiseManifest(manifest).replace(from, to)));
      expect(read.manifest).toBeUndefined();
      expect(read.findings[0]?.reason).toContain(`session.json: ${field} `);
    }
  });

  test('never throws, whatever JSON it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json().map(bytesOf), fc.uint8Array()), (bytes) => {
        expect(parseManifest(bytes).manifest).toBeUndefined();
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
