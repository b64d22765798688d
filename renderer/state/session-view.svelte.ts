import { SvelteMap } from 'svelte/reactivity';
import type { Api } from '../../shared/ipc/contract.ts';
import type { ExportBatch, Marker, SessionDetail } from '../host/api-types.ts';
import { findingWords } from '../messages/kind-words.ts';
import { t } from '../messages/locale.svelte.ts';
import { lanesById } from '../session/lane-facts.ts';
import type { FetchMedia } from '../session/peak-store.ts';
import type { AudioPort } from '../session/playback/audio-port.ts';
import { Playback } from '../session/playback/playback.svelte.ts';
import { Timeline } from '../session/timeline.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What the page does for a session. */
interface SessionPage {
  readonly after: (millis: number, run: () => void) => void;
  readonly media: FetchMedia;
  readonly newId: () => string;
  readonly audio: AudioPort;
}
type Edit = Omit<Parameters<Api['library']['edit']>[0], 'sessionId'>;

/** The session that is open, with what was exported of it. */
export class SessionView {
  detail = $state.raw<SessionDetail | null>(null);
  exports = $state.raw<readonly ExportBatch[]>([]);
  failure = $state.raw<unknown>(null);
  /** A marker whose name is to be written next. */
  naming = $state<string | null>(null);
  /** Grows when the name of the first player in view is to be written. */
  renaming = $state(0);
  timeline = $state.raw<Timeline | null>(null);
  readonly playback: Playback;
  readonly #api: Api;
  readonly #toasts: Toasts;
  readonly #page: SessionPage;
  #sessionId: string | null = null;
  /** The state of the logs that the lanes were read from. */
  #lanesOf = '';

  constructor(api: Api, toasts: Toasts, page: SessionPage) {
    this.#api = api;
    this.#toasts = toasts;
    this.#page = page;
    this.playback = new Playback({
      played: () => {
        const [detail, timeline] = [this.detail, this.timeline];
        if (detail === null || timeline === null) return null;
        return { timeline, playerIds: detail.players.map(({ playerId }) => playerId) };
      },
      fetch: page.media,
      audio: page.audio,
      after: page.after,
      failed: (error) => toasts.trouble(error),
    });
  }

  /** Follows one session until the returned function is called. */
  follow(sessionId: string): () => void {
    if (this.#sessionId !== sessionId) {
      this.detail = null;
      this.timeline?.close();
      this.timeline = new Timeline(sessionId, this.#page.media, this.#page.after);
      this.#lanesOf = '';
    }
    this.#sessionId = sessionId;
    const end = this.#api.watch('library.state', () => void this.load(sessionId));
    return () => {
      this.playback.stop();
      end();
    };
  }

  async load(sessionId: string): Promise<void> {
    try {
      const [detail, { batches }] = await Promise.all([
        this.#api.library.get({ sessionId }),
        this.#api.exports.history({ search: '', sessionId, offset: 0, limit: 20 }),
      ]);
      if (sessionId !== this.#sessionId) return;
      this.#show(detail);
      this.exports = batches;
      this.failure = null;
      await this.#loadLanes(detail);
    } catch (error) {
      if (sessionId === this.#sessionId) this.failure = error;
    }
  }

  /** Notes as they are being written, by session: kept until they are saved, also where saving was refused. */
  readonly drafts = new SvelteMap<string, string>();

  /** Saves what is being written, of a session that may not be open any more. */
  async saveNotes(sessionId: string): Promise<void> {
    const notes = this.drafts.get(sessionId);
    if (notes === undefined) return;
    const saved =
      this.detail?.sessionId === sessionId
        ? await this.edit({ notes })
        : (await this.#toasts.attempt(this.#api.library.edit({ sessionId, notes }))) !== undefined;
    if (saved && this.drafts.get(sessionId) === notes) this.drafts.delete(sessionId);
  }

  /** Title or notes; can be taken back. @returns whether it is as was wanted. */
  async edit(change: Edit): Promise<boolean> {
    const before = this.detail;
    if (before === null) return false;
    const sessionId = before.sessionId;
    const old: Edit = {
      ...(change.title === undefined ? {} : { title: before.title }),
      ...(change.notes === undefined ? {} : { notes: before.notes }),
    };
    if (JSON.stringify(old) === JSON.stringify(change)) return true;
    if (change.title?.trim() === '') {
      this.detail = { ...before };
      return false;
    }
    return this.#change(
      () => this.#api.library.edit({ sessionId, ...change }),
      () => this.#api.library.edit({ sessionId, ...old }),
    );
  }

  /** A player's name; can be taken back. */
  async renamePlayer(playerId: string, name: string): Promise<void> {
    const before = this.detail?.players.find((player) => player.playerId === playerId)?.name;
    const sessionId = this.detail?.sessionId;
    if (sessionId === undefined || before === undefined || name.trim() === '' || name === before) return;
    await this.#change(
      () => this.#api.library.editPlayer({ sessionId, playerId, name }),
      () => this.#api.library.editPlayer({ sessionId, playerId, name: before }),
    );
  }

  async verifyLogs(): Promise<void> {
    const sessionId = this.detail?.sessionId;
    if (sessionId === undefined) return;
    const answer = await this.#toasts.attempt(this.#api.library.verifyLogs({ sessionId }));
    if (answer === undefined) return;
    const { packets } = answer;
    this.#toasts.say(
      answer.damaged
        ? t('session.logsDamaged', {
            count: packets,
            findings: answer.findings.slice(0, 3).map(findingWords).join(' '),
          })
        : t('session.logsWhole', { count: packets }),
    );
  }

  /** Another of the eight colours for a player; can be taken back. */
  async recolorPlayer(playerId: string, colorIndex: number): Promise<void> {
    const before = this.detail?.players.find((player) => player.playerId === playerId)?.colorIndex;
    const sessionId = this.detail?.sessionId;
    if (sessionId === undefined || before === undefined || colorIndex === before) return;
    await this.#change(
      () => this.#api.library.editPlayer({ sessionId, playerId, colorIndex }),
      () => this.#api.library.editPlayer({ sessionId, playerId, colorIndex: before }),
    );
  }

