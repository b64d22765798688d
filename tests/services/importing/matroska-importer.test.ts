import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IMPORTERS } from '../../../electron/services/importing/importers.ts';
import { matroskaImporter } from '../../../electron/services/importing/matroska-importer.ts';
import { packetsIn, placedOf } from '../../support/imported.ts';
import { matroska, type MatroskaTrack } from '../../support/matroska-file.ts';
import { TestPorts, withLibrary } from '../../support/library.ts';
import { Random } from '../../support/random.ts';
import { inTemporaryFolder, packetsOf } from '../../support/session-folder.ts';

const TRACKS: readonly MatroskaTrack[] = [
  {
    name: 'Alice',
    stretches: [
      { positionSamples: 0, packets: packetsOf(200, 1, 120) },
      { positionSamples: 300 * 960, packets: packetsOf(20, 2) },
    ],
  },
  { stretches: [{ positionSamples: 50 * 960, packets: packetsOf(100, 3) }] },
];

describe('Matroska and WebM files', () => {
  it.each([
    ['take.webm', true],
    ['take.mkv', false],
  ])('become a session with a player for each Opus track: %s', (fileName, webm) =>
    inTemporaryFolder(async (root) => {
      const path = join(root, fileName);
      writeFileSync(path, await matroska(TRACKS, webm));
      await withLibrary(
        root,
        async ({ calls, values }) => {
          const { taken, refused } = await calls.add({ paths: [path], copy: false });
          expect(refused).toEqual([]);
          expect(taken).toMatchObject([{ title: 'take', already: false }]);
          const detail = await calls.get({ sessionId: taken[0]?.sessionId ?? '' });
          expect(detail).toMatchObject({ startUnixMicros: null, durationSamples: 320 * 960 });
          const held = await packetsIn(detail.folder);
          const [alice, other] = TRACKS.map(({ stretches }) =>
            stretches.flatMap((each) => placedOf(each.positionSamples, each.packets)),
          );
          expect(held.get('Alice')).toEqual(alice);
          expect(held.get('Track 2')).toEqual(other);
          expect(values.state.value.notices).toEqual([]);
          expect((await calls.add({ paths: [path], copy: false })).taken).toMatchObject([{ already: true }]);
        },
        new TestPorts(IMPORTERS),
      );
    }),
  );

  it('that send a demultiplexer round in circles are refused soon, and can be stopped meanwhile', () =>
    inTemporaryFolder(async (root) => {
      const path = join(root, 'circle.webm');
      const whole = Buffer.from(await matroska(TRACKS));
      // Tracks whose size cannot be read: looking for the next element finds these very bytes.
      const at = whole.lastIndexOf(Buffer.from('1654ae6b', 'hex'));
      writeFileSync(path, Buffer.from(whole).fill(0, at + 4, at + 12));
      const reading = matroskaImporter.import([path], root, new AbortController().signal, () => undefined);
      await expect(reading).rejects.toMatchObject({ code: 'unreadable' });
      const stop = new AbortController();
      const stopped = matroskaImporter.import([path], root, stop.signal, () => undefined);
      setImmediate(() => stop.abort(new Error('enough')));
      await expect(stopped).rejects.toThrow('enough');
    }));

  it('that were cut short or changed give packets that were in them, or are refused', () =>
    inTemporaryFolder(async (root) => {
      const whole = await matroska(TRACKS);
      const random = new Random(7);
      const paths: string[] = [];
      for (let n = 0; n < 24; n++) {
        const bytes = whole.slice(0, n % 3 === 0 ? random.int(0, whole.length - 1) : whole.length);
        for (let flips = 0; flips < 1 + (n % 5) && bytes.length > 0; flips++) {
          // Mostly where the lengths are.
          const at = random.int(0, (n % 2 === 0 ? Math.min(400, bytes.length) : bytes.length) - 1);
          bytes[at] = random.int(0, 255);
        }
        bytes.set([0x1a, 0x45, 0xdf, 0xa3].slice(0, bytes.length));
        paths.push(join(root, `${n}.webm`));
        writeFileSync(paths[n] ?? '', bytes);
      }
      await withLibrary(
        root,
        async ({ calls }, { faults }) => {
          const { taken, refused } = await calls.add({ paths, copy: false });
          expect(
            new Set([...taken.filter(({ already }) => !already).map(({ path }) => path)]).size,
          ).toBeGreaterThan(0);
          expect(refused.length).toBeGreaterThan(0);
          for (const { trouble } of refused) expect(trouble.message).toMatch(/\.$/u);
          expect(faults).toEqual([]);
        },
        new TestPorts(IMPORTERS),
      );
    }));
});
