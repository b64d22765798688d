import type { Api } from '../../shared/ipc/contract.ts';
import { AppError } from '../../shared/model/errors.ts';
import type { HostClock } from './host-clock.ts';
import type { LiveRecording } from './live-recording.ts';
import { forgetNote, type NotePlace, readNote, type ResumeNote, saveNote } from './resume-note.ts';

type Live = Pick<LiveRecording, 'sessionId' | 'tracks' | 'audio' | 'newestSamples' | 'stopping'>;

export interface SessionNotesPorts {
  readonly recording: Api['recording'];
  readonly hostClock: Pick<HostClock, 'learn' | 'microsAt'>;
  readonly place: NotePlace;
  /** Session time at a moment of the page's clock; undefined while nothing is recorded. */
  readonly positionAt: (millis: number) => number | undefined;
  /** Milliseconds of the page's clock. */
  readonly now: () => number;
  /** That clock's beginning, milliseconds since 1970. */
  readonly originMillis: number;
}

/** What is noted about a recording beside its audio: with the host, for the log, and here, for the next load. */
export class SessionNotes {
  readonly #ports: SessionNotesPorts;

  constructor(ports: SessionNotesPorts) {
    this.#ports = ports;
  }

  /** An input went or came back, at this position. */
  device(trackId: number, kind: 'lost' | 'returned', label: string, positionSamples: number): void {
    void told(this.#ports.recording.device({ trackId, kind, label, positionSamples }));
  }

  /** What the capture clock shows now. The host may learn of it later: it is told by the host's own clock. */
  async anchor(live: Live): Promise<void> {
    const { recording, hostClock, now, positionAt } = this.#ports;
    const millis = now();
    const positionSamples = positionAt(millis);
    if (positionSamples === undefined) return;
    this.save(live);
    await hostClock.learn();
    const monotonicMicros = hostClock.microsAt(millis);
    // The next session has other positions.
    if (monotonicMicros === undefined || live.stopping) return;
    await told(recording.anchor({ positionSamples, monotonicMicros }));
  }

  /**
   * @param atMillis when it was seen or heard, since 1970 by the page's clock.
   * @returns the marker's id.
   * @throws AppError while nothing is recorded, or as the host does.
   */
  async mark(kind: 'marker' | 'slate', name: string, atMillis: number): Promise<string> {
    const positionSamples = this.#ports.positionAt(atMillis - this.#ports.originMillis);
    if (positionSamples === undefined)
      throw new AppError('nothing-to-do', 'Nothing is being recorded, so there is no place for a marker.');
    const { markerId } = await this.#ports.recording.addMarker({ positionSamples, kind, name });
    return markerId;
  }

  /** @throws AppError as the host does; the track is then as it was. */
  async mute(live: Live, trackId: number, muted: boolean): Promise<void> {
    const track = live.tracks.find((other) => other.trackId === trackId);
    if (track === undefined) return;
    await this.#ports.recording.mute({ trackId, muted, positionSamples: live.newestSamples });
    track.muted = muted;
    this.save(live);
  }

  /** Keeps what a later load of this page needs to go on. */
  save(live: Live): void {
    const nowMillis = this.#ports.now();
    const positionSamples = this.#ports.positionAt(nowMillis);
    if (live.sessionId === undefined || positionSamples === undefined) return;
    saveNote(this.#ports.place, {
      sessionId: live.sessionId,
      trackIds: live.tracks.map(({ trackId }) => trackId),
      muted: live.tracks.map(({ muted }) => muted),
      plan: { tracks: live.tracks.map(({ input }) => input), audio: live.audio },
      positionSamples,
      atMillis: this.#ports.originMillis + nowMillis,
    });
  }

  /** What an earlier load of this page kept about this session. */
  read(sessionId: string): ResumeNote | undefined {
    return readNote(this.#ports.place, sessionId);
  }

  forget(): void {
    forgetNote(this.#ports.place);
  }
}

/** A note that the host may miss: what it is about is in the packets too, or comes again. */
async function told(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}
