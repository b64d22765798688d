import { vi } from 'vitest';
import type { CapturePlan, PlannedTrack } from '../../renderer/capture/capture-link.ts';
import type { Api } from '../../shared/ipc/contract.ts';

export const AUDIO: CapturePlan['audio'] = {
  bitrate: 96_000,
  tuning: 'voice',
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  keepMuted: false,
};

export function planned(name: string): PlannedTrack {
  return { name, colorIndex: 0, deviceId: 'usb', deviceLabel: 'USB', channels: [0] };
}

/** What a host answers to the calls of a page that records. */
export function hostCalls() {
  type Calls = Api['recording'];
  const done = () => Promise.resolve({});
  return {
    start: vi.fn<Calls['start']>(({ tracks }) =>
      Promise.resolve({
        sessionId: '0f8fad5b-d9cb-469f-a165-70867728950e',
        trackIds: tracks.map((_track, id) => id),
      }),
    ),
    addTrack: vi.fn<Calls['addTrack']>(() => Promise.resolve({ trackId: 1 })),
    renameTrack: vi.fn<Calls['renameTrack']>(done),
    clock: vi.fn<Calls['clock']>(() => Promise.resolve({ monotonicMicros: 60_000_000 })),
    anchor: vi.fn<Calls['anchor']>(done),
    mute: vi.fn<Calls['mute']>(done),
    device: vi.fn<Calls['device']>(done),
    addMarker: vi.fn<Calls['addMarker']>(({ kind, positionSamples }) =>
      Promise.resolve({ markerId: `${kind}-${positionSamples}` }),
    ),
    renameMarker: vi.fn<Calls['renameMarker']>(done),
    dismissAlert: vi.fn<Calls['dismissAlert']>(done),
    stop: vi.fn<Calls['stop']>(() => Promise.resolve({ sessionId: '0f8fad5b-d9cb-469f-a165-70867728950e' })),
  };
}

/** A place for notes that is gone with the test. */
export function memory() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}
