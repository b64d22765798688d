import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onlyTrack, packetsOf, scanLog } from './scan-log.ts';

const document = join(import.meta.dirname, '../../../electron/media/nano-wal/FORMAT.md');

test('the worked example of FORMAT.md reads as its table says', () => {
  const text = readFileSync(document, 'utf8');
  const hex = /```hex\n(.*?)```/su.exec(text)?.[1] ?? '';
  const log = Buffer.from(hex.replaceAll(/#.*|\s/gu, ''), 'hex');
  const rows = [...text.matchAll(/^\| (\d) +\| [^|]*= (\d+) +\| (\d+) +\| (\d+) +\| (\d+) +\|$/gmu)];
  expect(rows).toHaveLength(2);

  const collector = scanLog(log, { file: 'wal/Al-1-0001.log' });
  expect(collector.findings.kept).toEqual([]);
  const found = packetsOf(collector, log).map(({ ms = NaN, units, offset, bytes }, row) =>
    [row, ms * 48, units, offset, bytes.length].map(String),
  );
  expect(found).toEqual(rows.map((row) => row.slice(1)));
  const track = onlyTrack(collector);
  expect([track.player, track.channels, track.sampleRate]).toEqual(['Al', 1, 48_000]);
  expect(track.files).toEqual([
    {
      file: 'wal/Al-1-0001.log',
      key: 'Al',
      records: 2,
      packets: 2,
      unstamped: 0,
      badStamps: 0,
      notOpus: 0,
      firstMs: 181,
      lastMs: 201,
      channels: 1,
      sampleRate: 48_000,
    },
  ]);
});
