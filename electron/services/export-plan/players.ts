import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import type { MixPlace } from '../../../shared/model/loudness.ts';
import { isMix, type Layout, type WrittenFormat } from '../../../shared/model/media-formats.ts';
import type { Player, Session } from '../session/session.ts';

/** Who of a session is to be exported, and where they stand in a mix-down. */
export interface PlayerSelection {
  /** Names or ids; all players when empty. */
  readonly players: readonly string[];
  /** Exactly these, in place of `players`: someone's name may be another's id. */
  readonly playerIds?: readonly string[] | undefined;
  /** By player id or name; who is not in it stands in the middle. */
  readonly mixPlaces?: ReadonlyMap<string, MixPlace> | undefined;
}

/**
 * Who shares a file, and of which formats. Players that are chosen and alone in the session are a group of one either
 * way; a mix-down is of everybody.
 */
export function groupsOf(
  players: readonly Player[],
  { layout, formats }: { readonly layout: Layout; readonly formats: readonly WrittenFormat[] },
): readonly { readonly group: readonly Player[]; readonly formats: readonly WrittenFormat[] }[] {
  if (players.length === 0) return [];
  const tracks = formats.filter((format) => !isMix(format));
  const mix = formats.filter(isMix);
  const groups = layout === 'per-player' ? players.map((player) => [player]) : [players];
  return [...groups.map((group) => ({ group, formats: tracks })), { group: players, formats: mix }].filter(
    (each) => each.formats.length > 0,
  );
}

/** Whom an export is of. @throws AppError for names that nobody has, and where the session holds nobody. */
export function chosenPlayers(
  session: Session,
  { players: wanted, playerIds, mixPlaces }: PlayerSelection,
): readonly Player[] {
  if (session.players.length === 0) {
    throw detailedError({
      kind: session.logBytes === 0 ? 'no-players' : 'no-readable-players',
      path: session.folder,
    });
  }
  if (playerIds !== undefined) return session.players.filter(({ id }) => playerIds.includes(id));
  for (const name of [...wanted, ...(mixPlaces?.keys() ?? [])]) {
    if (session.players.some((player) => player.name === name || player.id === name)) continue;
    const known = session.players.map((player) => `"${player.name}"`).join(', ');
    throw new AppError('usage', `There is no player "${name}" in ${session.folder}.`, {
      next: `Its players are ${known}.`,
    });
  }
  if (wanted.length === 0) return session.players;
  return session.players.filter(({ name, id }) => wanted.includes(name) || wanted.includes(id));
}
