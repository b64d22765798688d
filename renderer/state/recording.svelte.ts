import type { Api } from '../../shared/ipc/contract.ts';
import {
  type CaptureLink,
  type CaptureStatus,
  IDLE_STATUS,
  type PlannedTrack,
} from '../capture/capture-link.ts';
import type { Recording, Settings as Values, Storage } from '../host/api-types.ts';
import { t } from '../messages/locale.svelte.ts';
import type { Navigation } from './navigation.svelte.ts';
import { RecordingLevels } from './recording-levels.svelte.ts';
import { fittingSetup, nextTrack, setupsWith } from './recording-setup.ts';
import type { Settings } from './settings.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What is written beside the packets: heads of records, indexes, the disk's blocks. */
const OVERHEAD = 1.06;

/** The place where one sets up, starts, follows and ends a recording. */
export class RecordState {
  status = $state.raw<CaptureStatus>(IDLE_STATUS);
  rows = $state.raw<readonly PlannedTrack[]>([]);
  title = $state('');
  storage = $state.raw<Storage | null>(null);
  slateOpen = $state(false);
  /** Marker whose name is being written. */
  naming = $state<string | null>(null);
  busy = $state(false);
  /** The session that the host records, whoever sends the audio. */
  recording = $state.raw<Recording | null>(null);
  /** This window, or the hidden one behind it, has the microphones of what is recorded. */
  readonly mine = $derived(this.recording !== null && this.status.sessionId === this.recording.sessionId);
  readonly canStart = $derived(
    this.recording === null &&
      !this.busy &&
      this.status.phase === 'armed' &&
      this.status.tracks.some(({ state }) => state === 'open') &&
      this.rows.every(({ name }) => name.trim() !== ''),
  );
  readonly levels = new RecordingLevels();
  readonly #api: Api;
  readonly #toasts: Toasts;
  readonly #settings: Settings;
  readonly #navigation: Navigation;
  readonly #link: CaptureLink | undefined;
  #watching = 0;
  #armed = '';
  #touched = false;

  constructor(
    api: Api,
    toasts: Toasts,
    settings: Settings,
    navigation: Navigation,
    link: CaptureLink | undefined,
  ) {
    this.#api = api;
    this.#toasts = toasts;
    this.#settings = settings;
    this.#navigation = navigation;
    this.#link = link;
  }

  /** Whether there is a way to microphones at all. */
  get canCapture(): boolean {
    return this.#link !== undefined;
  }

