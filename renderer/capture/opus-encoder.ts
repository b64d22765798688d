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

/** The encoder is handed so many blocks at once, which is what a frame to the host holds: each call costs a thread's switch. */
const BATCH_BLOCKS = 5;

/** One unbroken run of packets: each block that goes in comes out as a packet of its length, in order. */
export class OpusRun {
  readonly startSamples: number;
  readonly #encoder: AudioEncoder;
  readonly #channels: number;
  /** Blocks that the encoder has not been handed: each channel's, one after the other, with room for a whole batch. */
  readonly #batch: Float32Array<ArrayBuffer>;
  #batched = 0;
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
    this.#batch = new Float32Array(choices.channels * BATCH_BLOCKS * BLOCK_SAMPLES);
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

  /**
   * @param pcm the channels' blocks, one after the other; it is copied.
   * @throws DOMException when the encoder has given up.
   */
  add(pcm: Float32Array<ArrayBuffer>): void {
    for (let channel = 0; channel < this.#channels; channel++) {
      const block = pcm.subarray(channel * BLOCK_SAMPLES, (channel + 1) * BLOCK_SAMPLES);
      this.#batch.set(block, (channel * BATCH_BLOCKS + this.#batched) * BLOCK_SAMPLES);
    }
    this.#blocks++;
    this.#batched++;
    if (this.#batched === BATCH_BLOCKS) this.#encode();
  }

  /** Resolves when every block's packet was handed over. */
  async end(): Promise<void> {
    if (this.#encoder.state !== 'configured') return;
    if (this.#batched > 0) this.#encode();
    await this.#encoder.flush().catch(() => undefined);
    this.abandon();
  }

  abandon(): void {
    if (this.#encoder.state !== 'closed') this.#encoder.close();
  }

  #encode(): void {
    const blocks = this.#batched;
    this.#batched = 0;
    const data = new AudioData({
      format: 'f32-planar',
      sampleRate: SAMPLE_RATE,
      numberOfFrames: blocks * BLOCK_SAMPLES,
      numberOfChannels: this.#channels,
      timestamp: (this.#blocks - blocks) * BLOCK_MICROS,
      data: blocks === BATCH_BLOCKS ? this.#batch : this.#packed(blocks),
    });
    this.#encoder.encode(data);
    data.close();
  }

  /** The channels of a batch that is not full, without the room behind each. */
  #packed(blocks: number): Float32Array<ArrayBuffer> {
    const samples = blocks * BLOCK_SAMPLES;
    const packed = new Float32Array(this.#channels * samples);
    for (let channel = 0; channel < this.#channels; channel++) {
      const from = channel * BATCH_BLOCKS * BLOCK_SAMPLES;
      packed.set(this.#batch.subarray(from, from + samples), channel * samples);
    }
    return packed;
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
