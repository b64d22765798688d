import type { MediaRequest } from '../../shared/ipc/media-path.ts';
import { startTimecode } from '../../shared/time/start-timecode.ts';
import { timecodeRate } from '../../shared/time/timecode.ts';
import type { Lane, SessionDetail, SessionRow } from '../host/api-types.ts';
import type { Api } from '../../shared/ipc/contract.ts';
import { detail, SESSIONS } from './gallery-data.ts';
import { galleryMedia } from './gallery-media.ts';

const S = 48_000;
const HOUR = 3600 * S;

type Calls = Pick<
  Api['library'],
  'get' | 'lanes' | 'edit' | 'editPlayer' | 'setTimecode' | 'putMarker' | 'removeMarker'
>;

/** Sessions at the edges of what there is; the library does not list them. */
interface Edge {
  readonly hours: number;
  readonly players: number;
  readonly states?: SessionDetail['states'];
  readonly title?: string;
  readonly name?: string;
}
const LONG = 'A title that somebody typed without an end in sight, '.repeat(10).slice(0, 500);
const EDGES: Readonly<Record<string, Edge>> = {
  'edge-long': { hours: 30, players: 3 },
  'edge-crowd': { hours: 1.5, players: 200 },
  'edge-busy': { hours: 3, players: 8 },
  'edge-empty': { hours: 0, players: 2 },
  'edge-missing': { hours: 1, players: 3, states: ['missing'] },
  'edge-newer': { hours: 1, players: 3, states: ['newer'] },
  'edge-title': { hours: 1, players: 2, title: LONG, name: LONG },
  'edge-rtl': {
    hours: 1,
    players: 2,
    title: 'شاي وملح: الحلقة 48 (مونتاج)',
    name: 'נועה חדד',
  },
  'edge-nobody': { hours: 0, players: 0 },
};

/** The calls about one session, on sessions drawn by hand, with edits that stay. */
export class GallerySessions {
  readonly #find: (sessionId: string) => SessionRow;
  readonly #details = new Map<string, SessionDetail>();

  constructor(find: (sessionId: string) => SessionRow) {
    this.#find = find;
  }

  calls(answer: <T>(value: T) => Promise<T>): Calls {
    const change = async (
      sessionId: string,
      changed: (before: SessionDetail) => Partial<SessionDetail>,
    ): Promise<SessionDetail> => {
      const before = this.detail(sessionId);
      const after = { ...before, ...changed(before) };
      this.#details.set(sessionId, after);
      return answer(after);
    };
    return {
      get: async ({ sessionId }) => answer(this.detail(sessionId)),
      lanes: async ({ sessionId }) =>
        answer({ lanes: this.detail(sessionId).players.map((_, index) => this.lane(sessionId, index)) }),
      edit: ({ sessionId, title, notes }) =>
        change(sessionId, (before) => ({ title: title ?? before.title, notes: notes ?? before.notes })),
      editPlayer: ({ sessionId, playerId, name, colorIndex }) =>
        change(sessionId, ({ players }) => ({
          players: players.map((player) =>
            player.playerId === playerId
              ? { ...player, name: name ?? player.name, colorIndex: colorIndex ?? player.colorIndex }
              : player,
          ),
        })),
      setTimecode: ({ sessionId, rate, zone, offsetFrames }) =>
        change(sessionId, ({ startUnixMicros, zone: recorded }) => {
          const { label, leadSamples } = startTimecode({
            t0UnixMicros: startUnixMicros ?? 0,
            zone: zone ?? recorded ?? 'utc',
            rate: timecodeRate(rate),
            offsetFrames,
          });
          return { timecode: { rate, zone, offsetFrames, startLabel: label, leadSamples } };
        }),
      putMarker: ({ sessionId, marker }) =>
        change(sessionId, ({ markers }) => ({
          markers: [...markers.filter(({ markerId }) => markerId !== marker.markerId), marker],
        })),
      removeMarker: ({ sessionId, markerId }) =>
        change(sessionId, ({ markers }) => ({
          markers: markers.filter((marker) => marker.markerId !== markerId),
        })),
    };
  }

  readonly media = (request: MediaRequest): Promise<ArrayBuffer> => {
    const number = this.detail(request.sessionId).players.findIndex(
      ({ playerId }) => playerId === request.playerId,
    );
    const { gaps, damaged, endSamples } = this.lane(request.sessionId, number);
    return Promise.resolve(
      galleryMedia(request, { number, endSamples: endSamples ?? 0, silences: [...gaps, ...damaged] }),
    );
  };

  detail(sessionId: string): SessionDetail {
    const known = this.#details.get(sessionId);
    if (known !== undefined) return known;
    const edge = EDGES[sessionId];
    const made = edge === undefined ? detail(this.#find(sessionId)) : atTheEdge(sessionId, edge);
    this.#details.set(sessionId, made);
    return made;
  }

  lane(sessionId: string, index: number): Lane {
    const { durationSamples, players } = this.detail(sessionId);
    const player = players[index];
    const at = (seconds: number, length: number) => ({
      startSamples: seconds * S,
      durationSamples: length * S,
    });
    const has = durationSamples > 1100 * S;
    return {
      playerId: player?.playerId ?? '',
      firstSamples: durationSamples === 0 ? null : 0,
      endSamples: durationSamples === 0 ? null : durationSamples,
      gaps: !has ? [] : index === 2 ? [at(1079, 12.8)] : index === 3 ? [at(947, 40.7), at(3301, 22.8)] : [],
      damaged: has && index === 1 ? [{ startSamples: 1012 * S, durationSamples: 257_280 }] : [],
    };
  }
}

function atTheEdge(
  sessionId: string,
  { hours, players, states = [], title = sessionId, name }: Edge,
): SessionDetail {
  const [first] = SESSIONS;
  if (first === undefined) throw new Error('the gallery has sessions');
  const whole = detail(first);
  return {
    ...whole,
    sessionId,
    title,
    states,
    recovery: null,
    durationSamples: hours * HOUR,
    players: Array.from({ length: players }, (_, index) => ({
      ...(whole.players[index % whole.players.length] ?? neverPlayer()),
      playerId: `p${index}`,
      name: name ?? `Player ${index + 1}`,
      colorIndex: index % 8,
    })),
    markers: whole.markers.filter(({ positionSamples }) => positionSamples <= hours * HOUR),
  };
}

function neverPlayer(): never {
  throw new Error('the gallery has players');
}
