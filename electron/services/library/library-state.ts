import { randomUUID } from 'node:crypto';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { library } from '../../../shared/ipc/contract/library.ts';
import { WatchedValue } from '../../../shared/ipc/watched-value.ts';
import type { LibraryNotice } from '../../../shared/model/library-notice.ts';
import { cut } from './session-facts.ts';
import type { Taken } from './shelf.ts';

type State = Infer<(typeof library)['values']['state']>;
type Task = NonNullable<State['task']>;

/** Notices kept; the oldest go first. */
const MOST_NOTICES = 200;

/** The library's watched value: that something changed, what is being done, and what should be told. */
export class LibraryState extends WatchedValue<State> {
  constructor() {
    super({ sessions: 0, task: null, notices: [] });
  }

  /** Tells that lists and sessions may look different. */
  changed(sessions: number): void {
    this.set({ ...this.value, sessions });
  }

  task(kind: Task['kind'], done: number, total: number, label: string): void {
    this.set({ ...this.value, task: { kind, done, total, label: cut(label, 500) } });
  }

  taskDone(): void {
    if (this.value.task !== null) this.set({ ...this.value, task: null });
  }

  notice(notice: LibraryNotice, sessionId: string | null = null): void {
    const told = { noticeId: randomUUID(), notice, sessionId };
    this.set({ ...this.value, notices: [...this.value.notices, told].slice(-MOST_NOTICES) });
  }

  /** The same, unless one of its kind was told already. @returns whether it is told now. */
  noticeOnce(notice: LibraryNotice): boolean {
    const isNew = !this.value.notices.some((told) => told.notice.kind === notice.kind);
    if (isNew) this.notice(notice);
    return isNew;
  }

  /** What a person should know of a session that came in. */
  tellOf({ sessionId, title, copyOf, already, scanned }: Taken): void {
    if (copyOf !== undefined && !already) {
      this.notice({ kind: 'same-recording', title, other: copyOf }, sessionId);
    }
    if (scanned) {
      this.notice({ kind: 'session-recovered', title }, sessionId);
    }
  }
}
