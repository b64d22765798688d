import type { DecodedAudio, MakeDecoder } from './packet-decoder.ts';

/** Where lanes are mixed and heard. Its clock counts frames of 1/48000 s and stands still while it is held. */
export interface AudioOutput {
  /** Frames heard so far. */
  nowFrames(): number;
  /** How long a frame takes from here to the ear. */
  latencyFrames(): number;
  /**
   * Has a stretch of a lane heard from a frame on.
   * @param speed frames of audio to one of the output
   */
  schedule(playerId: string, planes: DecodedAudio, atFrame: number, speed: number): void;
  setGain(playerId: string, gain: number): void;
  /** Stops the clock, and with it everything that was scheduled; `release` goes on where it stood. */
  hold(): void;
  release(): void;
  close(): void;
}

/** What the page does so that a session can be heard. */
export interface AudioPort {
  /** Whether this browser decodes Opus. */
  readonly canDecode: () => Promise<boolean>;
  readonly makeDecoder: MakeDecoder;
  readonly open: () => AudioOutput;
  /** Calls before each picture, with the seconds since the last, until the returned function is called. */
  readonly eachFrame: (run: (seconds: number) => void) => () => void;
}