  start(): () => void {
    const link = this.#link;
    if (link === undefined) return () => undefined;
    const ends = [
      link.onStatus((status) => {
        this.status = status;
        this.#suggest();
      }),
      link.onLevels((levels) => this.levels.hear(levels, this.status)),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  /** What the host records. */
  hostSays(recording: Recording | null): void {
    const ended = this.recording !== null && recording === null;
    this.recording = recording;
    if (recording === null) this.slateOpen = false;
    if (ended && this.#watching > 0) void this.arm();
  }

  /** The place is in view: inputs are opened for their meters until the returned function is called. */
  show(): () => void {
    this.#watching++;
    void this.#look();
    void this.arm();
    return () => {
      this.#watching--;
      if (this.#watching > 0) return;
      this.#armed = '';
      void this.#ask({ kind: 'disarm' });
    };
  }

  /** Opens what the rows say. */
  async arm(): Promise<void> {
    const audio = this.#settings.values?.audio;
    if (audio === undefined || this.#watching === 0 || this.recording !== null) return;
    const tracks = this.rows;
    const key = JSON.stringify([tracks.map(({ deviceId, channels }) => [deviceId, channels]), audio]);
    if (key === this.#armed) return;
    this.#armed = key;
    this.levels.listenAnew();
    await this.#ask({ kind: 'arm', plan: { tracks, audio } });
  }

  setRow(index: number, change: Partial<PlannedTrack>): void {
    this.#touched = true;
    this.rows = this.rows.map((row, at) => (at === index ? { ...row, ...change } : row));
    void this.arm();
  }

  addRow(): void {
    this.#touched = true;
    this.rows = [
      ...this.rows,
      nextTrack(this.rows, this.status, (number) => t('record.playerName', { number })),
    ];
    void this.arm();
  }

  removeRow(index: number): void {
    this.#touched = true;
    this.rows = this.rows.filter((_row, at) => at !== index);
    void this.arm();
  }

  async begin(): Promise<void> {
    const audio = this.#settings.values?.audio;
    if (audio === undefined || !this.canStart) return;
    this.busy = true;
    try {
      // Names may be newer than what was opened.
      await this.#request({ kind: 'arm', plan: { tracks: this.rows, audio } });
      await this.#request({ kind: 'start', title: this.title.trim() });
      void this.#settings.change({
        recordingSetups: setupsWith(
          this.#settings.values?.recordingSetups ?? [],
          this.status.devices,
          this.rows,
        ),
      });
      this.#armed = '';
    } catch (error) {
      this.#toasts.trouble(error);
    } finally {
      this.busy = false;
    }
  }

  /** Ends the recording and opens its session. */
  async end(): Promise<void> {
    const { recording } = this;
    if (recording === null || this.busy) return;
    this.busy = true;
    try {
      const { positionSamples } = recording;
      const ended = this.mine
        ? await this.#request({ kind: 'stop' })
        : await this.#api.recording.stop({ positionSamples });
      this.title = '';
      this.naming = null;
      this.#navigation.openSession(ended.sessionId ?? recording.sessionId);
    } catch (error) {
      this.#toasts.trouble(error);
    } finally {
      this.busy = false;
    }
  }

  /** Sets a marker where the session was at this moment; one that is not a slate can be named at once. */
  async mark(marker: 'marker' | 'slate', atMillis: number): Promise<void> {
    const name = marker === 'slate' ? t('record.slateName', { number: this.slates + 1 }) : '';
    const answer = await this.#ask({ kind: 'mark', marker, name, atMillis });
    if (marker === 'marker' && answer?.markerId !== undefined) this.naming = answer.markerId;
  }

  get slates(): number {
    return this.recording?.markers.filter(({ kind }) => kind === 'slate').length ?? 0;
  }

  async nameMarker(markerId: string, name: string): Promise<void> {
    this.naming = null;
    await this.#toasts.attempt(this.#api.recording.renameMarker({ markerId, name: name.trim() }));
  }

  async mute(trackId: number, muted: boolean): Promise<void> {
    await this.#ask({ kind: 'mute', trackId, muted });
  }

  async rename(trackId: number, name: string): Promise<void> {
    if (name.trim() === '') return;
    await this.#toasts.attempt(this.#api.recording.renameTrack({ trackId, name: name.trim() }));
  }

  async replace(trackId: number, deviceId: string): Promise<void> {
    const label = this.status.devices.find((device) => device.deviceId === deviceId)?.label;
    if (label !== undefined) await this.#ask({ kind: 'replace', trackId, deviceId, deviceLabel: label });
  }

  async dismissAlert(alertId: string): Promise<void> {
    await this.#toasts.attempt(this.#api.recording.dismissAlert({ alertId }));
  }

  async dismiss(trouble: CaptureStatus['troubles'][number]): Promise<void> {
    await this.#ask({ kind: 'dismiss', trouble });
  }

  /** Another look for devices. */
  async look(): Promise<void> {
    this.#armed = '';
    await this.arm();
  }

  /** Session time at a moment, from the capture clock where this window has it. */
  positionAt(nowMillis: number): number {
    const { recording } = this;
    if (recording === null) return 0;
    return (this.mine ? this.levels.positionAt(nowMillis) : undefined) ?? recording.positionSamples;
  }

  /** How long the disk lasts with these rows, in seconds; null while nobody knows. */
  secondsLeft(audio: Values['audio'] | undefined): number | null {
    const free = this.storage?.freeBytes ?? null;
    const channels = this.rows.reduce((sum, row) => sum + row.channels.length, 0);
    if (free === null || audio === undefined || channels === 0) return null;
    return free / ((audio.bitrate / 8) * channels * OVERHEAD);
  }

  /** Rows for somebody who has chosen none: those of the last time with these devices, or one. */
  #suggest(): void {
    const { devices, phase } = this.status;
    if (this.#touched || phase !== 'armed' || devices.length === 0) return;
    const remembered = fittingSetup(this.#settings.values?.recordingSetups ?? [], devices);
    const first = nextTrack([], this.status, (number) => t('record.playerName', { number }));
    const rows = remembered ?? [first];
    if (JSON.stringify(rows) === JSON.stringify(this.rows)) return;
    this.rows = rows;
    void this.arm();
  }

  async #look(): Promise<void> {
    this.storage = (await this.#api.library.storage({}).catch(() => null)) ?? null;
  }

  async #request(request: Parameters<CaptureLink['request']>[0]): ReturnType<CaptureLink['request']> {
    return (await this.#link?.request(request)) ?? {};
  }

  async #ask(
    request: Parameters<CaptureLink['request']>[0],
  ): Promise<Awaited<ReturnType<CaptureLink['request']>> | undefined> {
    return this.#toasts.attempt(this.#request(request));
  }
}
