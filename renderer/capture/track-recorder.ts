import type { OutgoingFrame } from './outbox.ts';
import { BLOCK_SAMPLES } from './block.ts';
import { frameLevel, type Loudness, SILENT, together } from './level.ts';

/** A run of packets under way; `OpusRun`, or a test's own. */
export interface Run {
  readonly startSamples: number;
  readonly endSamples: number;
  add(pcm: Float32Array<ArrayBuffer>): void;
  end(): Promise<void>;
  abandon(): void;
}

export interface TrackRecorderPorts {
  readonly track: number;
  readonly newRun: (
    startSamples: number,
    onPacket: (packet: Uint8Array) => void,
    onError: (error: Error) => void,
  ) => Run;
  readonly onFrame: (frame: OutgoingFrame) => void;
  /** The encoder gave up; a new one goes on with the next block. */
  readonly onEncoderError: (error: Error) => void;
}

/** About 100 ms: few messages, and little is lost with a page that dies. */
const FRAME_PACKETS = 5;

/**
 * Makes packet frames of one track's blocks. Where a block does not follow the one before, the run ends with its last
 * packet and a new one begins at the block's own position: what is missing stays missing, nothing moves.
 */
export class TrackRecorder {
  readonly #ports: TrackRecorderPorts;
  #run: Run | undefined;
  /** Resolves when all frames of the runs before were handed over. */
  #earlier: Promise<void> = Promise.resolve();
  #group: { positionSamples: number; packets: Uint8Array[] } | undefined;
  #loudness: Loudness = SILENT;

  constructor(ports: TrackRecorderPorts) {
    this.#ports = ports;
  }

  /** @param pcm the track's channels, one after the other; it is not kept. */
  take(positionSamples: number, pcm: Float32Array<ArrayBuffer>, loudness: Loudness): void {
    if (this.#run !== undefined && this.#run.endSamples !== positionSamples) void this.pause();
    this.#loudness = together(this.#loudness, loudness);
    this.#run ??= this.#begin(positionSamples);
    try {
      this.#run.add(pcm);
    } catch (error) {
      this.#fail(this.#run, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Ends the run; the next block begins another. Resolves when its last frame was handed over. */
  pause(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    if (run === undefined) return this.#earlier;
    const ended = run.end();
    this.#earlier = this.#earlier.then(() => ended).then(() => this.#send());
    return this.#earlier;
  }

  /** Lets the encoder go, with what it still had. */
  abandon(): void {
    this.#run?.abandon();
    this.#run = undefined;
  }

  #begin(startSamples: number): Run {
    // Until the run before has ended its packets are not all there, and the host takes positions in order.
    let early: Uint8Array[] | undefined = [];
    let at = startSamples;
    const deliver = (packet: Uint8Array): void => {
      this.#collect(at, packet);
      at += BLOCK_SAMPLES;
    };
    this.#earlier = this.#earlier.then(() => {
      for (const packet of early ?? []) deliver(packet);
      early = undefined;
    });
    const run = this.#ports.newRun(
      startSamples,
      (packet) => {
        if (early === undefined) deliver(packet);
        else early.push(packet);
      },
      (error) => this.#fail(run, error),
    );
    return run;
  }

  #fail(run: Run, error: Error): void {
    run.abandon();
    if (this.#run !== run) return;
    this.#run = undefined;
    this.#ports.onEncoderError(error);
  }

  #collect(positionSamples: number, packet: Uint8Array): void {
    this.#group ??= { positionSamples, packets: [] };
    this.#group.packets.push(packet);
    if (this.#group.packets.length >= FRAME_PACKETS) this.#send();
  }

  #send(): void {
    const group = this.#group;
    if (group === undefined) return;
    this.#group = undefined;
    const level = frameLevel(this.#loudness);
    this.#loudness = SILENT;
    this.#ports.onFrame({ ...group, track: this.#ports.track, level });
  }
}
