import { describe, expect, test, vi } from 'vitest';
import type { CapturePlan, InputState, PlannedTrack } from '../../renderer/capture/capture-link.ts';
import type { RackListeners } from '../../renderer/capture/input-rack.ts';
import { Inputs, type Rack } from '../../renderer/capture/inputs.ts';
import type { LiveTrack } from '../../renderer/capture/live-recording.ts';
import { LiveInputs } from '../../renderer/capture/live-inputs.ts';
import { PageLock } from '../../renderer/capture/page-lock.ts';
import type { TrackRecorder } from '../../renderer/capture/track-recorder.ts';
import { Troubles } from '../../renderer/capture/troubles.ts';

const AUDIO: CapturePlan['audio'] = {
  bitrate: 96_000,
  tuning: 'voice',
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  keepMuted: false,
};

/** A machine with devices that come and go. */
class Machine {
  present: { deviceId: string; label: string }[] = [
    { deviceId: 'a', label: 'Scarlett' },
    { deviceId: 'b', label: 'USB Mic' },
  ];
  /** What getUserMedia and opening a device fail with. */
  failure: string | undefined;
  readonly open = new Set<string>();
  flushed = 0;
  readonly wires: (readonly [number, string])[] = [];
  readonly lost: string[] = [];
  /** When open devices are heard. */
  heard = Promise.resolve();
  /** Ends each wait for them. */
  readonly waits: (() => void)[] = [];
  readonly troubles = new Troubles(() => undefined);
  #listeners: RackListeners | undefined;
  readonly inputs: Inputs;

  constructor(canRecord = true) {
    const asked = (): void => {
      if (this.failure !== undefined) throw new DOMException('', this.failure);
    };
    this.inputs = new Inputs({
      media: () => ({
        enumerateDevices: () =>
          Promise.resolve(
            this.present.map(
              ({ deviceId, label }) =>
                ({ deviceId, groupId: deviceId, kind: 'audioinput', label }) as MediaDeviceInfo,
            ),
          ),
        getUserMedia: () => {
          asked();
          return Promise.resolve({ getTracks: () => [] as MediaStreamTrack[] } as MediaStream);
        },
      }),
      newRack: (listeners) => {
        if (!canRecord) return undefined;
        this.#listeners = listeners;
        return this.#rack();
      },
      wait: () => new Promise((resolve) => this.waits.push(resolve)),
      troubles: this.troubles,
      onBlock: () => undefined,
      onLost: (deviceId) => this.lost.push(deviceId),
    });
  }

  #rack(): Rack {
    // Read by the rack below, whose own `this` is another.
    const opened = (): readonly string[] => [...this.open];
    return {
      channelsOf: (deviceId) => (this.open.has(deviceId) ? 2 : undefined),
      rateOf: () => 44_100,
      get opened() {
        return opened();
      },
      drop: (deviceId) => this.unplug(deviceId),
      open: (deviceId) => {
        if (this.failure !== undefined) return Promise.reject(new DOMException('', this.failure));
        this.open.add(deviceId);
        return Promise.resolve();
      },
      keepOnly: (deviceIds) => {
        for (const deviceId of this.open) if (!deviceIds.has(deviceId)) this.open.delete(deviceId);
      },
      connect: (track, deviceId) => void this.wires.push([track, deviceId]),
      disconnect: () => void this.wires.splice(0),
      heard: () => this.heard,
      flush: () => {
        this.flushed++;
      },
    };
  }

  /** The plug is pulled. */
  unplug(deviceId: string): void {
    this.present = this.present.filter((device) => device.deviceId !== deviceId);
    this.open.delete(deviceId);
    this.#listeners?.onLost(deviceId);
  }

  hold(deviceId: string, held: boolean): void {
    this.#listeners?.onHeld(deviceId, held);
  }

  async openAll(tracks: readonly PlannedTrack[]): Promise<InputState[]> {
    const states: InputState[] = [];
    await this.inputs.list();
    await this.inputs.openAll(tracks, AUDIO, (index, state) => (states[index] = state));
    return states;
  }
}

const track = (deviceId: string, deviceLabel = deviceId): PlannedTrack => ({
  name: 'Marit',
  colorIndex: 0,
  deviceId,
  deviceLabel,
  channels: [0],
});

