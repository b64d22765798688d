import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  MkvOutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { IMPORTERS } from '../../../electron/services/importing/importers.ts';
import { serialiseOpusHead } from '../../../electron/media/opus/head.ts';
import { packetsIn, placedOf } from '../../support/imported.ts';
import { TestPorts, withLibrary } from '../../support/library.ts';
import { Random } from '../../support/random.ts';
import { inTemporaryFolder, packetsOf } from '../../support/session-folder.ts';

interface Track {
  readonly name?: string;
  readonly stretches: readonly {
    readonly positionSamples: number;
    readonly packets: readonly Uint8Array[];
  }[];
}

/** A file as a program of others writes it: mediabunny's muxer, whose times are whole milliseconds. */
async function matroska(tracks: readonly Track[], webm = true): Promise<Uint8Array> {
  const target = new BufferTarget();
  const output = new Output({ format: webm ? new WebMOutputFormat() : new MkvOutputFormat(), target });
  const head = { channels: 1, preSkipSamples: 312, inputRate: 44_100, outputGain: 0 } as const;
  const decoderConfig = {
    codec: 'opus',
    numberOfChannels: 1,
    sampleRate: 48_000,
    description: serialiseOpusHead(head),
  };
  const sources = tracks.map(({ name }) => {
    const source = new EncodedAudioPacketSource('opus');
    output.addAudioTrack(source, name === undefined ? {} : { name });
    return source;
  });
  await output.start();
  await Promise.all(
    tracks.map(async ({ stretches }, at) => {
      for (const { positionSamples, packets } of stretches) {
        for (const [n, packet] of packets.entries()) {
          const seconds = (positionSamples + n * 960) / 48_000;
          await sources[at]?.add(new EncodedPacket(packet, 'key', seconds, 0.02), { decoderConfig });
        }
      }
      sources[at]?.close();
    }),
  );
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}

const TRACKS: readonly Track[] = [
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
          for (const { message } of refused) expect(message).toMatch(/\.$/u);
          expect(faults).toEqual([]);
        },
        new TestPorts(IMPORTERS),
      );
    }));
});
