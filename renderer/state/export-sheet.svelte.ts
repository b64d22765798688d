import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Api } from '../../shared/ipc/contract.ts';
import type {
  ExportChoices,
  ExportPlan,
  ExportRequest,
  ExportStarted,
  Offers,
  SessionRow,
} from '../host/api-types.ts';
import { isMix } from '../../shared/model/media-formats.ts';
import { MixPlaces } from './mix-places.svelte.ts';
import type { Settings } from './settings.svelte.ts';

const PLAN_DELAY_MILLIS = 200;

/** What is to be exported, how, and what that would make. Nothing is written before `start`. */
export class ExportSheet {
  readonly #api: Api;
  readonly #settings: Settings;
  readonly #after: (millis: number, run: () => void) => void;
  #asked = 0;

  open = $state(false);
  sessions = $state.raw<readonly SessionRow[]>([]);
  offers = $state.raw<Offers | null>(null);
  presetId = $state<string | null>(null);
  choices = $state.raw<ExportChoices | null>(null);
  outFolder = $state('');
  plan = $state.raw<ExportPlan | null>(null);
  planning = $state(false);
  starting = $state(false);
  failure = $state.raw<unknown>(null);
  readonly mix = new MixPlaces();
  /** Players that are left in, by session. */
  readonly #players = new SvelteMap<string, SvelteSet<string>>();

  readonly trackCount = $derived(this.sessions.reduce((sum, { players }) => sum + players.length, 0));
  readonly chosenCount = $derived([...this.#players.values()].reduce((sum, set) => sum + set.size, 0));
  readonly preset = $derived.by(() =>
    this.#settings.presets.find(({ presetId }) => presetId === this.presetId),
  );
  /** Whether the choices are still those of the preset. */
  readonly unchanged = $derived(
    this.preset !== undefined && JSON.stringify(this.preset.choices) === JSON.stringify(this.choices),
  );
  /** What `plan` and `start` are asked; null while something is missing. */
  readonly request: ExportRequest | null = $derived.by(() => {
    const { choices } = this;
    const selection = this.sessions.flatMap((row) => {
      const chosen = [...(this.#players.get(row.sessionId) ?? [])];
      if (chosen.length === 0) return [];
      const mixPlaces = choices?.formats.some(isMix) === true ? this.mix.moved(row.sessionId, chosen) : [];
      return [
        {
          sessionId: row.sessionId,
          playerIds: chosen.length === row.players.length ? null : chosen,
          ...(mixPlaces.length > 0 && { mixPlaces }),
        },
      ];
    });
    if (selection.length === 0 || choices === null || choices.formats.length === 0) return null;
    if (this.outFolder.trim() === '' || choices.nameTemplate === '') return null;
    return { selection, presetId: this.presetId, choices, outFolder: this.outFolder.trim() };
  });

  constructor(api: Api, settings: Settings, after: (millis: number, run: () => void) => void) {
    this.#api = api;
    this.#settings = settings;
    this.#after = after;
  }

  /** Opens the sheet for these sessions. @throws AppError when a session or the offers cannot be read. */
  async show(sessions: readonly SessionRow[], presetId: string | null): Promise<void> {
    this.offers = await this.#api.exports.offers({});
    this.sessions = sessions;
    this.#players.clear();
    for (const { sessionId, players } of sessions) {
      this.#players.set(sessionId, new SvelteSet(players.map(({ playerId }) => playerId)));
    }
    this.outFolder = this.#settings.values?.export.outFolder ?? this.outFolder;
    this.plan = null;
    this.failure = null;
    this.takePreset(presetId ?? this.#settings.preset?.presetId ?? '');
    this.open = true;
  }

  close(): void {
    this.open = false;
    this.#asked += 1;
  }

  takePreset(presetId: string): void {
    const preset =
      this.#settings.presets.find((other) => other.presetId === presetId) ?? this.#settings.presets[0];
    this.presetId = preset?.presetId ?? null;
    this.choices = preset?.choices ?? null;
    this.replan();
  }

  set(change: Partial<ExportChoices>): void {
    if (this.choices === null) return;
    this.choices = { ...this.choices, ...change };
    this.replan();
  }

  setOutFolder(path: string): void {
    this.outFolder = path;
    this.replan();
  }

  hasPlayer(sessionId: string, playerId: string): boolean {
    return this.#players.get(sessionId)?.has(playerId) ?? false;
  }

  /** Players of a session that are left in. */
  playerCount(sessionId: string): number {
    return this.#players.get(sessionId)?.size ?? 0;
  }

  togglePlayer(sessionId: string, playerId: string): void {
    const set = this.#players.get(sessionId);
    if (set?.delete(playerId) === false) set.add(playerId);
    this.replan();
  }

  /** All of a session's players, or none when all are in. */
  toggleSession(sessionId: string): void {
    const row = this.sessions.find((other) => other.sessionId === sessionId);
    const set = this.#players.get(sessionId);
    if (row === undefined || set === undefined) return;
    const all = set.size === row.players.length;
    set.clear();
    if (!all) for (const { playerId } of row.players) set.add(playerId);
    this.replan();
  }

  selectAll(): void {
    for (const row of this.sessions) {
      for (const { playerId } of row.players) this.#players.get(row.sessionId)?.add(playerId);
    }
    this.replan();
  }

  /** Asks what would be made once the person pauses. */
  replan(): void {
    const asked = (this.#asked += 1);
    this.planning = this.request !== null;
    if (this.request === null) this.plan = null;
    this.#after(PLAN_DELAY_MILLIS, () => {
      if (asked === this.#asked) void this.#makePlan(asked);
    });
  }

  /** Queues the batch. @returns what became of it, or undefined when it was refused, which the sheet shows. */
  async start(): Promise<ExportStarted | undefined> {
    const { request } = this;
    if (request === null || this.starting) return undefined;
    this.starting = true;
    try {
      const started = await this.#api.exports.start(request);
      this.close();
      return started;
    } catch (error) {
      this.failure = error;
      return undefined;
    } finally {
      this.starting = false;
    }
  }

  async #makePlan(asked: number): Promise<void> {
    const { request } = this;
    if (request === null) return;
    try {
      const plan = await this.#api.exports.plan(request);
      if (asked !== this.#asked) return;
      this.plan = plan;
      this.failure = null;
    } catch (error) {
      if (asked !== this.#asked) return;
      this.plan = null;
      this.failure = error;
    }
    this.planning = false;
  }
}
