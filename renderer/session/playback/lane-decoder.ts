import type { BatchPacket } from '../../../shared/playback/packet-batch.ts';
import type { DecodedAudio, MakeDecoder, PacketDecoder } from './packet-decoder.ts';
import type { PacketSource } from './packet-source.ts';

/** Audio that a decoder needs before it can be trusted, 80 ms (RFC 7845 section 4.6). */
const CONVERGE_SAMPLES = 3840;

/** A stretch of one lane, ready to be heard. */
export interface LaneAudio {
  readonly planes: DecodedAudio;
  /** Places of packets that could not be decoded, samples from T0; they are silent. */
  readonly lostSamples: readonly number[];
}

/** Decodes one lane, one stretch after the other; a stretch elsewhere begins anew. */
export class LaneDecoder {
  readonly #source: PacketSource;
  readonly #make: MakeDecoder;
  #decoder: PacketDecoder | undefined;
  /** Up to here packets were fed, samples from T0; their audio that was not asked for yet is kept. */
  #fedSamples = -Infinity;
  #kept: { audioSamples: number; audio: DecodedAudio }[] = [];
  #channels: 1 | 2 = 1;

  constructor(source: PacketSource, make: MakeDecoder) {
    this.#source = source;
    this.#make = make;
  }

  /** The stretch, with silence where there are no packets and where one cannot be decoded. */
  async read(startSamples: number, endSamples: number, signal: AbortSignal): Promise<LaneAudio> {
    const goesOn = this.#kept.some(
      ({ audioSamples, audio }) =>
        audioSamples <= startSamples && audioSamples + lengthOf(audio) >= startSamples,
    );
    const from = goesOn ? startSamples : startSamples - CONVERGE_SAMPLES;
    const { channels, packets } = await this.#source.read(from, endSamples, signal);
    if (!goesOn || channels !== this.#channels) this.#restart(channels);
    // Whoever is silent holds no decoder: of two hundred players few speak at a time.
    if (packets.length === 0) this.#renew();
    const lostSamples: number[] = [];
    for (const run of runsOf(packets.filter(({ audioSamples }) => audioSamples >= this.#fedSamples))) {
      const [first] = run;
      if (first === undefined) continue;
      // Behind a gap the decoder knows nothing of what comes.
      if (first.audioSamples !== this.#fedSamples) this.#renew();
      this.#decoder ??= this.#make(channels);
      const decoded = await this.#decoder.decode(run.map(({ payload }) => payload));
      signal.throwIfAborted();
      run.forEach(({ audioSamples, durationSamples }, index) => {
        const audio = decoded[index];
        this.#fedSamples = audioSamples + durationSamples;
        if (audio !== undefined) this.#kept.push({ audioSamples, audio });
        else if (audioSamples >= startSamples) lostSamples.push(audioSamples);
      });
    }
    const planes = this.#cut(startSamples, endSamples);
    this.#kept = this.#kept.filter(({ audioSamples, audio }) => audioSamples + lengthOf(audio) >= endSamples);
    return { planes, lostSamples };
  }

  close(): void {
    this.#restart(this.#channels);
  }

  #restart(channels: 1 | 2): void {
    this.#renew();
    this.#channels = channels;
    this.#fedSamples = -Infinity;
    this.#kept = [];
  }

  #renew(): void {
    this.#decoder?.close();
    this.#decoder = undefined;
  }

  #cut(startSamples: number, endSamples: number): DecodedAudio {
    const planes = Array.from({ length: this.#channels }, () => new Float32Array(endSamples - startSamples));
    for (const { audioSamples, audio } of this.#kept) {
      const from = Math.max(audioSamples, startSamples);
      const to = Math.min(audioSamples + lengthOf(audio), endSamples);
      if (to <= from) continue;
      planes.forEach((plane, channel) => {
        const heard = audio[channel] ?? audio[0];
        if (heard !== undefined) {
          plane.set(heard.subarray(from - audioSamples, to - audioSamples), from - startSamples);
        }
      });
    }
    return planes;
  }
}

function lengthOf(audio: DecodedAudio): number {
  return audio[0]?.length ?? 0;
}

/** Packets in groups that follow one another without a gap. */
function runsOf(packets: readonly BatchPacket[]): BatchPacket[][] {
  const runs: BatchPacket[][] = [];
  let endSamples = NaN;
  for (const packet of packets) {
    if (packet.audioSamples !== endSamples) runs.push([]);
    runs.at(-1)?.push(packet);
    endSamples = packet.audioSamples + packet.durationSamples;
  }
  return runs;
}
