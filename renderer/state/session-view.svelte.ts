import type { Api } from '../../shared/ipc/contract.ts';
import type { ExportBatch, SessionDetail } from '../host/api-types.ts';
import { t } from '../messages/locale.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

type Edit = Omit<Parameters<Api['library']['edit']>[0], 'sessionId'>;

/** The session that is open, with what was exported of it. */
export class SessionView {
  detail = $state.raw<SessionDetail | null>(null);
  exports = $state.raw<readonly ExportBatch[]>([]);
  failure = $state.raw<unknown>(null);
  readonly #api: Api;
  readonly #toasts: Toasts;
  #sessionId: string | null = null;

  constructor(api: Api, toasts: Toasts) {
    this.#api = api;
    this.#toasts = toasts;
  }

  /** Follows one session until the returned function is called. */
  follow(sessionId: string): () => void {
    if (this.#sessionId !== sessionId) this.detail = null;
    this.#sessionId = sessionId;
    return this.#api.watch('library.state', () => void this.load(sessionId));
  }

  async load(sessionId: string): Promise<void> {
    try {
      const [detail, { batches }] = await Promise.all([
        this.#api.library.get({ sessionId }),
        this.#api.exports.history({ search: '', sessionId, offset: 0, limit: 20 }),
      ]);
      if (sessionId !== this.#sessionId) return;
      this.detail = detail;
      this.exports = batches;
      this.failure = null;
    } catch (error) {
      if (sessionId === this.#sessionId) this.failure = error;
    }
  }

  /** Title or notes; can be taken back. */
  async edit(change: Edit): Promise<void> {
    const before = this.detail;
    if (before === null) return;
    const sessionId = before.sessionId;
    const old: Edit = {
      ...(change.title === undefined ? {} : { title: before.title }),
      ...(change.notes === undefined ? {} : { notes: before.notes }),
    };
    if (JSON.stringify(old) === JSON.stringify(change) || change.title?.trim() === '') return;
    await this.#change(
      () => this.#api.library.edit({ sessionId, ...change }),
      () => this.#api.library.edit({ sessionId, ...old }),
    );
  }

  /** A player's name; can be taken back. */
  async renamePlayer(playerId: string, name: string): Promise<void> {
    const before = this.detail?.players.find((player) => player.playerId === playerId)?.name;
    const sessionId = this.detail?.sessionId;
    if (sessionId === undefined || before === undefined || name.trim() === '' || name === before) return;
    await this.#change(
      () => this.#api.library.editPlayer({ sessionId, playerId, name }),
      () => this.#api.library.editPlayer({ sessionId, playerId, name: before }),
    );
  }

  async verifyLogs(): Promise<void> {
    const sessionId = this.detail?.sessionId;
    if (sessionId === undefined) return;
    const answer = await this.#toasts.attempt(this.#api.library.verifyLogs({ sessionId }));
    if (answer === undefined) return;
    const { packets } = answer;
    this.#toasts.say(
      answer.damaged
        ? t('session.logsDamaged', { count: packets, findings: answer.findings.slice(0, 3).join(' ') })
        : t('session.logsWhole', { count: packets }),
    );
  }

  async #change(apply: () => Promise<SessionDetail>, undo: () => Promise<SessionDetail>): Promise<void> {
    const show = (detail: SessionDetail): void => {
      if (detail.sessionId === this.#sessionId) this.detail = detail;
    };
    const detail = await this.#toasts.attempt(apply());
    // What was refused goes back to what it was, in the field too.
    if (detail === undefined) this.detail = this.detail === null ? null : { ...this.detail };
    else {
      show(detail);
      this.#toasts.sayUndoable(t('session.saved'), () => undo().then(show));
    }
  }
}
