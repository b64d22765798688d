import { app, type BrowserWindow, nativeTheme, Notification, powerSaveBlocker } from 'electron';
import type { WatchValue } from '../../shared/ipc/contract.ts';
import type { AppImplementations } from './core.ts';
import { MESSAGES } from './messages.ts';

type Queue = WatchValue<'exports.queue'>;

/**
 * Shows the system what goes on: progress on the dock or taskbar, a notification for a batch that ends unseen, no
 * sleep while recording, the theme that was chosen.
 * @returns ends all of it.
 */
export function followCore(
  { exports, recording, settings }: AppImplementations,
  window: () => BrowserWindow | undefined,
  show: () => void,
): () => void {
  const batches = new FinishedBatches();
  let blocker: number | undefined;
  const awake = (needed: boolean): void => {
    if (needed && blocker === undefined) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (needed || blocker === undefined) return;
    powerSaveBlocker.stop(blocker);
    blocker = undefined;
  };
  const ends = [
    exports.values.queue.watch(({ value }) => {
      showProgress(value, window());
      for (const batch of batches.news(value)) {
        if (window()?.isFocused() !== true) announce(batch, show);
      }
    }),
    recording.values.state.watch(({ value }) => awake(value !== null)),
    settings.values.current.watch(({ value }) => {
      nativeTheme.themeSource = value.settings.appearance.theme;
    }),
  ];
  return () => {
    for (const end of ends) end();
    awake(false);
  };
}

function showProgress(queue: Queue, window: BrowserWindow | undefined): void {
  window?.setProgressBar(queue.progress ?? -1, { mode: queue.paused ? 'paused' : 'normal' });
  app.setBadgeCount(queue.batches.reduce((sum, { counts }) => sum + counts.queued + counts.running, 0));
}

type Batch = Queue['batches'][number];

/** Tells which batches have ended since the last look; those that had before the first are no news. */
class FinishedBatches {
  #known: Set<string> | undefined;

  news({ batches }: Queue): readonly Batch[] {
    const finished = batches.filter(({ finishedUnixMicros }) => finishedUnixMicros !== null);
    const known = this.#known;
    this.#known = new Set(finished.map(({ batchId }) => batchId));
    return known === undefined ? [] : finished.filter(({ batchId }) => !known.has(batchId));
  }
}

function announce(batch: Batch, show: () => void): void {
  const { done } = batch.counts;
  const failed = batch.counts.failed + batch.problemCount;
  if (done + failed === 0) return;
  notify(MESSAGES.batchDone.title, MESSAGES.batchDone.body(batch.title, done, failed), show);
}

/** A notification of the system's, where it has them; a click on it brings the window forward. */
export function notify(title: string, body: string, show: () => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  notification.on('click', show);
  notification.show();
}
