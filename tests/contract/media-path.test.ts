import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMediaPath, mediaPath, parseMediaPath } from '../../shared/ipc/media-path.ts';

const id = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.constantFrom('.', '..', '~', '/', '%2e', 'a?b#c'),
);
const start = fc.nat();
const request = fc.oneof(
  fc.record({
    kind: fc.constant('peaks' as const),
    sessionId: id,
    playerId: id,
    level: fc.nat(4),
    start,
    blocks: start,
  }),
  fc
    .record({ sessionId: id, playerId: id, start, length: fc.nat() })
    .map(({ length, start: startSamples, ...ids }) => ({
      kind: 'packets' as const,
      ...ids,
      startSamples,
      endSamples: startSamples + length,
    })),
);

test('every request survives its path, in a page of any address', () => {
  fc.assert(
    fc.property(
      request,
      fc.constantFrom('http://127.0.0.1:1234/', 'app://tailslate/index.html'),
      (given, base) => {
        const { pathname, search } = new URL(mediaPath(given), base);
        const path = `${pathname}${search}`.slice(1);
        expect(isMediaPath(path)).toBe(true);
        expect(parseMediaPath(path)).toEqual(given);
      },
    ),
    { seed: 20261121 },
  );
});

test.each([
  '',
  'media',
  'media/',
  'media/peaks/~a/~b',
  'media/peaks/a/b?level=0&start=0&blocks=1',
  'media/peaks/~a/~b?level=0&start=0',
  'media/peaks/~a/~b?level=-1&start=0&blocks=1',
  'media/peaks/~a/~b?level=0&start=1e3&blocks=1',
  'media/peaks/~a/~b?level=0&start=0&blocks=0.5',
  'media/peaks/~a/~b/~c?level=0&start=0&blocks=1',
  'media/peaks/~%/~b?level=0&start=0&blocks=1',
  'media/packets/~a/~b?start=5&end=4',
  'media/packets/~a/~b?start=0&end=9999999999999999',
  'media/files/~a/~b?start=0&end=1',
])('"%s" is no address of audio', (path) => {
  expect(() => parseMediaPath(path)).toThrow('This is no address of audio.');
});
