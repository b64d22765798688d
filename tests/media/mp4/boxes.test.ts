import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../../electron/media/bytes/writer.ts';
import { meta } from '../../../electron/media/mp4/boxes-metadata.ts';
import { ftyp, macSeconds, mdatHeader, mvhd } from '../../../electron/media/mp4/boxes-movie.ts';
import { dOps, stsdOpus } from '../../../electron/media/mp4/boxes-opus.ts';
import {
  co64,
  sbgp,
  sgpdFill,
  sgpdRoll,
  stco,
  stsc,
  stsz,
  stszUniform,
  stts,
} from '../../../electron/media/mp4/boxes-samples.ts';
import { stsdTmcd } from '../../../electron/media/mp4/boxes-timecode.ts';
import {
  dinf,
  elst,
  hdlr,
  mdhd,
  name,
  nmhd,
  smhd,
  tkhd,
  tref,
} from '../../../electron/media/mp4/boxes-track.ts';
import { RunList } from '../../../electron/media/mp4/run-list.ts';
import { hex } from './mux-support.ts';

const MATRIX = '00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000';

function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.finish();
}

function runs(...pairs: readonly (readonly [count: number, value: number])[]): RunList {
  const list = new RunList();
  for (const [count, value] of pairs) list.add(count, value);
  return list;
}

