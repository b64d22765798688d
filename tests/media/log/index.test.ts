import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { LogCollector } from '../../../electron/media/log/collector.ts';
import { segmentFile } from '../../../electron/media/log/segment.ts';
import { contentOf, forged, readIndex, recordStarts, smallLog } from './sample.ts';

/** Whether the segment is read by its index; if not, the collector must be untouched. */
function isAccepted(bytes: Uint8Array): boolean {
  const collector = new LogCollector();
  const { accepted } = readIndex(collector, segmentFile(1), bytes);
  if (!accepted) expect(contentOf(collector)).toEqual(contentOf(new LogCollector()));
  return accepted;
}

describe('an index whose checksums hold is still refused when it', () => {
  const bytes = smallLog();
  const [seal = 0, directory = 0, , index = 0] = recordStarts(bytes).slice(0, -1).reverse();
  const payload = 28;

  const lies: readonly [what: string, at: number, change: (view: DataView) => void][] = [
    ['counts more packets', index, (view) => view.setUint32(payload, 5, true)],
    ['counts more packets than memory holds', index, (view) => view.setUint32(payload, 0xffff_ffff, true)],
    ['counts more groups', index, (view) => view.setUint32(payload + 4, 0xffff_ffff, true)],
    [
      'places a group beyond the packets',
      index,
      (view) => view.setUint32(payload + 16 + 14 + 8, index, true),
    ],
    [
      'places a group before the one before it',
      index,
      (view) => view.setUint32(payload + 16 + 14 + 8, 200, true),
    ],
    ['places a group centuries away', index, (view) => view.setUint32(payload + 16 + 4, 1 << 20, true)],
    ['holds an empty group', index, (view) => view.setUint16(payload + 16 + 12, 0, true)],
    ['holds an empty packet', index, (view) => view.setUint16(payload + 16 + 28 + 3, 0, true)],
    ['holds a packet without duration', index, (view) => view.setUint8(payload + 16 + 28 + 2, 0)],
    ['belongs to another track', index, (view) => view.setUint16(14, 2, true)],
    ['is listed where it is not', directory, (view) => view.setUint32(payload + 8 + 2, index + 1, true)],
    ['lists more indexes', directory, (view) => view.setUint32(payload, 0xffff_ffff, true)],
    ['lists more entries', directory, (view) => view.setUint32(payload + 4, 0xffff_ffff, true)],
    ['names another place for the directory', seal, (view) => view.setUint32(payload, directory - 1, true)],
    ['names no directory', seal, (view) => view.setUint32(payload + 8, 0, true)],
    ['names another size of the header', seal, (view) => view.setUint32(payload + 12, 90, true)],
  ];

  test.each(lies)('%s', (_what, at, change) => {
    expect(isAccepted(forged(bytes, at, () => undefined))).toBe(true);
    expect(isAccepted(forged(bytes, at, change))).toBe(false);
  });

  test('stands behind the header of another segment', () => {
    const [headerBytes = 0] = recordStarts(bytes);
    const swapped = bytes.slice();
    const view = new DataView(swapped.buffer);
    view.setUint32(32, 2, true);
    view.setUint32(headerBytes - 4, crc32(swapped.subarray(0, headerBytes - 4)), true);
    expect(isAccepted(swapped)).toBe(false);
  });
});
