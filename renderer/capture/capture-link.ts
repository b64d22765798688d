import type { Settings } from '../host/api-types.ts';
import type { CaptureDevice } from './devices.ts';

/** A track as it is to be recorded. */
export interface PlannedTrack {
  readonly name: string;
  readonly colorIndex: number;
  readonly deviceId: string;
  readonly deviceLabel: string;
  /** Channels of the device, from 0; one for mono, two for stereo. */
  readonly channels: readonly number[];
}

export interface CapturePlan {
  readonly tracks: readonly PlannedTrack[];
  readonly audio: Settings['audio'];
}

/** `missing`: no such device; `lost`: it went while it was open; `failed`: it does not open. */
export type InputState = 'closed' | 'open' | 'missing' | 'lost' | 'failed';

export type CaptureTrouble =
  /** The page may not hear microphones. */
  | 'denied'
  /** There is no input. */
  | 'no-input'
  /** Another window of this browser has the microphones. */
  | 'elsewhere'
  /** The browser cannot encode Opus, or not record at all. */
  | 'unsupported'
  /** The host went away or was started anew: the session was ended by it. */
  | 'ended'
  /** Packets were given up. */
  | 'packets-lost'
  /** An encoder failed and was replaced. */
  | 'encoder'
  /** A device lost audio before it reached the page; the place is silent and as long as it was. */
  | 'skipped'
  /** The system, a switch or another program makes an open input silent. */
  | 'held';

/** What the capture engine is doing. */
export interface CaptureStatus {
  readonly phase: 'idle' | 'armed' | 'starting' | 'recording' | 'stopping';
  readonly sessionId: string | null;
  readonly devices: readonly CaptureDevice[];
  /** Of the plan's tracks, or of those that are recorded. */
  readonly tracks: readonly {
    readonly trackId: number | null;
    readonly input: PlannedTrack;
    readonly state: InputState;
    /** Channels that the open device has; null while it is not open. */
    readonly deviceChannels: number | null;
    /** Audio that this recording misses because the device lost it on its way here, in samples. */
    readonly unheardSamples: number;
  }[];
  readonly troubles: readonly CaptureTrouble[];
  readonly connected: boolean;
  /** Audio that the host is not known to have, in samples. */
  readonly keptSamples: number;
}

export const IDLE_STATUS: CaptureStatus = {
  phase: 'idle',
  sessionId: null,
  devices: [],
  tracks: [],
  troubles: [],
  connected: true,
  keptSamples: 0,
};

/** How loud a track was in the last moment, linear. */
export interface TrackLevel {
  /** By channel. */
  readonly peaks: readonly number[];
  readonly rms: number;
  readonly clipped: boolean;
}

export interface CaptureLevels {
  /** Session time; null before it runs. */
  readonly positionSamples: number | null;
  /** When, in milliseconds since 1970 by the page's clock. */
  readonly atMillis: number;
  readonly tracks: readonly TrackLevel[];
}

export type CaptureRequest =
  /** Opens the inputs of this plan, for their meters; without tracks only looks which there are. */
  | { readonly kind: 'arm'; readonly plan: CapturePlan }
  /** Lets go of all inputs, unless they are recorded. */
  | { readonly kind: 'disarm' }
  | { readonly kind: 'start'; readonly title: string }
  | { readonly kind: 'stop' }
  | { readonly kind: 'mute'; readonly trackId: number; readonly muted: boolean }
  /** `atMillis` since 1970, by the page's clock: what was seen or heard then is where the marker stands. */
  | {
      readonly kind: 'mark';
      readonly marker: 'marker' | 'slate';
      readonly name: string;
      readonly atMillis: number;
    }
  /** Another input for a track that is being recorded. */
  | {
      readonly kind: 'replace';
      readonly trackId: number;
      readonly deviceId: string;
      readonly deviceLabel: string;
    }
  | { readonly kind: 'dismiss'; readonly trouble: CaptureTrouble };

/** What `start`, `stop` and `mark` answer. */
export interface CaptureAnswer {
  readonly sessionId?: string;
  readonly markerId?: string;
}

/** A view's end of the capture engine, in the same page or in another. */
export interface CaptureLink {
  /** @throws AppError with what a person is told. */
  request(request: CaptureRequest): Promise<CaptureAnswer>;
  /** Told at once, and whenever it changes. @returns ends it. */
  onStatus(listener: (status: CaptureStatus) => void): () => void;
  /** Some 17 times a second while inputs are open. @returns ends it. */
  onLevels(listener: (levels: CaptureLevels) => void): () => void;
}
