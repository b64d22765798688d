import { join } from 'node:path';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { marker, sessionRow } from '../../../shared/ipc/contract/library.ts';
import { readSmallFile } from '../../io/small-file.ts';
import { MANIFEST_FILE, parseManifest } from '../../media/log/manifest.ts';
import { inspectPlayers, type Inspection, type PlayerInspection } from '../inspect.ts';
import { openSession } from '../session/open-session.ts';
import type { Session } from '../session/session.ts';
import type { RecoveryReport } from './ports.ts';

export type Marker = Infer<typeof marker>;

/** Grows when facts of an older version cannot be used any more; part of the fingerprint. */
export const FACTS_VERSION = 2;

/** Bounds of the contract. Logs of others may hold anything; what is longer is cut for show, never on the disk. */
const MOST_NAME = 500;
const MOST_ID = 250;

/** One player as the logs hold them. */
export interface PlayerFacts {
  readonly playerId: string;
  readonly name: string;
  readonly colorIndex: number;
  readonly channels: 1 | 2;
  readonly packets: number;
  readonly payloadBytes: number;
  readonly gaps: { readonly count: number; readonly samples: number };
  readonly damage: { readonly count: number; readonly bytes: number };
}

/** What a session folder says of itself: read once, and again when its files have changed. */
export interface SessionFacts {
  readonly format: Infer<typeof sessionRow>['format'];
  /** Undefined when nothing tells it. */
  readonly logSessionId: string | undefined;
  readonly title: string;
  /** Wall clock at T0; null when nothing tells it. */
  readonly startUnixMicros: number | null;
  readonly zone: string | null;
  /** Whether the recorder ended it in order. */
  readonly closed: boolean;
  /** Whether a newer version wrote its manifest. */
  readonly newer: boolean;
  readonly durationSamples: number;
  readonly damaged: boolean;
  readonly players: readonly PlayerFacts[];
  readonly markers: readonly Marker[];
  /** Set once a session that was not closed has been scanned. */
  readonly recovery: RecoveryReport | null;
}

/**
 * Reads what a session folder holds. `glance` leaves the packets alone, as while they are being recorded.
 * @throws AppError when it is no session or cannot be read.
 */
export async function readFacts(
  folder: string,
  options: { readonly glance: boolean; readonly signal: AbortSignal },
): Promise<SessionFacts> {
  const session = await openSession(folder);
  const { newer, colors } = await manifestExtras(session);
  const found = options.glance
    ? undefined
    : await inspectPlayers(session, { mode: 'indexed', signal: options.signal });
  const players = session.players.map(({ id, name }, at): PlayerFacts => ({
    playerId: cut(id, 600),
    name: cut(name, MOST_NAME),
    colorIndex: (colors.get(id) ?? at) % 8,
    ...figuresOf(found?.players.find((each) => each.id === id)),
  }));
  return {
    format: session.format,
    logSessionId: usableId(session.id),
    title: cut(session.title, MOST_NAME),
    startUnixMicros: session.t0Known ? session.t0UnixMicros : null,
    zone: session.zone ?? null,
    closed: session.declaredEndSamples !== null,
    newer,
    durationSamples: found?.durationSamples ?? session.declaredEndSamples ?? 0,
    damaged: found?.damaged ?? false,
    players,
    markers: markersOf(session),
    recovery: null,
  };
}

/** The facts with the figures of an inspection that read every byte, which may be others than the index told. */
export function withInspection(
  facts: SessionFacts,
  { players, durationSamples, damaged }: Inspection,
): SessionFacts {
  const found = new Map(players.map((player) => [cut(player.id, 600), player]));
  return {
    ...facts,
    durationSamples,
    damaged,
    players: facts.players.map((player) => ({ ...player, ...figuresOf(found.get(player.playerId)) })),
  };
}

/** Zeros for a player that nobody looked at. */
function figuresOf(
  player: PlayerInspection | undefined,
): Omit<PlayerFacts, 'playerId' | 'name' | 'colorIndex'> {
  return {
    channels: player?.channels ?? 1,
    packets: player?.packets ?? 0,
    payloadBytes: player?.payloadBytes ?? 0,
    gaps: { count: player?.report.gaps.count ?? 0, samples: player?.report.gaps.samples ?? 0 },
    damage: { count: player?.report.damage.count ?? 0, bytes: player?.report.damage.bytes ?? 0 },
  };
}

/** Text of at most so many UTF-16 units, never half a character. */
export function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : text
        .slice(0, most)
        .toWellFormed()
        .replace(/\ufffd$/u, '');
}

async function manifestExtras(
  session: Session,
): Promise<{ newer: boolean; colors: ReadonlyMap<string, number> }> {
  if (session.format !== 'tailslate') return { newer: false, colors: new Map() };
  const { manifest, newer } = parseManifest(await readSmallFile(join(session.folder, MANIFEST_FILE)));
  const chosen = (manifest?.tracks ?? []).flatMap(({ id, colorIndex }) =>
    colorIndex === undefined ? [] : [[String(id), colorIndex] as const],
  );
  return { newer, colors: new Map(chosen) };
}

/** Logs number no markers: a marker is named by where it lies, and which it is of those at that place. */
function markersOf(session: Session): readonly Marker[] {
  const met = new Map<number, number>();
  return session.markers.map(({ positionSamples, kind, name }) => {
    const nth = (met.get(positionSamples) ?? 0) + 1;
    met.set(positionSamples, nth);
    const markerId = nth === 1 ? `log-${positionSamples}` : `log-${positionSamples}-${nth}`;
    return { markerId, positionSamples, kind, name: cut(name, MOST_NAME) };
  });
}

function usableId(id: string): string | undefined {
  return id === '' || id === 'unknown' || id.length > MOST_ID ? undefined : id;
}
