import type { FrameLevel } from '../../../shared/ipc/packet-frame.ts';
import { packetSamples } from '../../media/opus/toc.ts';
import type { TrackInfo } from '../../media/log/track-info.ts';
import { ReceivedWindow } from './received-window.ts';

/** What arrived of a frame, sorted. */
export interface SortedFrame {
  /** Packets that are new and follow each other; none where all were known. */
  readonly fresh: readonly Uint8Array[];
  readonly startSamples: number;
  readonly endSamples: number;
  /** Packets that were received before: a page sends again what it does not know to be safe. */
  readonly repeated: number;
  /** Packets at a place that has passed, and not the ones received there. */
  readonly misplaced: number;
  /** What is no Opus packet, and those behind it, whose place it would have told. */
  readonly unusable: number;
}

/** A track of a running recording. */
export class LiveTrack {
  info: TrackInfo;
  readonly colorIndex: number;
  inputLabel: string;
  connected = true;
  muted = false;
  droppedSamples = 0;
  /** Totals that alerts tell. */
  readonly lost = { gaps: 0, gapSamples: 0, misplaced: 0, unusable: 0, ahead: 0 };
  /** A device that was away or a mute explains that packets are missing. */
  #mayPause = false;
  #receivedSamples: number | undefined;
  #heard: FrameLevel = { peakDb: null, rmsDb: null, clipped: false };
  #heardIsShown = true;
  readonly #window = new ReceivedWindow();

  constructor(info: TrackInfo, colorIndex: number, inputLabel: string) {
    this.info = info;
    this.colorIndex = colorIndex;
    this.inputLabel = inputLabel;
  }

  /** End of the last packet that arrived; undefined before the first. */
  get receivedSamples(): number | undefined {
    return this.#receivedSamples;
  }

  /** Notes that packets may be missing from here on without anything being wrong. */
  expectPause(): void {
    this.#mayPause = true;
  }

  /** Tells the new packets of a frame from those that were received already or cannot be used. */
  sort(positionSamples: number, packets: readonly Uint8Array[]): SortedFrame {
    const fresh: Uint8Array[] = [];
    let startSamples = positionSamples;
    let at = positionSamples;
    let repeated = 0;
    let misplaced = 0;
    for (const packet of packets) {
      const samples = packetSamples(packet, 0, packet.length);
      if (samples === 0) break;
      if (at >= (this.#receivedSamples ?? 0)) {
        if (fresh.length === 0) startSamples = at;
        fresh.push(packet);
      } else if (this.#window.has(at, packet)) repeated++;
      else misplaced++;
      at += samples;
    }
    const unusable = packets.length - fresh.length - repeated - misplaced;
    return { fresh, startSamples, endSamples: at, repeated, misplaced, unusable };
  }

  /** Takes what `sort` found fresh. @returns samples that are missing before it without a reason. */
  take({ fresh, startSamples, endSamples }: SortedFrame): number {
    const before = this.#receivedSamples;
    const missingSamples = before === undefined || this.#mayPause ? 0 : startSamples - before;
    let at = startSamples;
    for (const packet of fresh) {
      this.#window.add(at, packet);
      at += packetSamples(packet, 0, packet.length);
    }
    this.#receivedSamples = endSamples;
    // A mute goes on until its end, whatever arrives in between.
    this.#mayPause = this.muted || !this.connected;
    return missingSamples;
  }

  /** The loudest of what came since levels were last shown. */
  hear(level: FrameLevel): void {
    const before = this.#heardIsShown ? undefined : this.#heard;
    this.#heardIsShown = false;
    this.#heard = {
      peakDb: louder(before?.peakDb ?? null, level.peakDb),
      rmsDb: louder(before?.rmsDb ?? null, level.rmsDb),
      clipped: (before?.clipped ?? false) || level.clipped,
    };
  }

  /** Levels to show; the next frame begins anew. */
  showLevel(): FrameLevel {
    this.#heardIsShown = true;
    return this.#heard;
  }
}

function louder(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
