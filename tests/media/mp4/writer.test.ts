import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteWriter, MAX_U32 } from '../../../electron/media/bytes/writer.ts';
import { hex } from './mux-support.ts';

describe('ByteWriter', () => {
  test('writes every field big-endian', () => {
    const writer = new ByteWriter();
    writer.u8(0x01);
    writer.u16(0x0203);
    writer.u24(0x040506);
    writer.u32(0x0708090a);
    writer.u64(2 ** 40 + 5);
    writer.i16(-4);
    writer.i32(-2);
    writer.fourcc('©nam');
    writer.utf8('Zoë');
    writer.bytes(Uint8Array.of(9, 8));
    expect(writer.finish()).toEqual(
      hex('01 0203 040506 0708090a 0000010000000005 fffc fffffffe a96e616d 5a6fc3ab 0908'),
    );
  });

  test('writes columns and repetitions as 32-bit fields', () => {
    const writer = new ByteWriter(1);
    writer.u32sFromU16(Uint16Array.of(7, 1, 0xffff, 7), 1, 2);
    writer.u32Repeated(3, 2);
    expect(writer.finish()).toEqual(hex('00000001 0000ffff 00000003 00000003'));
  });

  test('fills blanks that were left before', () => {
    const writer = new ByteWriter();
    const first = writer.zeros(4);
    const second = writer.zeros(8);
    writer.u8(0xee);
    writer.u32At(first, 1);
    writer.u64At(second, 2 ** 32);
    expect(writer.finish()).toEqual(hex('00000001 0000000100000000 ee'));
  });

  test.each<[string, (writer: ByteWriter) => void]>([
    [
      'a byte of 256',
      (writer) => {
        writer.u8(256);
      },
    ],
    [
      'a negative length',
      (writer) => {
        writer.u32(-1);
      },
    ],
    [
      '2^32 in 32 bits',
      (writer) => {
        writer.u32(MAX_U32 + 1);
      },
    ],
    [
      'an unsafe 64-bit value',
      (writer) => {
        writer.u64(2 ** 53);
      },
    ],
    [
      'a fraction',
      (writer) => {
        writer.u16(1.5);
      },
    ],
    [
      '32768 as signed',
      (writer) => {
        writer.i16(0x8000);
      },
    ],
    [
      'a code of five characters',
      (writer) => {
        writer.fourcc('moovs');
      },
    ],
    [
      'a character beyond a byte',
      (writer) => {
        writer.fourcc('mo…v');
      },
    ],
    [
      'a blank that was never written',
      (writer) => {
        writer.u32At(0, 1);
      },
    ],
  ])('refuses %s', (_, write) => {
    expect(() => {
      write(new ByteWriter());
    }).toThrow(RangeError);
  });

  test('keeps what was written while it grows', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (parts) => {
        const writer = new ByteWriter(1);
        for (const part of parts) {
          writer.u8(part.length);
          writer.bytes(part);
          writer.u32(0xa1b2c3d4);
        }
        const expected = parts.flatMap((part) => [part.length, ...part, 0xa1, 0xb2, 0xc3, 0xd4]);
        expect([...writer.finish()]).toEqual(expected);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});
