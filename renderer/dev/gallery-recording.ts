import {
  type CaptureLink,
  type CaptureStatus,
  IDLE_STATUS,
  type TrackLevel,
} from '../capture/capture-link.ts';
import { refused } from './gallery-refusal.ts';
import type { Recording } from '../host/api-types.ts';

/** What the record place is shown with. */
export type GalleryRecording = 'before' | 'denied' | 'during';

const SESSION_ID = '5f0c1c9e-0000-4000-8000-000000000000';
const T0_UNIX_MICROS = 1_795_267_871_160_000;
const POSITION = 48_000 * 2467;

const PLAYERS = [
  { name: 'Marit Solheim', device: 'Scarlett 18i20', channels: [0], peak: 0.2 },
  { name: 'Tomas Berg', device: 'Scarlett 18i20', channels: [1], peak: 0.7 },
  { name: 'Inês Carvalho', device: 'Scarlett 18i20', channels: [2], peak: 0.08 },
  { name: 'Noor Haddad', device: 'NT-USB Mini', channels: [0], peak: 0 },
  { name: 'Room', device: 'Scarlett 18i20', channels: [4, 5], peak: 0.02 },
] as const;

const TRACKS = PLAYERS.map(({ name, device, channels }, index) => ({
  name,
  colorIndex: index,
  deviceId: device,
  deviceLabel: device,
  channels: [...channels],
}));

/** What the engine asks the program for, by what the window asks of the engine. */
const ASKED = {
  start: 'recording.start',
  mark: 'recording.addMarker',
  mute: 'recording.mute',
  replace: 'recording.device',
  stop: 'recording.stop',
} as const;

/** A capture engine that plays the same syllables for ever. @param fail a call that the program refuses */
export function galleryCapture(kind: GalleryRecording, fail: string | null): CaptureLink {
  const during = kind === 'during';
  const status: CaptureStatus = {
    ...IDLE_STATUS,
    phase: during ? 'recording' : 'armed',
    sessionId: during ? SESSION_ID : null,
    devices:
      kind === 'denied'
        ? []
        : [...new Set(PLAYERS.map(({ device }) => device))].map((label) => ({ deviceId: label, label })),
    tracks:
      kind === 'denied'
        ? []
        : TRACKS.map((input, index) => ({
            trackId: during ? index : null,
            input,
            state: during && index === 3 ? 'lost' : 'open',
            deviceChannels: index === 3 ? 1 : 20,
            unheardSamples: 0,
          })),
    troubles: kind === 'denied' ? ['denied'] : [],
  };
  const level = (step: number): TrackLevel[] =>
    PLAYERS.map(({ peak, channels }, index) => {
      const loud = peak * Math.abs(Math.sin(step / (7 + index)) * Math.sin(step / 61));
      return {
        peaks: channels.map((channel) => loud * (1 - channel / 20)),
        rms: loud / 4 + 0.0009,
        clipped: index === 1 && step % 200 === 190,
      };
    });
  return {
    request: ({ kind: asked }) => {
      const call = Object.entries(ASKED).find(([name]) => name === asked)?.[1];
      return call !== undefined && call === fail ? refused() : Promise.resolve({ markerId: 'marker-1' });
    },
    onStatus: (listener) => {
      listener(status);
      return () => undefined;
    },
    onLevels: (listener) => {
      const nowMillis = performance.timeOrigin + performance.now();
      // What was heard before the page was looked at: two minutes, or ten seconds.
      const past = during ? 3000 : 280;
      if (kind === 'denied') return () => undefined;
      for (let step = 0; step < past; step++) {
        const back = past - step;
        listener({
          positionSamples: during ? POSITION - back * 1920 : null,
          atMillis: nowMillis - back * 40,
          tracks: level(step),
        });
      }
      return () => undefined;
    },
  };
}

/** Set-up that the gallery's devices bring back. */
export const GALLERY_SETUP = { devices: 'NT-USB Mini\nScarlett 18i20', tracks: TRACKS };

/** A recording with an input lost. */
export const GALLERY_RECORDING: Recording = {
  sessionId: SESSION_ID,
  title: 'Ep. 49 What the tide left',
  t0UnixMicros: T0_UNIX_MICROS,
  zone: 'Europe/Oslo',
  positionSamples: POSITION,
  tracks: TRACKS.map(({ name, colorIndex, channels, deviceLabel }, trackId) => {
    const end = trackId === 3 ? POSITION - 48_000 * 46 : POSITION;
    return {
      trackId,
      name,
      colorIndex,
      channels: channels.length === 2 ? 2 : 1,
      inputLabel: `${deviceLabel}, input ${channels.map((channel) => channel + 1).join(', ')}`,
      connected: trackId !== 3,
      muted: trackId === 2,
      peakDb: -18,
      rmsDb: -30,
      clipped: false,
      receivedSamples: end,
      durableSamples: trackId === 3 ? end : end - 9600,
      droppedSamples: 0,
    };
  }),
  lagMillis: 300,
  writtenBytes: 168e6,
  freeBytes: 71.1e9,
  secondsLeft: 290 * 3600,
  markers: [
    { markerId: 'a', positionSamples: 48_000 * 597, kind: 'marker', name: 'Cold open' },
    { markerId: 'b', positionSamples: 48_000 * 1200, kind: 'marker', name: 'Boat names' },
    { markerId: 'c', positionSamples: 48_000 * 2264, kind: 'slate', name: 'Slate 1' },
    { markerId: 'd', positionSamples: 48_000 * 2440, kind: 'marker', name: '' },
  ],
  alerts: [
    {
      alertId: 'alert-1',
      kind: 'device-lost',
      cause: { kind: 'device-lost', name: 'Noor Haddad', label: 'NT-USB Mini' },
      trackId: 3,
      positionSamples: POSITION - 48_000 * 46,
    },
  ],
  phase: 'recording',
};