describe('inputs', () => {
  test('are opened and led to their tracks; what is not there is missing', async () => {
    const machine = new Machine();
    expect(await machine.openAll([track('b'), track('c'), track('b')])).toEqual(['open', 'missing', 'open']);
    expect(machine.wires.map(([index]) => index)).toEqual([0, 1, 2]);
    expect(machine.inputs.channelsOf('b')).toBe(2);
    expect(machine.inputs.channelsOf('c')).toBeNull();
    expect(machine.inputs.rateOf('b')).toBe(44_100);
    expect(machine.troubles.all).toEqual([]);
  });

  test.each([
    ['NotAllowedError', 'failed', ['denied']],
    ['NotFoundError', 'missing', []],
    ['OverconstrainedError', 'missing', []],
    ['NotReadableError', 'failed', []],
  ] as const)('that do not open with %s are %s', async (name, state, troubles) => {
    const machine = new Machine();
    machine.failure = name;
    expect(await machine.openAll([track('a')])).toEqual([state]);
    expect(machine.troubles.all).toEqual(troubles);
    machine.failure = undefined;
    expect(await machine.openAll([track('a')])).toEqual(['open']);
    expect(machine.troubles.all).toEqual([]);
  });

  test('that are none are told, until there is one', async () => {
    const machine = new Machine();
    machine.present = [];
    await machine.openAll([]);
    expect(machine.troubles.all).toEqual(['no-input']);
    machine.present = [{ deviceId: 'a', label: 'Scarlett' }];
    await machine.openAll([]);
    expect(machine.troubles.all).toEqual([]);
  });

  test('whose names are not told are asked for; a refusal is told in place of "no input"', async () => {
    const machine = new Machine();
    machine.present = [];
    machine.failure = 'NotAllowedError';
    await machine.inputs.list();
    expect(machine.troubles.all).toEqual(['denied']);
  });

  test('that somebody holds silent are told until they are let go or gone', async () => {
    const machine = new Machine();
    await machine.openAll([track('a'), track('b')]);
    machine.hold('a', true);
    machine.hold('b', true);
    machine.hold('a', false);
    expect(machine.troubles.all).toEqual(['held']);
    machine.unplug('b');
    expect(machine.troubles.all).toEqual([]);
    expect(machine.lost).toEqual(['b']);
  });

  test('that went without a word are let go when they are next looked for', async () => {
    const machine = new Machine();
    await machine.openAll([track('a'), track('b')]);
    machine.present = machine.present.filter(({ deviceId }) => deviceId === 'a');
    expect(machine.lost).toEqual([]);
    await machine.inputs.list();
    expect(machine.lost).toEqual(['b']);
    expect([...machine.open]).toEqual(['a']);
    await machine.inputs.list();
    expect(machine.lost).toEqual(['b']);
  });

  test('are open when all of them are heard, or one gives nothing for too long', async () => {
    const machine = new Machine();
    let tellHeard: () => void = () => undefined;
    machine.heard = new Promise<void>((resolve) => (tellHeard = resolve));
    let open = 0;
    const opening = machine.openAll([track('a')]).then(() => open++);
    await new Promise((settled) => setTimeout(settled, 0));
    expect(open).toBe(0);
    tellHeard();
    await opening;
    machine.heard = new Promise(() => undefined);
    const silent = machine.openAll([track('b')]);
    await vi.waitFor(() => expect(machine.waits).toHaveLength(2));
    machine.waits.at(-1)?.();
    expect(await silent).toEqual(['open']);
    machine.inputs.flush();
    expect(machine.flushed).toBe(1);
    machine.inputs.sleep();
    expect([machine.open.size, machine.wires.length]).toEqual([0, 0]);
  });

  test('of a browser that cannot record are not opened', async () => {
    const machine = new Machine(false);
    expect(await machine.openAll([track('a')])).toEqual([]);
    expect(machine.troubles.all).toEqual(['unsupported']);
  });
});

