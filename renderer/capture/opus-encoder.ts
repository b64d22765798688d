import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { BLOCK_SAMPLES } from './block.ts';

/** How audio is encoded. */
export interface OpusChoices {
  readonly channels: 1 | 2;
  /** Bits a second and channel. */
  readonly bitrate: number;
  readonly tuning: 'voice' | 'music';
}

/** The compiler's DOM library lacks what the Opus registration added later: tuning (WebCodecs Opus section 4.1). */
interface TunedOpusConfig extends OpusEncoderConfig {
  readonly application: 'voip' | 'audio';
  readonly signal: 'voice' | 'music';
}

/** Offset of the pre-skip in an identification header (RFC 7845 section 5.1). */
const PRE_SKIP_OFFSET = 10;
const BLOCK_MICROS = 20_000;

/** What WebCodecs is asked for: 20 ms packets, nothing left out in silence, since silence is recorded too. */
export function encoderConfig({ channels, bitrate, tuning }: OpusChoices): AudioEncoderConfig {
  const opus: TunedOpusConfig = {
    format: 'opus',
    frameDuration: BLOCK_MICROS,
    application: tuning === 'voice' ? 'voip' : 'audio',
    signal: tuning,
    usedtx: false,
    useinbandfec: false,
  };
  return {
    codec: 'opus',
    sampleRate: SAMPLE_RATE,
    numberOfChannels: channels,
    bitrate: bitrate * channels,
    bitrateMode: 'variable',
    opus,
  };
}

/** One unbroken run of packets: each block that goes in comes out as a packet of its length, in order. */
export class OpusRun {
  readonly startSamples: number;
  readonly #encoder: AudioEncoder;
  readonly #channels: number;
  #blocks = 0;
  #packets = 0;

  /**
   * @param startSamples position of the first block.
   * @param onError is told once when the encoder gives up; no packet comes after it.
   */
  constructor(
    startSamples: number,
    choices: OpusChoices,
    onPacket: (packet: Uint8Array) => void,
    onError: (error: Error) => void,
  ) {
    this.startSamples = startSamples;
    this.#channels = choices.channels;
    this.#encoder = new AudioEncoder({
      output: (chunk) => {
        // Flushing brings one packet more, with the lookahead's last 6.5 ms and silence: it would lie where the next
        // run may begin.
        if (this.#packets++ >= this.#blocks) return;
        const packet = new Uint8Array(chunk.byteLength);
        chunk.copyTo(packet);
        onPacket(packet);
      },
      error: onError,
    });
    this.#encoder.configure(encoderConfig(choices));
  }

  /** Where the next block has to begin to follow the last. */
  get endSamples(): number {
    return this.startSamples + this.#blocks * BLOCK_SAMPLES;
  }

  /** @param pcm the channels' blocks, one after the other. */
  add(pcm: Float32Array<ArrayBuffer>): void {
    const timestamp = this.#blocks * BLOCK_MICROS;
    const data = new AudioData({
      format: 'f32-planar',
      sampleRate: SAMPLE_RATE,
      numberOfFrames: BLOCK_SAMPLES,
      numberOfChannels: this.#channels,
      timestamp,
      data: pcm,
    });
    this.#blocks++;
    this.#encoder.encode(data);
    data.close();
  }

  /** Resolves when every block's packet was handed over. */
  async end(): Promise<void> {
    if (this.#encoder.state !== 'configured') return;
    await this.#encoder.flush().catch(() => undefined);
    this.abandon();
  }

  abandon(): void {
    if (this.#encoder.state !== 'closed') this.#encoder.close();
  }
}

/**
 * The lookahead that this browser's encoder adds, in samples, from the header it describes itself with.
 * @throws when it cannot encode Opus.
 */
export async function preSkipSamples(choices: OpusChoices): Promise<number> {
  let found: number | undefined;
  let failure: Error | undefined;
  const encoder = new AudioEncoder({
    output: (_chunk, metadata) => {
      const description = metadata?.decoderConfig?.description;
      if (description !== undefined) found ??= readPreSkip(description);
    },
    error: (error) => {
      failure = error;
    },
  });
  encoder.configure(encoderConfig(choices));
  const silence = new AudioData({
    format: 'f32-planar',
    sampleRate: SAMPLE_RATE,
    numberOfFrames: BLOCK_SAMPLES,
    numberOfChannels: choices.channels,
    timestamp: 0,
    data: new Float32Array(BLOCK_SAMPLES * choices.channels),
  });
  encoder.encode(silence);
  silence.close();
  await encoder.flush();
  if (encoder.state !== 'closed') encoder.close();
  if (found === undefined) throw failure ?? new Error('the encoder does not describe its stream');
  return found;
}

/** Pre-skip of an OpusHead, little-endian, whatever view of memory it comes in. */
export function readPreSkip(description: AllowSharedBufferSource): number {
  const view = ArrayBuffer.isView(description)
    ? new DataView(description.buffer, description.byteOffset, description.byteLength)
    : new DataView(description);
  return view.getUint16(PRE_SKIP_OFFSET, true);
}
