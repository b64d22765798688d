import * as v from 'valibot';
import { ALERT_KINDS, alertCause } from '../../model/recording-alert.ts';
import { call, type Domain } from '../declare.ts';
import { marker } from './library.ts';
import {
  bytes,
  colorIndex,
  id,
  nothing,
  playerName,
  samples,
  sessionId,
  text,
  title,
  unixMicros,
  whole,
} from './values.ts';

/** Number of a track within its session, as in the log. */
const trackId = v.pipe(whole, v.maxValue(0xfffe));

/** What is known of an input when its track joins. */
export const newTrack = v.strictObject({
  name: v.pipe(playerName, v.trim(), v.minLength(1)),
  colorIndex,
  channels: v.picklist([1, 2]),
  /** The encoder's lookahead at 48 kHz. */
  preSkipSamples: v.pipe(whole, v.maxValue(0xffff)),
  /** Hertz, of the device. */
  inputRate: v.pipe(whole, v.minValue(1), v.maxValue(1_000_000)),
  /** What a person reads: "Scarlett, input 1". */
  inputLabel: text(300),
});

const level = v.pipe(v.number(), v.minValue(-200), v.maxValue(20));

const trackState = v.object({
  trackId,
  name: playerName,
  colorIndex,
  channels: v.picklist([1, 2]),
  inputLabel: text(300),
  connected: v.boolean(),
  muted: v.boolean(),
  /** dBFS of the last frame; null before the first. */
  peakDb: v.nullable(level),
  rmsDb: v.nullable(level),
  clipped: v.boolean(),
  /** End of the last packet that arrived. */
  receivedSamples: samples,
  /** End of the last packet on stable storage: what survives a power cut. */
  durableSamples: samples,
  /** Dropped because the disk did not keep up. */
  droppedSamples: samples,
});

export const alert = v.object({
  alertId: id,
  kind: v.picklist(ALERT_KINDS),
  cause: alertCause,
  trackId: v.nullable(trackId),
  positionSamples: samples,
});

export const recordingState = v.object({
  sessionId,
  title,
  t0UnixMicros: unixMicros,
  zone: text(100),
  /** End of the newest packet of any track. */
  positionSamples: samples,
  tracks: v.array(trackState),
  /** Age of the oldest packet that is not on stable storage yet. */
  lagMillis: whole,
  writtenBytes: bytes,
  freeBytes: v.nullable(bytes),
  secondsLeft: v.nullable(whole),
  markers: v.array(marker),
  alerts: v.array(alert),
  /** `stopping`: packets are still being put on disk. `failed`: the disk takes no more; what is there is whole. */
  phase: v.picklist(['recording', 'stopping', 'failed']),
});

export const recording = {
  calls: {
    /** One session at a time. T0 is the moment of this call until an anchor says better. */
    start: call(
      v.strictObject({ title, tracks: v.pipe(v.array(newTrack), v.minLength(1), v.maxLength(64)) }),
      v.object({ sessionId, trackIds: v.array(trackId) }),
    ),
    addTrack: call(newTrack, v.object({ trackId })),
    renameTrack: call(
      v.strictObject({ trackId, name: v.pipe(playerName, v.trim(), v.minLength(1)) }),
      nothing,
    ),
    /** The host's monotonic clock, in which anchors are told. How long the answer takes is for the page to find out. */
    clock: call(nothing, v.object({ monotonicMicros: whole })),
    /** The capture clock showed this position at this moment of the host's monotonic clock; every few seconds. */
    anchor: call(v.strictObject({ positionSamples: samples, monotonicMicros: whole }), nothing),
    mute: call(v.strictObject({ trackId, muted: v.boolean(), positionSamples: samples }), nothing),
    device: call(
      v.strictObject({
        trackId,
        kind: v.picklist(['lost', 'returned']),
        label: text(300),
        positionSamples: samples,
      }),
      nothing,
    ),
    addMarker: call(
      v.strictObject({ positionSamples: samples, kind: v.picklist(['marker', 'slate']), name: text(500) }),
      v.object({ markerId: id }),
    ),
    renameMarker: call(v.strictObject({ markerId: id, name: text(500) }), nothing),
    dismissAlert: call(v.strictObject({ alertId: id }), nothing),
    /** Ends at this position, exactly; answered when all of it is on stable storage. */
    stop: call(v.strictObject({ positionSamples: samples }), v.object({ sessionId })),
  },
  values: {
    /** Null while nothing is being recorded. */
    state: v.nullable(recordingState),
  },
} as const satisfies Domain;
