import { opusHead } from './opus-head.ts';
import type { DecodedAudio, PacketDecoder } from './packet-decoder.ts';

/** Timestamps tell packets apart, no more: each is said to begin a 20 ms step after the one before. */
const STEP_MICROS = 20_000;

/** Whether the page's browser decodes Opus by itself. */
export async function canDecode(): Promise<boolean> {
  if (!('AudioDecoder' in globalThis)) return false;
  try {
    return (await AudioDecoder.isConfigSupported(configuration(1))).supported === true;
  } catch {
    return false;
  }
}

function configuration(channels: 1 | 2): AudioDecoderConfig {
  return { codec: 'opus', sampleRate: 48_000, numberOfChannels: channels, description: opusHead(channels) };
}

/** The browser's own decoder. */
export class WebCodecsDecoder implements PacketDecoder {
  readonly #channels: 1 | 2;
  #decoder: AudioDecoder | undefined;
  #step = 0;
  #output: (audio: DecodedAudio) => void = () => undefined;
  #failed: () => void = () => undefined;

  constructor(channels: 1 | 2) {
    this.#channels = channels;
  }

  async decode(packets: readonly Uint8Array[]): Promise<readonly (DecodedAudio | undefined)[]> {
    const decoded: (DecodedAudio | undefined)[] = [];
    while (decoded.length < packets.length) {
      const whole = await this.#feed(packets.slice(decoded.length), decoded);
      // The decoder is lost with the packet it failed at; a new one goes on behind it.
      if (!whole) {
        decoded.push(undefined);
        this.close();
      }
    }
    return decoded;
  }

  close(): void {
    if (this.#decoder !== undefined && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = undefined;
  }

  /** @returns whether all came out; if not, the packet after those in `decoded` is one that cannot be decoded */
  #feed(packets: readonly Uint8Array[], decoded: (DecodedAudio | undefined)[]): Promise<boolean> {
    const decoder = this.#open();
    let left = packets.length;
    return new Promise((resolve) => {
      this.#failed = () => resolve(false);
      this.#output = (audio) => {
        decoded.push(audio);
        left -= 1;
        // Opus gives out a packet's audio with the packet: without a flush its memory stays for the next call.
        if (left === 0) resolve(true);
      };
      try {
        for (const data of packets) {
          const timestamp = this.#step * STEP_MICROS;
          this.#step += 1;
          decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, data: data.slice() }));
        }
      } catch {
        resolve(false);
      }
    });
  }

  #open(): AudioDecoder {
    if (this.#decoder?.state === 'configured') return this.#decoder;
    const decoder = new AudioDecoder({
      output: (data) => {
        const planes = Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
          const plane = new Float32Array(data.numberOfFrames);
          data.copyTo(plane, { planeIndex, format: 'f32-planar' });
          return plane;
        });
        data.close();
        this.#output(planes);
      },
      error: () => this.#failed(),
    });
    decoder.configure(configuration(this.#channels));
    this.#decoder = decoder;
    return decoder;
  }
}
