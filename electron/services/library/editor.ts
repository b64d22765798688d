import type { Infer } from '../../../shared/ipc/declare.ts';
import type { library } from '../../../shared/ipc/contract/library.ts';
import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { startTimecode } from '../../../shared/time/start-timecode.ts';
import { timecodeRate } from '../../../shared/time/timecode.ts';
import type { StoredSession } from '../../catalog/catalog-session.ts';
import { type Annotations, withChanges } from './annotations.ts';
import { factsOf } from './session-entry.ts';
import type { Marker } from './session-facts.ts';
import { isThere, type Shelf } from './shelf.ts';

type Input<C extends 'edit' | 'editPlayer' | 'setTimecode'> = Infer<(typeof library)['calls'][C]['input']>;

/** What people change about sessions: first in the file that annotations lie in, then in the catalog. */
export class Editor {
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** An empty title gives the recorded one back. */
  edit(sessionId: string, { title, notes, tags }: Omit<Input<'edit'>, 'sessionId'>): Promise<void> {
    return this.#annotate(sessionId, () => ({
      ...(title !== undefined && { title: title.trim() === '' ? undefined : title }),
      ...(notes !== undefined && { notes: notes === '' ? undefined : notes }),
      ...(tags !== undefined && { tags: tags.length === 0 ? undefined : [...new Set(tags)] }),
    }));
  }

  editPlayer(
    sessionId: string,
    playerId: string,
    { name, colorIndex }: Omit<Input<'editPlayer'>, 'sessionId' | 'playerId'>,
  ): Promise<void> {
    return this.#annotate(sessionId, (annotations, session) => {
      if (!factsOf(session).players.some((player) => player.playerId === playerId)) {
        throw new AppError('not-found', `There is no player ${playerId} in this session.`);
      }
      const player = {
        ...annotations.players?.[playerId],
        ...(name !== undefined && { name }),
        ...(colorIndex !== undefined && { colorIndex }),
      };
      return { players: { ...annotations.players, [playerId]: player } };
    });
  }

  setTimecode(sessionId: string, timecode: Omit<Input<'setTimecode'>, 'sessionId'>): Promise<void> {
    const { rate, zone, offsetFrames } = timecode;
    // Says so when there is no such zone, before anything is written.
    startTimecode({ t0UnixMicros: 0, rate: timecodeRate(rate), zone: zone ?? 'utc', offsetFrames });
    return this.#annotate(sessionId, () => ({ timecode }));
  }

  putMarker(sessionId: string, { markerId, ...marker }: Marker): Promise<void> {
    return this.#annotate(sessionId, ({ markers }) => ({ markers: { ...markers, [markerId]: marker } }));
  }

  /** A marker of the log is remembered as removed; one that was added leaves no trace. */
  removeMarker(sessionId: string, markerId: string): Promise<void> {
    return this.#annotate(sessionId, ({ markers }, session) => {
      const others = Object.fromEntries(Object.entries(markers ?? {}).filter(([id]) => id !== markerId));
      const isLogged = factsOf(session).markers.some((marker) => marker.markerId === markerId);
      return { markers: isLogged ? { ...others, [markerId]: null } : others };
    });
  }

  async #annotate(
    sessionId: string,
    change: (annotations: Annotations, session: StoredSession) => Partial<Annotations>,
  ): Promise<void> {
    const session = this.#shelf.require(sessionId);
    const folder = this.#shelf.folderOf(session);
    if (!(await isThere(folder))) {
      throw detailedError({ kind: 'session-away', title: session.row.title, path: folder });
    }
    if (!this.#shelf.takesFiles) {
      throw detailedError({
        kind: 'changes-unkept',
        title: session.row.title,
        path: this.#shelf.paths.root,
      });
    }
    const at = this.#shelf.annotated(session);
    const document = await this.#shelf.annotations.read(at);
    const changed = withChanges(document, change(document.annotations, session));
    await this.#shelf.annotations.write(at, changed);
    this.#shelf.update(session, { document: changed });
  }
}
