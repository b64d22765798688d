import type { Api } from '../../shared/ipc/contract.ts';
import type { Snapshot } from '../../shared/ipc/declare.ts';
import { detailedTrouble } from '../../shared/model/detailed-error.ts';
import { AppError } from '../../shared/model/errors.ts';
import { isMix } from '../../shared/model/media-formats.ts';
import type { ExportChoices, SessionRow, Settings } from '../host/api-types.ts';
import { SESSIONS } from './gallery-data.ts';
import { HISTORY, OFFERS, RUNNING } from './gallery-exports.ts';
import { GallerySessions } from './gallery-session.ts';
import { refused } from './gallery-refusal.ts';
import { type GalleryOptions, type GalleryState, galleryValues } from './gallery-values.ts';

type MediaKind = ExportChoices['formats'][number];

function extensionOf(kind: MediaKind): string {
  return OFFERS.formats.find(({ format }) => format === kind)?.extension ?? kind;
}

/** The program in memory for the gallery: its states, on data drawn by hand, as if served by the contract. */
export function galleryApi(
  state: GalleryState,
  options: GalleryOptions,
): Api & { readonly media: GallerySessions['media'] } {
  const answer = <T>(value: T): Promise<T> => {
    if (state === 'loading') return new Promise(() => undefined);
    return state === 'error' ? refused() : Promise.resolve(value);
  };
  const many = Array.from({ length: options.rows }, (_, index): SessionRow => {
    const row = SESSIONS[index % SESSIONS.length] ?? SESSIONS[0];
    if (row === undefined) throw new Error('the gallery has sessions');
    return { ...row, sessionId: `many-${index}`, title: `${row.title} (${index + 1})` };
  });
  let rows: readonly SessionRow[] = state === 'empty' ? [] : [...SESSIONS, ...many];
  const values = galleryValues(state, options, rows.length);
  const find = (sessionId: string): SessionRow => {
    const row = rows.find((other) => other.sessionId === sessionId);
    if (row === undefined) throw new AppError('not-found', 'There is no such session.');
    return row;
  };
  const sessions = new GallerySessions(find);
  const ofSession = sessions.calls(answer);
  const found = (query: {
    search: string;
    states: readonly string[];
    without?: readonly string[] | undefined;
  }): readonly SessionRow[] =>
    rows.filter(
      ({ title, states }) =>
        title.toLowerCase().includes(query.search.toLowerCase()) &&
        query.states.every((wanted) => states.some((has) => has === wanted)) &&
        !states.some((has) => query.without?.includes(has) === true),
    );
  const unavailable = (): Promise<never> =>
    Promise.reject(new AppError('unavailable', 'The gallery cannot do this.'));
  const nothing = (): Promise<object> => Promise.resolve({});

  const api: Api & { readonly media: GallerySessions['media'] } = {
    media: sessions.media,
    app: {
      info: () =>
        Promise.resolve({
          version: '0.1.0',
          host: 'browser',
          platform: 'linux',
          locale: 'en-GB',
          libraryFolder: '/home/marit/Tailslate',
          abilities: { pickPaths: options.native === true, reveal: true, trash: true, nativeMenu: false },
        }),
      diagnose: () =>
        Promise.resolve({
          ok: true,
          version: '0.1.0',
          parts: [],
          faults: [],
          text: 'Tailslate 0.1.0\nlinux x64\nOpus: native\nLibrary: 16 sessions',
        }),
      licences: () => Promise.resolve({ text: 'Inter: SIL Open Font License 1.1' }),
      describeCommands: nothing,
      noteFault: nothing,
    },
    library: {
      list: (query) => {
        const all = found(query);
        return answer({ total: all.length, rows: all.slice(query.offset, query.offset + query.limit) });
      },
      ids: (query) => answer({ sessionIds: found(query).map(({ sessionId }) => sessionId) }),
      ...ofSession,
      edit: async (change) => {
        const { sessionId, title } = change;
        rows = rows.map((row) => (row.sessionId === sessionId ? { ...row, title: title ?? row.title } : row));
        return ofSession.edit(change);
      },
      add: ({ paths }) => {
        if (options.adding === true) return new Promise(() => undefined);
        return answer({
          taken: [],
          refused: paths.map((path) => ({
            path,
            trouble: detailedTrouble({ kind: 'not-a-session', path }),
          })),
        });
      },
      cancelAdding: () => answer({}),
      addSample: () => answer({ sessionId: 'ep-48' }),
      trash: ({ sessionIds }) => {
        const gone = rows.filter((row) => sessionIds.includes(row.sessionId));
        rows = rows.filter((row) => !gone.includes(row));
        values['library.state'].set({ ...values['library.state'].value });
        return answer({ trashed: sessionIds, failed: [] });
      },
      restore: ({ sessionIds }) => {
        rows = state === 'empty' ? [] : [...SESSIONS, ...many];
        values['library.state'].set({ ...values['library.state'].value });
        return answer({ restored: sessionIds });
      },
      tags: () => answer({ tags: state === 'empty' ? [] : [{ tag: 'winter season', sessions: 9 }] }),
      storage: () =>
        answer({
          folder: '/home/marit/Tailslate',
          sessions: rows.length,
          bytes: rows.length === 0 ? 0 : 41.6e9,
          freeBytes: 212e9,
        }),
      check: () => answer({ differences: [] }),
      rebuild: () => answer({ sessions: rows.length, refused: [] }),
      verifyLogs: () => answer({ damaged: false, packets: 236_200, findings: [] }),
    },
    exports: {
      offers: () => Promise.resolve(OFFERS),
      plan: ({ selection, choices }) => {
        const files = selection.flatMap(({ sessionId, playerIds }) => {
          const row = find(sessionId);
          const file = (kind: MediaKind, playerId: string | null, index: number, name: string) => ({
            sessionId,
            sessionTitle: row.title,
            playerId,
            playerName: playerId === null ? null : name,
            kind,
            relativePath: `${row.title.replace(':', '')}/${index}_${name}_10-04-11-20.${extensionOf(kind)}`,
            estimatedBytes: 60e6,
            collision: index === 2 && kind === 'm4a' ? ('numbered' as const) : ('none' as const),
            timecode: '10:04:11:20',
          });
          const tracks = choices.formats.filter((kind) => !isMix(kind));
          return [
            ...row.players
              .filter(({ playerId }) => playerIds === null || playerIds.includes(playerId))
              .flatMap(({ playerId, name }, index) =>
                tracks.map((kind) => file(kind, playerId, index + 1, name)),
              ),
            ...choices.formats.filter(isMix).map((kind) => file(kind, null, 0, 'mix')),
          ];
        });
        return answer({
          files,
          problems: [],
          totalBytes: files.length * 245e6,
          freeBytes: 212e9,
          estimatedSeconds: 40,
        });
      },
      start: () => answer({ batchId: 'b9', files: 14, problems: [] }),
      cancel: nothing,
      retry: nothing,
      pause: nothing,
      resume: nothing,
      clear: nothing,
      history: () => {
        const batches = state === 'empty' ? [] : [...HISTORY];
        return answer({ total: batches.length, batches });
      },
      items: () => answer({ total: RUNNING.items.length, items: RUNNING.items }),
      report: () => answer({ fileName: 'report.json', text: '{}' }),
    },
    settings: {
      get: () => Promise.resolve(values['settings.current'].value.settings),
      change: (change) => {
        const { settings, presets } = values['settings.current'].value;
        const changed = Object.fromEntries(
          Object.entries(settings).map(([key, value]) => {
            const part = change[key as keyof typeof change] as unknown;
            if (part === undefined) return [key, value];
            const merges = typeof value === 'object' && value !== null && key !== 'shortcuts';
            return [key, merges ? { ...(value as object), ...(part as object) } : part];
          }),
        ) as unknown as Settings;
        values['settings.current'].set({ settings: changed, presets });
        return Promise.resolve(changed);
      },
      savePreset: ({ presetId, title, choices }) => {
        const saved = { presetId: presetId ?? `own-${title}`, title, note: '', builtIn: false, choices };
        const { settings, presets } = values['settings.current'].value;
        const others = presets.filter((preset) => preset.presetId !== saved.presetId);
        values['settings.current'].set({ settings, presets: [...others, saved] });
        return Promise.resolve(saved);
      },
      removePreset: ({ presetId }) => {
        const { settings, presets } = values['settings.current'].value;
        values['settings.current'].set({
          settings,
          presets: presets.filter((preset) => preset.presetId !== presetId),
        });
        return Promise.resolve({});
      },
    },
    recording: {
      start: unavailable,
      addTrack: unavailable,
      renameTrack: unavailable,
      clock: unavailable,
      anchor: unavailable,
      mute: unavailable,
      device: unavailable,
      addMarker: unavailable,
      renameMarker: unavailable,
      dismissAlert: unavailable,
      stop: unavailable,
    },
    desktop: {
      pickFolder: unavailable,
      pickPaths: unavailable,
      reveal: nothing,
      openExternal: nothing,
      listFolder: ({ path }) =>
        Promise.resolve({
          path: path ?? '/home/marit',
          parent: path === null ? null : '/home/marit',
          writable: true,
          folders: ['Audio', 'Tailslate', 'Winter season'].map((name) => ({
            name,
            path: `/home/marit/${name}`,
          })),
          files: [],
        }),
      makeFolder: ({ parent, name }) => Promise.resolve({ path: `${parent}/${name}` }),
    },
    watch: (name, listener) =>
      // Each name leads to the value of its own type.
      (values[name] as { watch: (listener: (snapshot: Snapshot<never>) => void) => () => void }).watch(
        listener,
      ),
  };
  return options.fail === undefined || options.fail === null ? api : failing(api, options.fail);
}

/** The same program, of which one call is refused. */
function failing<A extends Api>(api: A, call: string): A {
  const [domain = '', name = ''] = call.split('.');
  const calls = (api as unknown as Record<string, Record<string, unknown>>)[domain];
  if (calls?.[name] === undefined) throw new Error(`there is no call ${call}`);
  calls[name] = refused;
  return api;
}
