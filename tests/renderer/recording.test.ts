import { describe, expect, test } from 'vitest';
import {
  type CaptureLevels,
  type CaptureLink,
  type CaptureRequest,
  type CaptureStatus,
  IDLE_STATUS,
} from '../../renderer/capture/capture-link.ts';
import { galleryApi } from '../../renderer/dev/gallery-api.ts';
import { GALLERY_RECORDING } from '../../renderer/dev/gallery-recording.ts';
import { LiveWaveform } from '../../renderer/state/live-waveform.ts';
import { Navigation } from '../../renderer/state/navigation.svelte.ts';
import { along, Meter } from '../../renderer/state/recording-meter.ts';
import { fittingSetup, nextTrack, setupsWith } from '../../renderer/state/recording-setup.ts';
import { RecordState } from '../../renderer/state/recording.svelte.ts';
import { Settings } from '../../renderer/state/settings.svelte.ts';
import { SoundCheck } from '../../renderer/state/sound-check.ts';
import { Toasts } from '../../renderer/state/toasts.svelte.ts';
import { AppError } from '../../shared/model/errors.ts';

const BOX = { deviceId: 'box', label: 'Interface' };
const USB = { deviceId: 'usb', label: 'USB microphone' };
const row = (name: string, device = BOX, channels = [0], colorIndex = 0) => ({
  name,
  colorIndex,
  deviceId: device.deviceId,
  deviceLabel: device.label,
  channels,
});
const level = (db: number, clipped = false, rmsDb = db - 12) => ({
  peaks: [10 ** (db / 20)],
  rms: 10 ** (rmsDb / 20),
  clipped,
});

/** An engine that opens whatever it is asked for, and can be made to refuse. */
class Engine implements CaptureLink {
  readonly asked: CaptureRequest[] = [];
  refusal: AppError | null = null;
  #status: CaptureStatus = { ...IDLE_STATUS, devices: [BOX, USB] };
  #onStatus: (status: CaptureStatus) => void = () => undefined;
  #onLevels: (levels: CaptureLevels) => void = () => undefined;

  request(request: CaptureRequest): Promise<{ sessionId?: string; markerId?: string }> {
    this.asked.push(request);
    if (this.refusal !== null) return Promise.reject(this.refusal);
    if (request.kind === 'arm') {
      const tracks = request.plan.tracks.map((input, trackId) => ({
        trackId,
        input,
        state: 'open' as const,
        deviceChannels: input.deviceId === 'box' ? 2 : 1,
        unheardSamples: 0,
      }));
      this.say({ phase: 'armed', tracks });
    }
    return Promise.resolve(request.kind === 'mark' ? { markerId: 'new' } : { sessionId: 'done' });
  }

  say(change: Partial<CaptureStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#onStatus(this.#status);
  }

  hear(levels: CaptureLevels): void {
    this.#onLevels(levels);
  }

