import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NanoCollector } from '../../../electron/media/nano-wal/collector.ts';
import { orderLogFiles } from '../../../electron/media/nano-wal/log-file.ts';
import { parseNanoSession } from '../../../electron/media/nano-wal/session.ts';
import { inTimeOrder } from '../../../electron/media/timeline/rows.ts';
import { scanLog } from './scan-log.ts';

const folder = join(import.meta.dirname, '../../fixtures/bvc-roundtable');
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, object>;

test('logs written by the nano-wal crate give the packets that went in', () => {
  const collector = new NanoCollector();
  const logs = new Map<string, Buffer>();
  for (const { file } of orderLogFiles(readdirSync(join(folder, 'wal')))) {
    const log = readFileSync(join(folder, 'wal', file));
    logs.set(`wal/${file}`, log);
    scanLog(log, { file: `wal/${file}`, collector });
  }
  expect(collector.findings.kept).toEqual([]);

  const found: Record<string, object> = {};
  for (const track of collector.tracks) {
    const { packets } = inTimeOrder(track.packets.finish());
    const hash = createHash('sha256');
    let bytes = 0;
    for (let row = 0; row < packets.count; row++) {
      const part = collector.parts[packets.parts[row] ?? 0];
      const start = (part?.baseByte ?? 0) + (packets.offsetsBytes[row] ?? 0);
      const size = packets.sizesBytes[row] ?? 0;
      hash.update(logs.get(part?.file ?? '')?.subarray(start, start + size) ?? '');
      bytes += size;
    }
    found[track.player] = {
      packets: packets.count,
      bytes,
      channels: track.channels,
      sample_rate: track.sampleRate,
      first_ms: track.firstMs,
      last_ms: track.lastMs,
      sha256_of_packets_in_time_order: hash.digest('hex'),
    };
    expect(track.isNameAssumed).toBe(false);
    expect(track.files).toHaveLength(1);
  }
  expect(found).toEqual(expected);
});

test('its session.json', () => {
  expect(parseNanoSession(readFileSync(join(folder, 'session.json')))).toEqual({
    sessionId: '019ceed2-3b19-7000-8000-5eed0000a11c',
    t0UnixMicros: 1_773_532_752_345_000,
    startSource: 'start_timestamp',
    endUnixMicros: 1_773_532_838_155_000,
    durationMs: 85_810,
    emitter: 'Alice Smith',
    participants: ['Alice Smith', 'Al', 'Bøb 🎧', 'dj-IV_2'],
    findings: [],
  });
});
