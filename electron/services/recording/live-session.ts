import type { Infer } from '../../../shared/ipc/declare.ts';
import type { recordingState } from '../../../shared/ipc/contract/recording.ts';
import { type PacketFrame, sessionTag } from '../../../shared/ipc/packet-frame.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { SAMPLE_RATE, SAMPLES_PER_MS } from '../../../shared/time/samples.ts';
import type { DurabilityMillis } from '../../io/log-file/log-file.ts';
import type { Manifest } from '../../media/log/manifest.ts';
import { MAX_POSITION_SAMPLES } from '../../media/log/record.ts';
import { anchoredT0UnixMicros } from '../../media/log/t0.ts';
import { expectTimely } from './anchor-age.ts';
import { Alerts, troubleOf } from './alerts.ts';
import { LiveMarkers, type Marker } from './live-markers.ts';
import type { LiveTrack } from './live-track.ts';
import { expectName, liveTrack, type NewTrack } from './new-track.ts';
import { LostAudio } from './lost-audio.ts';
import type { RecordingLog } from './ports.ts';
import { SteadyClock } from './steady-clock.ts';

export type RecordingState = Infer<typeof recordingState>;

/** What became of a frame: nothing new in it, on its way to the disk, lost to a slow disk, or not acceptable. */
export type Acceptance = 'taken' | 'repeated' | 'dropped' | 'refused';

/** As many as the contract lets a recording begin with. */
const MOST_TRACKS = 64;

/** A position further ahead than this of all clocks and packets is wrong: filling up to it would take days of silence. */
const MOST_AHEAD_SAMPLES = 60 * SAMPLE_RATE;

/** Less is the slip of a device that starts again. */
const LEAST_GAP_SAMPLES = 120;

/** What a session is from its first moment on. */
export interface SessionBirth {
  readonly sessionId: string;
  readonly title: string;
  readonly zone: string;
  readonly durabilityMillis: DurabilityMillis;
  readonly appVersion: string;
  readonly clock: SteadyClock;
  readonly tracks: readonly LiveTrack[];
}

/** One session while it is being recorded: everything that arrives is checked here and goes to its log. */
export class LiveSession {
  readonly alerts = new Alerts();
  phase: RecordingState['phase'] = 'recording';
  freeBytes: number | undefined;
  secondsLeft: number | null = null;
  writtenBytes = 0;
  /** When the last frame was taken. */
  heardMicros: number;
  readonly #birth: SessionBirth;
  readonly #tracks: Map<number, LiveTrack>;
  readonly #lost = new LostAudio(this.alerts, () => this.#newestSamples);
  readonly #markers = new LiveMarkers();
  readonly #sessionTag: number;
  #log: RecordingLog | undefined;
  #t0UnixMicros: number;
  #anchored = false;
  #newestSamples = 0;

  constructor(birth: SessionBirth) {
    this.#birth = birth;
    this.#sessionTag = sessionTag(birth.sessionId);
    this.#tracks = new Map(birth.tracks.map((track) => [track.info.id, track]));
    this.#t0UnixMicros = birth.clock.startUnixMicros;
    this.heardMicros = birth.clock.monotonicMicros();
  }

  get sessionId(): string {
    return this.#birth.sessionId;
  }

  get durabilityMillis(): DurabilityMillis {
    return this.#birth.durabilityMillis;
  }

  /** End of the newest packet of any track, samples from T0. */
  get newestSamples(): number {
    return this.#newestSamples;
  }