describe('the inputs of a recording', () => {
  function recording(...planned: readonly PlannedTrack[]) {
    const machine = new Machine();
    const told: string[] = [];
    const later: (() => void)[] = [];
    let rejoined = 0;
    let paused = 0;
    const pause = (): Promise<void> => {
      paused++;
      return Promise.resolve();
    };
    const recorder = { pause } as unknown as TrackRecorder;
    const tracks: LiveTrack[] = planned.map((input, trackId) => ({
      input,
      trackId,
      muted: false,
      state: 'open',
      nextFrame: undefined,
      unheardSamples: 0,
      recorder,
    }));
    const inputs = new LiveInputs(
      { tracks, audio: AUDIO },
      {
        inputs: machine.inputs,
        after: (_millis, run) => {
          later.push(run);
          return () => void later.splice(later.indexOf(run), 1);
        },
        onLook: () => undefined,
        tellDevice: (trackId, kind, label) => told.push(`${trackId} ${kind}: ${label}`),
        onRejoined: () => rejoined++,
      },
    );
    return { machine, inputs, tracks, told, later, rejoined: () => rejoined, paused: () => paused };
  }

  test('go and come back in their tracks, also under another id; others are not touched', async () => {
    const { machine, inputs, tracks, told, later, rejoined, paused } = recording(
      track('a', 'Scarlett'),
      track('b', 'USB Mic'),
    );
    await machine.openAll(tracks.map(({ input }) => input));
    machine.unplug('a');
    inputs.lost('a');
    inputs.lost('a');
    expect(tracks.map(({ state }) => state)).toEqual(['lost', 'open']);
    expect([paused(), later.length]).toEqual([1, 1]);
    await machine.inputs.list();
    await inputs.look();
    expect(tracks[0]?.state).toBe('lost');
    machine.present.push({ deviceId: 'other-socket', label: 'Scarlett' });
    await machine.inputs.list();
    await inputs.look();
    expect(tracks[0]).toMatchObject({ state: 'open', input: { deviceId: 'other-socket' } });
    expect(machine.wires.at(-1)).toEqual([0, 'other-socket']);
    expect(told).toEqual(['0 lost: Scarlett, input 1', '0 returned: Scarlett, input 1']);
    expect([rejoined(), later.length]).toEqual([1, 0]);
  });

  test('stay lost while the permission is gone, say so, and are looked for until it is back', async () => {
    const { machine, inputs, tracks, later } = recording(track('a', 'Scarlett'));
    await machine.openAll(tracks.map(({ input }) => input));
    machine.failure = 'NotAllowedError';
    inputs.lost('a');
    await inputs.look();
    expect(tracks[0]?.state).toBe('lost');
    expect(machine.troubles.all).toEqual(['denied']);
    expect(later).toHaveLength(1);
    machine.failure = undefined;
    await inputs.look();
    expect(tracks[0]?.state).toBe('open');
    expect(machine.troubles.all).toEqual([]);
  });

  test('of two devices with one name only the very one comes back by itself', async () => {
    const { machine, inputs, tracks } = recording(track('a', 'USB Mic (1)'), track('b', 'USB Mic (2)'));
    machine.present = [
      { deviceId: 'a', label: 'USB Mic' },
      { deviceId: 'b', label: 'USB Mic' },
    ];
    await machine.openAll(tracks.map(({ input }) => input));
    machine.unplug('a');
    inputs.lost('a');
    await machine.inputs.list();
    await inputs.look();
    // The other one, alone now, is not taken for it.
    expect(tracks.map(({ state, input }) => [state, input.deviceId])).toEqual([
      ['lost', 'a'],
      ['open', 'b'],
    ]);
  });

  test('are replaced by hand, and end with the recording', async () => {
    const { machine, inputs, tracks, told, later } = recording(track('a', 'Scarlett'));
    await machine.openAll(tracks.map(({ input }) => input));
    await inputs.replace(0, { deviceId: 'b', label: 'USB Mic' });
    await inputs.replace(7, { deviceId: 'b', label: 'USB Mic' });
    expect(told).toEqual(['0 lost: Scarlett, input 1', '0 returned: USB Mic, input 1']);
    expect([...machine.open]).toEqual(['b']);
    inputs.lost('b');
    inputs.end();
    expect(later).toEqual([]);
  });
});

test('the microphones belong to one page, which lets go of them', async () => {
  let holder: Promise<unknown> | undefined;
  const locks = {
    request: (_name: string, _options: unknown, grant: (lock: unknown) => Promise<unknown> | undefined) => {
      if (holder !== undefined) return Promise.resolve(grant(null));
      holder = grant({})?.then(() => (holder = undefined));
      return Promise.resolve();
    },
  } as unknown as LockManager;
  const [first, second] = [new PageLock(() => locks), new PageLock(() => locks)];
  expect(await first.take()).toBe(true);
  expect(await first.take()).toBe(true);
  expect(await second.take()).toBe(false);
  first.letGo();
  await holder;
  expect(await second.take()).toBe(true);
});
