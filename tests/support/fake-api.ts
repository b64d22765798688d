import type { HostedApp } from '../../electron/services/hosted-app.ts';
import type { Contract, WatchValue } from '../../shared/ipc/contract.ts';
import type { Implementations } from '../../shared/ipc/declare.ts';
import { WatchedValue } from '../../shared/ipc/watched-value.ts';
import { detailedTrouble } from '../../shared/model/detailed-error.ts';
import { AppError } from '../../shared/model/errors.ts';
import { fakeBatch, fakePlan, FAKE_OFFERS } from './fake-exports.ts';
import { fakeDetail, fakeLanes, FAKE_SESSIONS, FAKE_SETTINGS } from './fake-sessions.ts';

type Detail = ReturnType<typeof fakeDetail>;

/**
 * The program in memory, for tests and for a page without a disk: a few sessions, settings that change, an export
 * that goes on by a step whenever `step` is called.
 */
export class FakeApp implements HostedApp {
  readonly frames: Uint8Array[] = [];
  closed = false;
  readonly queue = new WatchedValue<WatchValue<'exports.queue'>>({
    paused: false,
    progress: null,
    batches: [],
  });
  readonly library = new WatchedValue<WatchValue<'library.state'>>({
    sessions: FAKE_SESSIONS.length,
    task: null,
    notices: [],
  });
  readonly settings = new WatchedValue<WatchValue<'settings.current'>>({
    settings: FAKE_SETTINGS,
    presets: FAKE_OFFERS.presets,
  });
  readonly recording = new WatchedValue<WatchValue<'recording.state'>>(null);
  readonly menuCommand = new WatchedValue<WatchValue<'app.menuCommand'>>({ serial: 0, command: null });
  readonly openedPaths = new WatchedValue<WatchValue<'app.openedPaths'>>({ serial: 0, paths: [] });
  readonly implementations: Implementations<Contract>;
  readonly media: HostedApp['media'];
  readonly #sessions = new Map<string, Detail>(
    FAKE_SESSIONS.map((row) => [row.sessionId, fakeDetail(row)] as const),
  );
  #made = 0;

  constructor() {
    this.media = {
      read: (request) => {
        this.#session(request.sessionId);
        const bytes = new Uint8Array(request.kind === 'peaks' ? request.blocks * 6 : 100);
        return Promise.resolve({ bytes, type: 'application/octet-stream' });
      },
    };
    this.implementations = {
      app: {
        calls: {
          info: () =>
            answer({
              version: '0.0.0-fake',
              host: 'in-process',
              platform: 'linux',
              locale: 'en-GB',
              libraryFolder: '/library',
              abilities: { pickPaths: false, reveal: false, trash: true, nativeMenu: false },
            }),
          diagnose: () =>
            answer({ ok: true, version: '0.0.0', parts: [], faults: [], text: 'A fake program.' }),
          licences: () => answer({ text: 'None.' }),
          describeCommands: () => answer({}),
          noteFault: () => answer({}),
        },
        values: { menuCommand: this.menuCommand, openedPaths: this.openedPaths },
      },
      library: { calls: this.#libraryCalls(), values: { state: this.library } },
      exports: { calls: this.#exportCalls(), values: { queue: this.queue } },
      settings: { calls: this.#settingsCalls(), values: { current: this.settings } },
      recording: { calls: this.#recordingCalls(), values: { state: this.recording } },
      desktop: {
        calls: {
          pickFolder: () => unavailable('A folder dialog'),
          pickPaths: () => unavailable('A file dialog'),
          reveal: () => unavailable('A file manager'),
          openExternal: () => answer({}),
          listFolder: ({ path }) =>
            answer({
              path,
              parent: path === null ? null : '/',
              writable: path !== null,
              folders: [],
              files: [],
            }),
          makeFolder: ({ parent, name }) => answer({ path: `${parent}/${name}` }),
        },
        values: {},
      },
    };
  }

  acceptPackets(frame: Uint8Array): void {
    this.frames.push(frame);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** Brings every export that is not finished on by this share of its bytes. */
  step(share: number): void {
    const batches = this.queue.value.batches.map((batch) => ({
      ...batch,
      items: batch.items.map((item) => {
        if (item.state !== 'queued' && item.state !== 'running') return item;
        const doneBytes = Math.min(item.totalBytes, item.doneBytes + Math.ceil(item.totalBytes * share));
        const done = doneBytes === item.totalBytes;
        return { ...item, doneBytes, state: done ? ('done' as const) : ('running' as const) };
      }),
    }));
    const items = batches.flatMap((batch) => batch.items);
    const total = items.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
    const done = items.reduce((sum, { doneBytes }) => sum + doneBytes, 0);
    this.queue.set({ ...this.queue.value, progress: done < total ? done / total : null, batches });
  }

  #libraryCalls(): Implementations<Contract>['library']['calls'] {
    const found = (search: string): Detail[] =>
      [...this.#sessions.values()].filter(({ title }) => title.toLowerCase().includes(search.toLowerCase()));
    return {
      list: ({ search, offset, limit }) =>
        answer({ total: found(search).length, rows: found(search).slice(offset, offset + limit) }),
      ids: ({ search }) => answer({ sessionIds: found(search).map(({ sessionId }) => sessionId) }),
      get: ({ sessionId }) => attempt(() => this.#session(sessionId)),
      lanes: ({ sessionId }) => attempt(() => ({ lanes: fakeLanes(this.#session(sessionId)) })),
      edit: ({ sessionId, title, notes, tags }) =>
        attempt(() =>
          this.#change(sessionId, (session) => ({
            ...session,
            title: title ?? session.title,
            notes: notes ?? session.notes,
            tags: tags ?? session.tags,
          })),
        ),
      editPlayer: ({ sessionId, playerId, name, colorIndex }) =>
        attempt(() =>
          this.#change(sessionId, (session) => ({
            ...session,
            players: session.players.map((player) =>
              player.playerId === playerId
                ? { ...player, name: name ?? player.name, colorIndex: colorIndex ?? player.colorIndex }
                : player,
            ),
          })),
        ),
      setTimecode: ({ sessionId, ...timecode }) =>
        attempt(() =>
          this.#change(sessionId, (session) => ({
            ...session,
            timecode: { ...session.timecode, ...timecode },
          })),
        ),
      putMarker: ({ sessionId, marker }) =>
        attempt(() =>
          this.#change(sessionId, (session) => ({
            ...session,
            markers: [...session.markers.filter(({ markerId }) => markerId !== marker.markerId), marker],
          })),
        ),
      removeMarker: ({ sessionId, markerId: removed }) =>
        attempt(() =>
          this.#change(sessionId, (session) => ({
            ...session,
            markers: session.markers.filter(({ markerId }) => markerId !== removed),
          })),
        ),
      add: ({ paths }) =>
        answer({
          taken: [],
          refused: paths.map((path) => ({
            path,
            trouble: detailedTrouble({ kind: 'not-a-session', path }),
          })),
        }),
      cancelAdding: () => answer({}),
      addSample: () => answer({ sessionId: FAKE_SESSIONS[0]?.sessionId ?? 'none' }),
      trash: ({ sessionIds }) => answer({ trashed: sessionIds, failed: [] }),
      restore: ({ sessionIds }) => answer({ restored: sessionIds }),
      tags: () => answer({ tags: [{ tag: 'podcast', sessions: 2 }] }),
      storage: () =>
        answer({ folder: '/library', sessions: this.#sessions.size, bytes: 3_000_000, freeBytes: 64e9 }),
      check: () => answer({ differences: [] }),
      rebuild: () => answer({ sessions: this.#sessions.size, refused: [] }),
      verifyLogs: () => answer({ damaged: false, packets: 9000, findings: [] }),
    };
  }

  #exportCalls(): Implementations<Contract>['exports']['calls'] {
    return {
      offers: () => answer(FAKE_OFFERS),
      plan: (request) => attempt(() => fakePlan(request, (id) => this.#session(id))),
      start: (request) =>
        attempt(() => {
          const { files } = fakePlan(request, (id) => this.#session(id));
          const batch = fakeBatch(`batch-${++this.#made}`, request.outFolder, files);
          this.queue.set({ ...this.queue.value, progress: 0, batches: [...this.queue.value.batches, batch] });
          return { batchId: batch.batchId, files: files.length, problems: [] };
        }),
      cancel: () => answer({}),
      retry: () => answer({}),
      pause: () => attempt(() => this.#pause(true)),
      resume: () => attempt(() => this.#pause(false)),
      clear: () =>
        attempt(() => {
          this.queue.set({ ...this.queue.value, progress: null, batches: [] });
          return {};
        }),
      history: () => answer({ total: 0, batches: [] }),
      items: ({ batchId, offset, limit }) =>
        attempt(() => {
          const items = this.queue.value.batches.find((batch) => batch.batchId === batchId)?.items ?? [];
          return { total: items.length, items: items.slice(offset, offset + limit) };
        }),
      report: ({ batchId, form }) => answer({ fileName: `${batchId}.${form}`, text: '' }),
    };
  }

  #settingsCalls(): Implementations<Contract>['settings']['calls'] {
    return {
      get: () => answer(this.settings.value.settings),
      change: (change) =>
        attempt(() => {
          const before = this.settings.value.settings;
          const settings = {
            ...before,
            appearance: { ...before.appearance, ...present(change.appearance) },
            timecode: { ...before.timecode, ...present(change.timecode) },
            adding: change.adding ?? before.adding,
            language: change.language === undefined ? before.language : change.language,
            durabilityMillis: change.durabilityMillis ?? before.durabilityMillis,
          };
          this.settings.set({ ...this.settings.value, settings });
          return settings;
        }),
      savePreset: ({ presetId, title, choices }) =>
        answer({ presetId: presetId ?? 'own-1', title, note: '', builtIn: false, choices }),
      removePreset: () => answer({}),
    };
  }

  #recordingCalls(): Implementations<Contract>['recording']['calls'] {
    const none = (): Promise<never> =>
      Promise.reject(new AppError('unavailable', 'The fake program does not record.'));
    return {
      start: none,
      addTrack: none,
      renameTrack: none,
      clock: none,
      anchor: none,
      mute: none,
      device: none,
      addMarker: none,
      renameMarker: none,
      dismissAlert: none,
      stop: none,
    };
  }

  #session(sessionId: string): Detail {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) {
      throw new AppError('not-found', `There is no session ${sessionId}.`, {
        next: 'Look at the library again.',
      });
    }
    return session;
  }

  #change(sessionId: string, change: (session: Detail) => Detail): Detail {
    const changed = change(this.#session(sessionId));
    this.#sessions.set(sessionId, changed);
    this.library.set({ ...this.library.value });
    return changed;
  }

  #pause(paused: boolean): object {
    this.queue.set({ ...this.queue.value, paused });
    return {};
  }
}

/** Without the keys that stand for nothing. */
function present<T extends object>(part: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(part ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

const answer = <T>(value: T): Promise<T> => Promise.resolve(value);
const attempt = async <T>(work: () => T): Promise<T> => answer(work());

function unavailable(what: string): Promise<never> {
  return Promise.reject(
    new AppError('unavailable', `${what} is not available here.`, { next: 'Type the path instead.' }),
  );
}