  get someConnected(): boolean {
    return [...this.#tracks.values()].some(({ connected }) => connected);
  }

  get log(): RecordingLog {
    if (this.#log === undefined) throw new Error('the session has no log yet');
    return this.#log;
  }

  /** The log that the session was made for. */
  begin(log: RecordingLog): void {
    this.#log = log;
  }

  /** Takes a frame; what cannot be taken raises an alert and touches no other track. */
  accept(frame: PacketFrame): Acceptance {
    if (this.phase !== 'recording' || frame.sessionTag !== this.#sessionTag) return 'refused';
    const track = this.#tracks.get(frame.track);
    if (track === undefined) {
      this.#lost.nobodys(frame.track);
      return 'refused';
    }
    if (frame.positionSamples > this.#furthestSamples) {
      this.#lost.ahead(track, frame.packets.length);
      return 'refused';
    }
    track.hear(frame.level);
    this.heardMicros = this.#birth.clock.monotonicMicros();
    this.alerts.settle('capture-lost');
    return this.#takeFrame(track, frame);
  }

  /**
   * @param monotonicMicros when this position was heard, by the clock that the session is recorded by.
   * @throws AppError for a position or moment that cannot be.
   */
  anchor(positionSamples: number, monotonicMicros: number): void {
    this.#expectPossible(positionSamples);
    const { clock } = this.#birth;
    expectTimely(clock.monotonicMicros() - monotonicMicros);
    this.log.anchor({ positionSamples, monotonicMicros });
    if (this.#anchored) return;
    this.#anchored = true;
    const read = { positionSamples, monotonicMicros };
    const t0 = anchoredT0UnixMicros(clock.startUnixMicros, clock.reading(), read);
    if (t0 === undefined) return;
    this.#t0UnixMicros = t0;
    this.#saveManifest();
  }

  /** @throws AppError when there are too many tracks or the name is too long. */
  addTrack(given: NewTrack): number {
    const id = Math.max(-1, ...this.#tracks.keys()) + 1;
    if (id >= MOST_TRACKS) {
      throw new AppError('unsupported', `A recording has at most ${MOST_TRACKS} tracks.`, {
        next: 'Start a second session for the others.',
      });
    }
    const track = liveTrack(id, given);
    this.log.track(this.#newestSamples, track.info);
    this.#tracks.set(id, track);
    this.#saveManifest();
    return id;
  }

  /** @throws AppError for an unknown track or a name too long. */
  renameTrack(trackId: number, name: string): void {
    const track = this.#track(trackId);
    expectName(name);
    if (track.info.name === name) return;
    track.info = { ...track.info, name };
    this.log.track(this.#newestSamples, track.info);
    this.#saveManifest();
  }

  mute(trackId: number, muted: boolean, positionSamples: number): void {
    const track = this.#track(trackId);
    this.#expectPossible(positionSamples);
    if (track.muted === muted) return;
    track.muted = muted;
    track.expectPause();
    const kind = muted ? 'muted' : 'unmuted';
    this.log.event({ positionSamples, track: trackId, kind, label: track.inputLabel });
  }

  device(trackId: number, kind: 'lost' | 'returned', label: string, positionSamples: number): void {
    const track = this.#track(trackId);
    this.#expectPossible(positionSamples);
    const connected = kind === 'returned';
    if (track.connected === connected) return;
    track.connected = connected;
    track.expectPause();
    if (connected) track.inputLabel = label;
    this.log.event({ positionSamples, track: trackId, kind: `device-${kind}`, label });
    const { name } = track.info;
    this.alerts.settle(connected ? 'device-lost' : 'device-returned', trackId);
    this.alerts.raise({ kind: `device-${kind}`, name, label }, positionSamples, trackId);
  }

  /** @returns the id of the marker, which another one of its kind at that place gives a new name. */
  addMarker(positionSamples: number, kind: Marker['kind'], name: string): string {
    this.#expectPossible(positionSamples);
    this.log.marker({ positionSamples, kind, name });
    return this.#markers.put(positionSamples, kind, name);
  }

  /** @throws AppError when there is no such marker. */
  renameMarker(markerId: string, name: string): void {
    const { positionSamples, kind } = this.#markers.get(markerId);
    this.addMarker(positionSamples, kind, name);
  }

  /** Where a session ends that is stopped at this position: never before its last packet, never where nobody has been. */
  endAt(positionSamples: number): number {
    return positionSamples > this.#furthestSamples
      ? this.#newestSamples
      : Math.max(positionSamples, this.#newestSamples);
  }

  manifest(endSamples: number | null): Manifest {
    const { sessionId, title, zone, appVersion, clock } = this.#birth;
    return {
      sessionId,
      title,
      t0UnixMicros: this.#t0UnixMicros,
      createdAt: new Date(Math.floor(clock.startUnixMicros / 1000)).toISOString(),
      zone,
      endSamples,
      tracks: [...this.#tracks.values()].map(({ info, colorIndex }) => ({ ...info, colorIndex })),
      appVersion,
    };
  }

  /** What watchers are shown. */
  state(): RecordingState {
    const { sessionId, title, zone } = this.#birth;
    const { durableSamples, lagMillis } = this.log.state;
    return {
      sessionId,
      title,
      t0UnixMicros: this.#t0UnixMicros,
      zone,
      positionSamples: this.#newestSamples,
      tracks: [...this.#tracks.values()].map((track) => ({
        trackId: track.info.id,
        name: track.info.name,
        colorIndex: track.colorIndex,
        channels: track.info.channels,
        inputLabel: track.inputLabel,
        connected: track.connected,
        muted: track.muted,
        ...track.showLevel(),
        receivedSamples: track.receivedSamples ?? 0,
        durableSamples: durableSamples.get(track.info.id) ?? 0,
        droppedSamples: track.droppedSamples,
      })),
      lagMillis,
      writtenBytes: this.writtenBytes,
      freeBytes: this.freeBytes ?? null,
      secondsLeft: this.secondsLeft,
      markers: this.#markers.all,
      alerts: this.alerts.all,
      phase: this.phase,
    };
  }

  #takeFrame(track: LiveTrack, frame: PacketFrame): Acceptance {
    const sorted = track.sort(frame.positionSamples, frame.packets);
    if (sorted.unusable > 0) this.#lost.unusable(track, sorted.unusable);
    if (sorted.misplaced > 0) this.#lost.misplaced(track, sorted.misplaced);
    if (sorted.fresh.length === 0) return sorted.repeated > 0 ? 'repeated' : 'refused';
    const missingSamples = track.take(sorted);
    this.#newestSamples = Math.max(this.#newestSamples, sorted.endSamples);
    if (missingSamples >= LEAST_GAP_SAMPLES) this.#lost.gap(track, missingSamples);
    if (this.log.append(track.info.id, sorted.startSamples, sorted.fresh)) {
      for (const packet of sorted.fresh) this.writtenBytes += packet.length;
      return 'taken';
    }
    this.#lost.dropped(track, sorted.endSamples - sorted.startSamples);
    return 'dropped';
  }

  /** No position lies behind this one. */
  get #furthestSamples(): number {
    const elapsedMicros = this.#birth.clock.reading().wallUnixMicros - this.#t0UnixMicros;
    const elapsedSamples = Math.ceil((elapsedMicros / 1000) * SAMPLES_PER_MS);
    const furthest = Math.max(elapsedSamples, this.#newestSamples) + MOST_AHEAD_SAMPLES;
    return Math.min(furthest, MAX_POSITION_SAMPLES);
  }

  #expectPossible(positionSamples: number): void {
    if (positionSamples <= this.#furthestSamples) return;
    throw new AppError(
      'usage',
      `Position ${positionSamples} lies far ahead of the recording, which is at ${this.#newestSamples}.`,
      { next: 'Reload the page that records.' },
    );
  }

  #track(trackId: number): LiveTrack {
    const track = this.#tracks.get(trackId);
    if (track !== undefined) return track;
    throw new AppError('not-found', `This recording has no track ${trackId}.`, {
      next: 'Reload the page that records.',
    });
  }

  /** The log knows all of it already; should this fail, the end writes session.json again. */
  #saveManifest(): void {
    this.log.replaceManifest(this.manifest(null)).catch((error: unknown) => {
      if (this.phase !== 'recording') return;
      this.alerts.raise({ kind: 'manifest-failed', trouble: troubleOf(error) }, this.#newestSamples);
    });
  }
}
