/** An input as a person can choose it. */
export interface CaptureDevice {
  readonly deviceId: string;
  /** Unlike any other's. */
  readonly label: string;
}

/** Names for whichever device is the default at the time; the devices themselves are in the list too. */
const ALIASES: ReadonlySet<string> = new Set(['default', 'communications']);

/**
 * The inputs among what `enumerateDevices` lists. The system's default is left out where there is any device by a name
 * of its own, so that a track stays with its device when the default changes; what it stands for is not asked, since
 * not every system puts the two in one group. Devices of one name are numbered.
 */
export function captureDevices(
  found: readonly Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'>[],
): CaptureDevice[] {
  const inputs = found.filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '');
  const own = inputs.filter(({ deviceId }) => !ALIASES.has(deviceId));
  const listed = own.length > 0 ? own : inputs.filter(({ deviceId }) => deviceId === 'default');
  const counts = new Map<string, number>();
  const totals = new Map<string, number>();
  for (const { label } of listed) totals.set(label, (totals.get(label) ?? 0) + 1);
  return listed.map(({ deviceId, label }) => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return { deviceId, label: (totals.get(label) ?? 1) > 1 ? `${label} (${count})` : label };
  });
}

/**
 * The device that a track had, after a change: the same id, or the only one of its name, which is what a system makes
 * of a device in another socket.
 */
export function findDevice(
  devices: readonly CaptureDevice[],
  wanted: { readonly deviceId: string; readonly deviceLabel: string },
): CaptureDevice | undefined {
  const same = devices.find(({ deviceId }) => deviceId === wanted.deviceId);
  if (same !== undefined) return same;
  const named = devices.filter(({ label }) => label === wanted.deviceLabel);
  return named.length === 1 ? named[0] : undefined;
}
