import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  MkvOutputFormat,
  Output,
  WebMOutputFormat,
} from 'mediabunny';
import { serialiseOpusHead } from '../../electron/media/opus/head.ts';

/** A track and where its packets lie. */
export interface MatroskaTrack {
  readonly name?: string;
  readonly stretches: readonly {
    readonly positionSamples: number;
    readonly packets: readonly Uint8Array[];
  }[];
}

/** A file as a program of others writes it: mediabunny's muxer, whose times are whole milliseconds. */
export async function matroska(tracks: readonly MatroskaTrack[], webm = true): Promise<Uint8Array> {
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
