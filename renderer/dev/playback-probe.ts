import { encodePacketBatch, type BatchPacket } from '../../shared/playback/packet-batch.ts';
import { LaneDecoder } from '../session/playback/lane-decoder.ts';
import { PacketSource } from '../session/playback/packet-source.ts';
import { Scheduler } from '../session/playback/scheduler.ts';
import { WebAudioOutput } from '../session/playback/web-audio.ts';
import { WebCodecsDecoder } from '../session/playback/web-codecs-decoder.ts';

const SAMPLES = 48_000;
const PACKET = 960;
/** What libopus delays audio by. */
const PRE_SKIP = 312;
const CLICK = 30_000;

/** Where each lane is loudest, and what was undecodable, when a made-up session with one click is played. */
export interface Probed {
  readonly loudestSamples: readonly number[];
  readonly lost: readonly number[];
  readonly peaks: readonly number[];
}

/**
 * Plays two lanes that begin at different moments and hold the same click at 30000 samples of the session, the
 * second with a gap and a packet that is damaged, through the window's own way into an offline context.
 */
export async function probePlayback(fromSamples: number): Promise<Probed> {
  const lanes = [await lane(0), damaged(await lane(9600))];
  const lost: number[] = [];
  const loudestSamples: number[] = [];
  const peaks: number[] = [];
  for (const heard of [0, 1]) {
    const context = new OfflineAudioContext(1, 2 * SAMPLES, SAMPLES);
    const output = new WebAudioOutput(context);
    const scheduler = new Scheduler({
      output,
      lanes: lanes.map((packets, index) => {
        const answer = encodePacketBatch({ channels: 1, coveredSamples: 20 * SAMPLES, packets }).buffer;
        const source = new PacketSource('s', `${index}`, () => Promise.resolve(answer));
        const decoder = new LaneDecoder(source, (channels) => new WebCodecsDecoder(channels));
        output.setGain(`${index}`, index === heard ? 1 : 0);
        return {
          playerId: `${index}`,
          read: (start: number, end: number, signal: AbortSignal) => decoder.read(start, end, signal),
          close: () => decoder.close(),
        };
      }),
      fromSamples,
      speed: 1,
      durationSamples: Math.round(1.5 * SAMPLES),
      onLost: (_playerId, samples) => lost.push(...samples),
    });
    await scheduler.pump();
    const rendered = (await context.startRendering()).getChannelData(0);
    const loudest = rendered.reduce(
      (best, value, at) => (Math.abs(value) > Math.abs(rendered[best] ?? 0) ? at : best),
      0,
    );
    loudestSamples.push(loudest);
    peaks.push(Math.abs(rendered[loudest] ?? 0));
    scheduler.close();
  }
  return { loudestSamples, lost, peaks };
}

/** Packets of a lane whose log begins at a moment of the session. */
async function lane(startSamples: number): Promise<BatchPacket[]> {
  const packets: BatchPacket[] = [];
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const payload = new Uint8Array(chunk.byteLength);
      chunk.copyTo(payload);
      const audioSamples = startSamples + packets.length * PACKET - PRE_SKIP;
      packets.push({ audioSamples, durationSamples: PACKET, payload });
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({ codec: 'opus', sampleRate: SAMPLES, numberOfChannels: 1, bitrate: 96_000 });
  const length = Math.floor((1.6 * SAMPLES - startSamples) / PACKET) * PACKET;
  const data = new Float32Array(length);
  data.set([0.9, -0.9, 0.9, -0.9], CLICK - startSamples);
  encoder.encode(
    new AudioData({
      format: 'f32-planar',
      sampleRate: SAMPLES,
      numberOfFrames: length,
      numberOfChannels: 1,
      timestamp: 0,
      data,
    }),
  );
  await encoder.flush();
  encoder.close();
  return packets;
}

/** Ten packets are missing, well before the click, and one after it cannot be decoded. */
function damaged(packets: readonly BatchPacket[]): BatchPacket[] {
  return packets
    .filter((_, index) => index < 5 || index >= 15)
    .map((packet, index) =>
      index === 40 ? { ...packet, payload: new Uint8Array([0xff, 0xff, 0xff]) } : packet,
    );
}