  /** Rate, zone and camera offset that timecode is counted with; can be taken back. */
  async setTimecode(
    change: Partial<Pick<SessionDetail['timecode'], 'rate' | 'zone' | 'offsetFrames'>>,
  ): Promise<void> {
    if (this.detail === null) return;
    const { sessionId, timecode } = this.detail;
    const { rate, zone, offsetFrames } = timecode;
    const before = { sessionId, rate, zone, offsetFrames };
    const after = { ...before, ...change };
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    await this.#change(
      () => this.#api.library.setTimecode(after),
      () => this.#api.library.setTimecode(before),
    );
  }

  /** Puts a marker at the playhead. @returns its id, or undefined where there was no session or it was refused. */
  async addMarker(): Promise<string | undefined> {
    const [detail, timeline] = [this.detail, this.timeline];
    if (detail === null || timeline === null) return undefined;
    const { sessionId } = detail;
    const markerId = this.#page.newId();
    const positionSamples = timeline.playheadSamples;
    const name = t('session.markerName', { number: detail.markers.length + 1 });
    const marker: Marker = { markerId, positionSamples, kind: 'marker', name };
    await this.#change(
      () => this.#api.library.putMarker({ sessionId, marker }),
      () => this.#api.library.removeMarker({ sessionId, markerId }),
      t('session.markerAdded', { at: timeline.face.label(positionSamples) }),
    );
    return this.#marker(markerId)?.markerId;
  }

  async moveMarker(markerId: string, positionSamples: number): Promise<void> {
    await this.#changeMarker(markerId, { positionSamples });
  }

  async renameMarker(markerId: string, name: string): Promise<void> {
    await this.#changeMarker(markerId, { name });
  }

  async removeMarker(markerId: string): Promise<void> {
    const marker = this.#marker(markerId);
    const sessionId = this.detail?.sessionId;
    if (marker === undefined || sessionId === undefined) return;
    await this.#change(
      () => this.#api.library.removeMarker({ sessionId, markerId }),
      () => this.#api.library.putMarker({ sessionId, marker }),
      t('session.markerRemoved', { name: marker.name }),
    );
  }

  async #changeMarker(markerId: string, change: Partial<Marker>): Promise<void> {
    const before = this.#marker(markerId);
    const sessionId = this.detail?.sessionId;
    if (before === undefined || sessionId === undefined) return;
    const marker = { ...before, ...change };
    if (JSON.stringify(marker) === JSON.stringify(before)) return;
    await this.#change(
      () => this.#api.library.putMarker({ sessionId, marker }),
      () => this.#api.library.putMarker({ sessionId, marker: before }),
    );
  }

  #marker(markerId: string): Marker | undefined {
    return this.detail?.markers.find((other) => other.markerId === markerId);
  }

  #show(detail: SessionDetail): void {
    if (detail.sessionId !== this.#sessionId) return;
    this.detail = detail;
    this.timeline?.update(detail);
  }

  /** Reads where packets are, once for each state of the logs; the waveforms are there without it. */
  async #loadLanes({ sessionId, sizeBytes, durationSamples }: SessionDetail): Promise<void> {
    const state = `${sessionId} ${sizeBytes} ${durationSamples}`;
    if (state === this.#lanesOf) return;
    this.#lanesOf = state;
    const answer = await this.#toasts.attempt(this.#api.library.lanes({ sessionId }));
    if (answer === undefined || this.timeline?.sessionId !== sessionId) return;
    this.timeline.lanes = lanesById(answer.lanes);
  }

  async #change(
    apply: () => Promise<SessionDetail>,
    undo: () => Promise<SessionDetail>,
    said: string = t('session.saved'),
  ): Promise<boolean> {
    const detail = await this.#toasts.attempt(apply());
    // What was refused goes back to what it was, in the field too.
    if (detail === undefined) this.detail = this.detail === null ? null : { ...this.detail };
    else {
      this.#show(detail);
      this.#toasts.sayUndoable(said, () => undo().then((undone) => this.#show(undone)));
    }
    return detail !== undefined;
  }
}
