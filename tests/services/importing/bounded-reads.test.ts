import { describe, expect, test } from 'vitest';
import { BoundedReads } from '../../../electron/services/importing/bounded-reads.ts';
import { memorySource } from '../../media/mp4/tailslate-file.ts';

const FILE = Uint8Array.from({ length: 4000 }, (_, at) => at & 0xff);
const boundedReads = (signal = new AbortController().signal) =>
  new BoundedReads(memorySource(FILE), signal, () => new Error('too many'));

describe('reads of a demultiplexer', () => {
  test('give the bytes, each any number of passes', async () => {
    const reads = boundedReads();
    for (let pass = 0; pass < 100; pass++) {
      reads.beginAgain();
      for (let at = 0; at < FILE.length; at += 50)
        expect(await reads.read(at, at + 60)).toEqual(FILE.slice(at, at + 60));
    }
  });

  test.each([1, 3, 100])('end where they come by the same %d places again and again', async (places) => {
    const reads = boundedReads();
    let count = 0;
    const around = async (): Promise<never> => {
      for (; ; count++) await reads.read(count % places, FILE.length);
    };
    await expect(around()).rejects.toThrow('too many');
    expect(count).toBeLessThan(40 * places);
  });

  test('end where there is no end to them, and let others have their turn', async () => {
    const reads = boundedReads();
    let count = 0;
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const onward = async (): Promise<never> => {
      for (; ; count++) await reads.read(count % FILE.length, FILE.length);
    };
    await expect(onward()).rejects.toThrow('too many');
    clearInterval(counting);
    expect(count).toBeLessThan(3 * FILE.length);
    expect(turns).toBeGreaterThan(0);
  });

  test('end at once when somebody stops them', async () => {
    const stop = new AbortController();
    const reads = boundedReads(stop.signal);
    await reads.read(0, 8);
    stop.abort(new Error('enough'));
    await expect(reads.read(8, 16)).rejects.toThrow('enough');
  });
});