  onStatus(listener: (status: CaptureStatus) => void): () => void {
    this.#onStatus = listener;
    listener(this.#status);
    return () => undefined;
  }

  onLevels(listener: (levels: CaptureLevels) => void): () => void {
    this.#onLevels = listener;
    return () => undefined;
  }

  kinds(): string[] {
    return this.asked.map(({ kind }) => kind);
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** The place in view, with one input open. */
async function open() {
  const api = galleryApi('full', { rows: 0, theme: 'dark', language: null, textSize: 100 });
  const toasts = new Toasts(() => undefined);
  const settings = new Settings(api, toasts);
  settings.start();
  const navigation = new Navigation();
  const engine = new Engine();
  const record = new RecordState(api, toasts, settings, navigation, engine);
  record.start();
  const leave = record.show();
  await settle();
  return { record, engine, toasts, settings, navigation, leave };
}

describe('the record place', () => {
  test('opens an input by itself, lets it go, and remembers what was recorded with these devices', async () => {
    const { record, engine, settings, leave } = await open();
    expect(record.rows).toMatchObject([{ deviceId: 'box', channels: [0] }]);
    expect(record.canStart).toBe(true);
    record.addRow();
    record.setRow(1, { name: ' ' });
    await settle();
    expect(record.canStart).toBe(false);
    record.setRow(1, { name: 'Ben' });
    record.title = ' Quay ';
    await record.begin();
    expect(engine.asked.at(-1)).toEqual({ kind: 'start', title: 'Quay' });
    await settle();
    expect(settings.values?.recordingSetups[0]?.tracks).toMatchObject([{}, { name: 'Ben', channels: [1] }]);
    leave();
    expect(engine.kinds().at(-1)).toBe('disarm');
  });

  test('tells why it could not begin, and can begin again', async () => {
    const { record, engine, toasts } = await open();
    engine.refusal = new AppError('no-space', 'The disk is full.');
    await record.begin();
    expect(toasts.items.at(-1)?.message).toBe('The disk is full.');
    expect(record.busy).toBe(false);
    expect(record.canStart).toBe(true);
  });

  test('marks, numbers slates, and opens the session when it ends', async () => {
    const { record, engine, navigation } = await open();
    engine.say({ phase: 'recording', sessionId: GALLERY_RECORDING.sessionId });
    record.hostSays(GALLERY_RECORDING);
    expect([record.mine, record.canStart]).toEqual([true, false]);
    await record.mark('marker', 5000);
    expect(record.naming).toBe('new');
    await record.mark('slate', 6000);
    expect(engine.asked.at(-1)).toEqual({ kind: 'mark', marker: 'slate', name: 'Slate 2', atMillis: 6000 });
    engine.hear({ positionSamples: 48_000, atMillis: 1000, tracks: [level(-12)] });
    expect(record.positionAt(1500)).toBe(72_000);
    // A clock that has stopped is not made to run on.
    expect(record.positionAt(60_000)).toBe(96_000);
    await record.end();
    expect(navigation).toMatchObject({ place: 'session', sessionId: 'done' });
  });
});

describe('the sound check', () => {
  const heard = (seconds: number, at: (second: number) => ReturnType<typeof level>) => {
    const check = new SoundCheck();
    for (let millis = 0; millis <= seconds * 1000; millis += 40) check.note(at(millis / 1000), millis);
    return check.verdict(seconds * 1000);
  };

  test('says what the last ten seconds were like', () => {
    expect(heard(2, () => level(-14))).toEqual({ kind: 'listening' });
    expect(heard(4, (second) => (second < 2 ? level(-50) : level(-14)))).toMatchObject({
      kind: 'good',
      peakDb: expect.closeTo(-14) as number,
      floorDb: expect.closeTo(-62) as number,
    });
    expect(heard(4, () => level(-36)).kind).toBe('quiet');
    expect(heard(9, (second) => (second < 1 ? level(-14) : level(-90)))).toEqual({
      kind: 'silent',
      seconds: 8,
    });
  });

  test('counts a clip once, as long as it lasts, and forgets it', () => {
    const twice = (second: number) =>
      level(0, (second >= 1 && second < 1.2) || (second >= 3 && second < 3.1));
    expect(heard(4, twice)).toEqual({ kind: 'clipping', times: 2 });
    expect(heard(14, twice).kind).toBe('good');
  });
});

describe('set-ups', () => {
  test('come back with the same devices in any order, by their names where ids changed', () => {
    const setups = setupsWith([], [BOX, USB], [row('Ada'), row('Ben', USB)]);
    expect(fittingSetup(setups, [USB, { ...BOX, deviceId: 'other' }])).toMatchObject([
      { name: 'Ada', deviceId: 'other' },
      { name: 'Ben', deviceId: 'usb' },
    ]);
    expect(fittingSetup(setups, [BOX])).toBeUndefined();
    expect(setupsWith(setups, [USB, BOX], [row('Cleo')])).toHaveLength(1);
  });

  test('another track takes the first channel and colour that are free', () => {
    const status = {
      devices: [BOX, USB],
      tracks: [
        { trackId: null, input: row('Ada'), state: 'open' as const, deviceChannels: 2, unheardSamples: 0 },
      ],
    };
    const name = (number: number) => `Player ${number}`;
    const second = nextTrack([row('Ada')], status, name);
    expect(second).toEqual(row('Player 2', BOX, [1], 1));
    expect(nextTrack([row('Ada'), second], status, name)).toEqual(row('Player 3', USB, [0], 2));
    const all = [row('Ada'), second, row('Cleo', USB, [0], 2)];
    expect(nextTrack(all, status, name)).toMatchObject({ deviceId: 'box', channels: [0], colorIndex: 3 });
  });
});

describe('meters', () => {
  test('rise at once, fall 20 dB in 1.7 s, and hold their peak for 1.5 s', () => {
    const meter = new Meter();
    meter.note(level(-6), 0);
    meter.note(level(-60), 1000);
    expect(meter.bars[0]).toMatchObject({
      db: expect.closeTo(-6 - 20 / 1.7) as number,
      heldDb: expect.closeTo(-6) as number,
    });
    meter.note(level(-60), 1700);
    expect(meter.heldDb).toBeCloseTo(-60);
    expect(meter.bars[0]?.db).toBeCloseTo(-26);
  });

  test('keep the clip lamp lit for five seconds', () => {
    const meter = new Meter();
    meter.note(level(0, true), 1000);
    meter.note(level(-20), 5900);
    expect(meter.clipped).toBe(true);
    meter.note(level(-20), 6000);
    expect(meter.clipped).toBe(false);
  });

  test('have their scale from -60 to 0 dBFS, always upwards', () => {
    const places = [-90, -60, -45, -18, -9, -1, 0, 3].map(along);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect([places[0], places[1], places[3], places.at(-1)]).toEqual([0, 0, 0.54, 1]);
  });
});

test('a waveform knows what is missing from what it never heard', () => {
  const wave = new LiveWaveform();
  expect(wave.bins).toBe(0);
  // The page comes in at ten seconds; a second later three columns are missing.
  expect(wave.note(0.5, 480_000)).toBe(true);
  expect(wave.note(0.7, 481_000)).toBe(false);
  wave.note(0.2, 528_000);
  expect(wave.bins).toBe(5);
  expect([wave.peak(0), wave.peak(1), wave.peak(4), wave.peak(5)]).toEqual([
    expect.closeTo(0.2),
    NaN,
    expect.closeTo(0.7),
    NaN,
  ]);
});
