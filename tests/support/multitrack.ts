import { page } from '../media/ogg/ogg-writer.ts';

/** Packets that follow each other, each of 20 ms. */
export interface Stretch {
  readonly positionSamples: number;
  readonly packets: readonly Uint8Array[];
}

/** An Ogg Opus file as multitrack recorders write them: granule positions count from the start of the recording. */
export function oggTrack(
  stretches: readonly Stretch[],
  { comments = [], preSkipSamples = 312, channels = 1, outputGain = 0 }: OggTrackHead = {},
): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head.writeUInt8(1, 8);
  head.writeUInt8(channels, 9);
  head.writeUInt16LE(preSkipSamples, 10);
  head.writeUInt32LE(48_000, 12);
  head.writeInt16LE(outputGain, 16);
  const bodies = [
    { packets: [head], granule: 0 },
    { packets: [tagsOf(comments)], granule: 0 },
  ];
  for (const { positionSamples, packets } of stretches) {
    for (let at = 0; at < packets.length; at += 20) {
      const part = packets.slice(at, at + 20).map((packet) => Buffer.from(packet));
      bodies.push({ packets: part, granule: positionSamples + (at + part.length) * 960 });
    }
  }
  const pages = bodies.map(({ packets, granule }, sequence) =>
    page({
      body: Buffer.concat(packets),
      lacing: packets.flatMap(({ length }) => [
        ...Array<number>(Math.floor(length / 255)).fill(255),
        length % 255,
      ]),
      granule: BigInt(granule),
      sequence,
      flags: (sequence === 0 ? 2 : 0) + (sequence === bodies.length - 1 ? 4 : 0),
    }),
  );
  return Buffer.concat(pages);
}

interface OggTrackHead {
  readonly comments?: readonly string[];
  readonly preSkipSamples?: number;
  readonly channels?: 1 | 2;
  /** In 1/256 dB. */
  readonly outputGain?: number;
}

function tagsOf(comments: readonly string[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(comments.length);
  return Buffer.concat([Buffer.from('OpusTags'), counted('tests'), count, ...comments.map(counted)]);
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}
