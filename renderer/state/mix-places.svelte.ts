import { SvelteMap } from 'svelte/reactivity';
import type { MixPlace } from '../../shared/model/loudness.ts';

/** A player who does not stand in the middle, as an export is told. */
interface MovedPlayer extends MixPlace {
  readonly playerId: string;
}

/** Where players stand in the mix-downs of their sessions; kept while the window is open. */
export class MixPlaces {
  /** By session; who is not in it stands in the middle. */
  readonly #moved = new SvelteMap<string, readonly MovedPlayer[]>();

  of(sessionId: string, playerId: string): MixPlace {
    const moved = this.#moved.get(sessionId)?.find((other) => other.playerId === playerId);
    return { panPercent: moved?.panPercent ?? 0, gainDb: moved?.gainDb ?? 0 };
  }

  set(sessionId: string, playerId: string, change: Partial<MixPlace>): void {
    const others = (this.#moved.get(sessionId) ?? []).filter((other) => other.playerId !== playerId);
    const place = { ...this.of(sessionId, playerId), ...change };
    const isMiddle = place.panPercent === 0 && place.gainDb === 0;
    this.#moved.set(sessionId, isMiddle ? others : [...others, { playerId, ...place }]);
  }

  /** Puts everybody of a session back into the middle. */
  reset(sessionId: string): void {
    this.#moved.delete(sessionId);
  }

  /** Those of these players who do not stand in the middle, in their order. */
  moved(sessionId: string, playerIds: readonly string[]): MovedPlayer[] {
    const moved = this.#moved.get(sessionId) ?? [];
    return playerIds.flatMap((playerId) => moved.filter((other) => other.playerId === playerId));
  }
}
