import type { CaptureDevice } from '../capture/devices.ts';
import type { CaptureStatus, PlannedTrack } from '../capture/capture-link.ts';
import type { Settings } from '../host/api-types.ts';

type Setups = Settings['recordingSetups'];

const MOST_SETUPS = 50;
const MOST_KEY = 2000;

/** The same devices in whatever order: what a set-up is remembered by. */
function deviceKey(devices: readonly CaptureDevice[]): string {
  return devices
    .map(({ label }) => label)
    .sort()
    .join('\n')
    .slice(0, MOST_KEY);
}

/** The tracks of the last recording with these very devices. */
export function fittingSetup(
  setups: Setups,
  devices: readonly CaptureDevice[],
): readonly PlannedTrack[] | undefined {
  const tracks = setups.find((setup) => setup.devices === deviceKey(devices))?.tracks;
  // Ids change when a browser forgets its permissions; names stay.
  return tracks?.map((track) => {
    const known = devices.some(({ deviceId }) => deviceId === track.deviceId);
    const named = devices.find(({ label }) => label === track.deviceLabel);
    return known || named === undefined ? track : { ...track, deviceId: named.deviceId };
  });
}

/** The set-ups with this one as the newest. */
export function setupsWith(
  setups: Setups,
  devices: readonly CaptureDevice[],
  tracks: readonly PlannedTrack[],
): Setups {
  const key = deviceKey(devices);
  const setup = {
    devices: key,
    tracks: tracks.map((track) => ({ ...track, channels: [...track.channels] })),
  };
  return [setup, ...setups.filter((other) => other.devices !== key)].slice(0, MOST_SETUPS);
}

/** Another track: the first channel of any device that no row has yet. */
export function nextTrack(
  rows: readonly PlannedTrack[],
  { devices, tracks }: Pick<CaptureStatus, 'devices' | 'tracks'>,
  nameOf: (number: number) => string,
): PlannedTrack {
  const used = new Set(
    rows.flatMap(({ deviceId, channels }) => channels.map((channel) => `${deviceId}/${channel}`)),
  );
  const colors = new Set(rows.map(({ colorIndex }) => colorIndex));
  const colorIndex = [0, 1, 2, 3, 4, 5, 6, 7].find((color) => !colors.has(color)) ?? rows.length % 8;
  const base = { name: nameOf(rows.length + 1), colorIndex };
  for (const { deviceId, label } of devices) {
    const known = tracks.find(({ input }) => input.deviceId === deviceId)?.deviceChannels ?? 1;
    for (let channel = 0; channel < known; channel++) {
      if (!used.has(`${deviceId}/${channel}`))
        return { ...base, deviceId, deviceLabel: label, channels: [channel] };
    }
  }
  const [first] = devices;
  return { ...base, deviceId: first?.deviceId ?? '', deviceLabel: first?.label ?? '', channels: [0] };
}