/** Each box against bytes laid out by hand from its standard. */
const GOLDEN: readonly (readonly [string, (writer: ByteWriter) => void, string])[] = [
  [
    'ftyp',
    (w) => {
      ftyp(w, 'M4A ', ['isom', 'Opus']);
    },
    '00000018 66747970 4d344120 00000000 69736f6d 4f707573',
  ],
  [
    'mvhd',
    (w) => {
      mvhd(w, { creationMacSeconds: macSeconds(0), timescale: 48_000, duration: 7, nextTrackId: 3 });
    },
    `0000006c 6d766864 00 000000 7c25b080 7c25b080 0000bb80 00000007 00010000 0100
     0000 00000000 00000000 ${MATRIX} ${'00000000'.repeat(6)} 00000003`,
  ],
  [
    'mvhd after February 2040',
    (w) => {
      mvhd(w, { creationMacSeconds: 2 ** 32, timescale: 48_000, duration: 7, nextTrackId: 3 });
    },
    `00000078 6d766864 01 000000 0000000100000000 0000000100000000 0000bb80 0000000000000007 00010000 0100
     0000 00000000 00000000 ${MATRIX} ${'00000000'.repeat(6)} 00000003`,
  ],
  [
    'mdat',
    (w) => {
      mdatHeader(w, 0xffff_fff7);
    },
    'ffffffff 6d646174',
  ],
  [
    'mdat beyond 4 GiB',
    (w) => {
      mdatHeader(w, 0xffff_fff8);
    },
    '00000001 6d646174 0000000100000008',
  ],
  [
    'tkhd',
    (w) => {
      tkhd(w, { creationMacSeconds: 1, trackId: 2, movieDuration: 9, audible: true, enabled: true });
    },
    `0000005c 746b6864 00 000003 00000001 00000001 00000002 00000000 00000009 0000000000000000
     0000 0000 0100 0000 ${MATRIX} 00000000 00000000`,
  ],
  [
    'tkhd of more than 24 hours',
    (w) => {
      tkhd(w, { creationMacSeconds: 1, trackId: 2, movieDuration: 2 ** 32, audible: false, enabled: true });
    },
    `00000068 746b6864 01 000003 0000000000000001 0000000000000001 00000002 00000000 0000000100000000
     0000000000000000 0000 0000 0000 0000 ${MATRIX} 00000000 00000000`,
  ],
  [
    'elst',
    (w) => {
      elst(w, 720, 1272);
    },
    '0000001c 656c7374 00 000000 00000001 000002d0 000004f8 0001 0000',
  ],
  [
    'elst with a late start',
    (w) => {
      elst(w, 1, 0x8000_0000);
    },
    '00000024 656c7374 01 000000 00000001 0000000000000001 0000000080000000 0001 0000',
  ],
  [
    'tref',
    (w) => {
      tref(w, 5, undefined);
    },
    '00000014 74726566 0000000c 746d6364 00000005',
  ],
  [
    'mdhd',
    (w) => {
      mdhd(w, { creationMacSeconds: 1, timescale: 48_000, duration: 960, language: 'nor' });
    },
    // n, o, r = 14, 15, 18: 01110 01111 10010
    '00000020 6d646864 00 000000 00000001 00000001 0000bb80 000003c0 39f2 0000',
  ],
  [
    'hdlr',
    (w) => {
      hdlr(w, 'soun', 'Zoë');
    },
    '00000025 68646c72 00 000000 00000000 736f756e 00000000 00000000 00000000 5a6fc3ab 00',
  ],
  ['smhd', smhd, '00000010 736d6864 00 000000 0000 0000'],
  ['nmhd', nmhd, '0000000c 6e6d6864 00 000000'],
  ['dinf', dinf, '00000024 64696e66 0000001c 64726566 00 000000 00000001 0000000c 75726c20 00 000001'],
  [
    'name',
    (w) => {
      name(w, 'Al');
    },
    '0000000a 6e616d65 416c',
  ],
  [
    'stts',
    (w) => {
      stts(w, runs([2, 960], [1, 120]), 0);
    },
    '00000020 73747473 00 000000 00000002 00000002 000003c0 00000001 00000078',
  ],
  [
    'stts with the end cut inside a run',
    (w) => {
      stts(w, runs([3, 960]), 60);
    },
    '00000020 73747473 00 000000 00000002 00000002 000003c0 00000001 00000384',
  ],
  [
    'stts with a last run of one cut',
    (w) => {
      stts(w, runs([2, 960], [1, 120]), 20);
    },
    '00000020 73747473 00 000000 00000002 00000002 000003c0 00000001 00000064',
  ],
  [
    'stsc',
    (w) => {
      stsc(w, runs([4, 50], [1, 7]));
    },
    '00000028 73747363 00 000000 00000002 00000001 00000032 00000001 00000005 00000007 00000001',
  ],
  [
    'stsz',
    (w) => {
      const columns = { sizesBytes: Uint16Array.of(1, 2, 3), durationUnits: Uint8Array.of(8, 8, 8) };
      stsz(w, [
        { kind: 'filler', sizeBytes: 9, units: 8, count: 2 },
        { kind: 'logged', ...columns, first: 1, count: 2 },
      ]);
    },
    '00000024 7374737a 00 000000 00000000 00000004 00000009 00000009 00000002 00000003',
  ],
  [
    'stsz of equal samples',
    (w) => {
      stszUniform(w, 4, 1);
    },
    '00000014 7374737a 00 000000 00000004 00000001',
  ],
  [
    'stco',
    (w) => {
      w.u32At(stco(w, 2) + 4, 0x30);
    },
    '00000018 7374636f 00 000000 00000002 00000000 00000030',
  ],
  [
    'co64',
    (w) => {
      w.u64At(co64(w, 1), 2 ** 32);
    },
    '00000018 636f3634 00 000000 00000001 0000000100000000',
  ],
  [
    'sgpd roll',
    (w) => {
      sgpdRoll(w, 4);
    },
    '0000001a 73677064 01 000000 726f6c6c 00000002 00000001 fffc',
  ],
  ['sgpd fill', sgpdFill, '00000019 73677064 01 000000 66696c6c 00000001 00000001 00'],
  [
    'sbgp',
    (w) => {
      sbgp(w, 'fill', runs([3, 1], [2, 0]));
    },
    '00000024 73626770 00 000000 66696c6c 00000002 00000003 00000001 00000002 00000000',
  ],
  [
    'dOps',
    (w) => {
      dOps(w, { channels: 2, preSkipSamples: 312, inputRate: 44_100 });
    },
    '00000013 644f7073 00 02 0138 0000ac44 0000 00',
  ],
  [
    'stsd Opus',
    (w) => {
      stsdOpus(w, { channels: 1, preSkipSamples: 312, inputRate: 48_000 });
    },
    `00000047 73747364 00 000000 00000001
     00000037 4f707573 000000000000 0001 0000000000000000 0001 0010 0000 0000 bb800000
     00000013 644f7073 00 01 0138 0000bb80 0000 00`,
  ],
  [
    'stsd tmcd',
    (w) => {
      stsdTmcd(w, { timescale: 48_000, frameDuration: 1920, nominalFrames: 25, dropFrame: false });
    },
    `00000032 73747364 00 000000 00000001
     00000022 746d6364 000000000000 0001 00000000 00000002 0000bb80 00000780 19 00`,
  ],
  [
    'stsd tmcd, drop frame',
    (w) => {
      stsdTmcd(w, { timescale: 30_000, frameDuration: 1001, nominalFrames: 30, dropFrame: true });
    },
    `00000032 73747364 00 000000 00000001
     00000022 746d6364 000000000000 0001 00000000 00000003 00007530 000003e9 1e 00`,
  ],
  [
    'meta',
    (w) => {
      meta(w, [
        { kind: 'text', code: '©nam', value: 'Pilot' },
        { kind: 'number-of', code: 'trkn', index: 2, of: 3 },
        { kind: 'own', name: 'GAPS', value: '1' },
      ]);
    },
    `000000b4 6d657461 00 000000
     00000021 68646c72 00 000000 00000000 6d646972 6170706c 0000000000000000 00
     00000087 696c7374
     0000001d a96e616d 00000015 64617461 00000001 00000000 50696c6f74
     00000020 74726b6e 00000018 64617461 00000000 00000000 0000 0002 0003 0000
     00000042 2d2d2d2d 00000019 6d65616e 00 000000 636f6d2e7461696c736c617465
     00000010 6e616d65 00 000000 47415053
     00000011 64617461 00000001 00000000 31`,
  ],
];

describe('boxes', () => {
  test.each(GOLDEN)('%s', (_, write, expected) => {
    expect(Buffer.from(written(write)).toString('hex')).toBe(Buffer.from(hex(expected)).toString('hex'));
  });

  test('the digest of the metadata is a blank of 64 digits', () => {
    const writer = new ByteWriter();
    const offset = meta(writer, [
      { kind: 'digest', name: 'PACKETS_SHA256' },
      { kind: 'own', name: 'GAPS', value: '0' },
    ]);
    const file = Buffer.from(writer.finish()).toString('latin1');
    expect(file.slice(offset, (offset ?? 0) + 64)).toBe('0'.repeat(64));
    expect(file.indexOf('0'.repeat(64))).toBe(offset);
  });

  test.each(['', 'no', 'NOR', 'norw'])('the language %j is refused', (language) => {
    expect(() => {
      mdhd(new ByteWriter(), { creationMacSeconds: 1, timescale: 1, duration: 1, language });
    }).toThrow(RangeError);
  });
});
