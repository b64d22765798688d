/** Everything the desktop host itself says to people; what the window says lies with the renderer. */
export const MESSAGES = {
  menus: {
    file: '&File',
    edit: '&Edit',
    view: '&View',
    session: '&Session',
    window: '&Window',
    help: '&Help',
    batchExport: 'Batch Export',
  },
  quitWhileRecording: {
    message: 'A recording is running.',
    detail:
      'Stopping ends it now. Everything up to this moment is kept and put on disk before Tailslate closes.',
    keep: 'Keep recording',
    stop: 'Stop and quit',
  },
  stopFailed: (reason: string) => ({
    message: 'The recording could not be stopped.',
    detail: `${reason} Tailslate stays open. What is on disk already is safe.`,
  }),
  windowGone: {
    message: 'The window failed and was opened again.',
    detail: 'A running recording is not affected: it is made in a window of its own.',
  },
  windowGoneTwice: {
    message: 'The window failed again.',
    detail: 'A running recording goes on without it. Open the window again, or quit.',
    reopen: 'Open again',
    quit: 'Quit',
  },
  unresponsive: {
    message: 'The window does not respond.',
    detail: 'Waiting is safe. Reloading keeps a running recording; what was being typed is lost.',
    wait: 'Wait',
    reload: 'Reload',
  },
  captureGone: {
    title: 'Capture stopped for a moment',
    body: 'The part that listens to the microphones failed and was started again. Look at the recording.',
  },
  captureGivenUp: {
    title: 'Capture keeps failing',
    body: 'The part that listens to the microphones failed several times. What is on disk is safe. Start Tailslate again.',
  },
  batchDone: {
    title: 'Export finished',
    body: (batch: string, files: number, failed: number) =>
      failed === 0
        ? `${batch}: ${files} ${files === 1 ? 'file' : 'files'} ready.`
        : `${batch}: ${files} ${files === 1 ? 'file' : 'files'} ready, ${failed} failed.`,
  },
  updateReady: {
    title: 'An update is ready',
    body: (version: string) => `Tailslate ${version} is put in place when you quit.`,
  },
  cannotStart: 'Tailslate cannot start',
  pickPathsButton: 'Add',
} as const;
