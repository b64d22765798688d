import { createContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { innerHeight } from 'svelte/reactivity/window';
import type { Api } from '../../shared/ipc/contract.ts';
import type { CaptureLink } from '../capture/capture-link.ts';
import type { AppInfo, ExportStarted, Recording, SessionRow } from '../host/api-types.ts';
import { t } from '../messages/locale.svelte.ts';
import { batchPreset } from '../messages/service-words.ts';
import type { AudioPort } from '../session/playback/audio-port.ts';
import type { FetchMedia } from '../session/peak-store.ts';
import { Adding } from './adding.svelte.ts';
import { Commands } from './commands.svelte.ts';
import { ExportSheet } from './export-sheet.svelte.ts';
import { ExportsQueue } from './exports-queue.svelte.ts';
import { FolderBrowser } from './folder-browser.svelte.ts';
import { Library } from './library.svelte.ts';
import { Navigation } from './navigation.svelte.ts';
import { RecordState } from './recording.svelte.ts';
import { Selection } from './selection.svelte.ts';
import { SessionView } from './session-view.svelte.ts';
import { Settings } from './settings.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

/** What the page around the window does for it. */
export interface Page {
  readonly after: (millis: number, run: () => void) => void;
  /** Path of a file that was dropped; null where the host does not tell. */
  readonly pathOfFile: (file: File) => string | null;
  readonly copyText: (text: string) => Promise<void>;
  /** The capture engine; a page without one only shows what is recorded. */
  readonly capture?: CaptureLink;
  /** Peaks and packets, beside the contract. */
  readonly media: FetchMedia;
  readonly newId: () => string;
  readonly audio: AudioPort;
}

/** Height of a window, at 100 % text size, below which everything counts. */
const CRAMPED_PIXELS = 480;

/** All that the window knows; one for its life, shared through the context. */
export class WindowState {
  readonly api: Api;
  readonly page: Page;
  readonly info: AppInfo;
  readonly toasts: Toasts;
  readonly navigation = new Navigation();
  readonly settings: Settings;
  readonly library: Library;
  readonly selection: Selection;
  readonly session: SessionView;
  readonly sheet: ExportSheet;
  readonly exports: ExportsQueue;
  readonly folders: FolderBrowser;
  readonly adding: Adding;
  readonly commands: Commands;
  /** Whether the program answers; a page in a browser outlives its host. */
  connected = $state(true);
  readonly record: RecordState;
  recording = $state.raw<Recording | null>(null);
  dialog = $state<'shortcuts' | 'report' | null>(null);
  /** Grows when the search field of the place is to have the focus. */
  findSerial = $state(0);
  /** Text size over 100 %. */
  readonly textScale = $derived.by(() => (this.settings.values?.appearance.textSize ?? 100) / 100);
  /** So few lines of text fit that heads and bars fold up for the sake of what they are about. */
  readonly cramped = $derived((innerHeight.current ?? 800) / this.textScale < CRAMPED_PIXELS);
  #queuedToast: number | null = null;

  constructor(api: Api, info: AppInfo, page: Page) {
    this.api = api;
    this.info = info;
    this.page = page;
    this.toasts = new Toasts(page.after);
    this.settings = new Settings(api, this.toasts);
    this.library = new Library(api, this.toasts);
    this.selection = new Selection(this.library);
    this.session = new SessionView(api, this.toasts, page);
    this.sheet = new ExportSheet(api, this.settings, page.after);
    this.exports = new ExportsQueue(api, this.toasts);
    this.folders = new FolderBrowser(api, () => info.abilities.pickPaths);
    this.adding = new Adding(api, this.toasts, this.settings, this.navigation, info.libraryFolder);
    this.record = new RecordState(api, this.toasts, this.settings, this.navigation, page.capture);
    this.commands = new Commands(
      () => this.settings.values?.shortcuts ?? {},
      (error) => this.toasts.trouble(error),
    );
    this.commands.mac = info.platform === 'darwin';
  }

  /** Sessions that a command is about: the open one, or the chosen ones. */
  get targets(): readonly string[] {
    const { place, sessionId } = this.navigation;
    if (place === 'session') return sessionId === null ? [] : [sessionId];
    return place === 'library' ? this.selection.list : [];
  }

  /** Follows the program until the returned function is called. */
  start(): () => void {
    const finished = new SvelteSet<string>();
    let first = true;
    let opened = false;
    let menuSerial = -1;
    let pathsSerial = -1;
    const ends = [
      this.settings.start(),
      this.library.start(),
      this.exports.start(),
      this.record.start(),
      this.api.watch('recording.state', ({ value }) => {
        // A page that comes back in the middle of a recording is a page about it.
        if (!opened && value !== null) this.navigation.go('record');
        opened = true;
        this.recording = value;
        this.record.hostSays(value);
      }),
      // Serials of before this window opened are old news, save the paths that opened it.
      this.api.watch('app.menuCommand', ({ value }) => {
        if (menuSerial >= 0 && value.serial > menuSerial && value.command !== null)
          this.commands.run(value.command);
        menuSerial = value.serial;
      }),
      this.api.watch('app.openedPaths', ({ value }) => {
        if (value.serial > pathsSerial) void this.adding.bring(value.paths);
        pathsSerial = value.serial;
      }),
      this.api.watch('exports.queue', ({ value }) => {
        for (const batch of value.batches) {
          if (batch.finishedUnixMicros === null || finished.has(batch.batchId)) continue;
          finished.add(batch.batchId);
          if (this.#queuedToast !== null) this.toasts.dismiss(this.#queuedToast);
          if (first || this.navigation.place === 'exports') continue;
          const failed = batch.counts.failed + batch.problemCount;
          const message =
            failed > 0
              ? t('exports.batchFailed', { count: failed, title: batch.title })
              : t('exports.batchDone', { title: batch.title });
          this.toasts.say(message, { title: t('common.show'), run: () => this.navigation.go('exports') });
        }
        first = false;
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  /** Rows of these sessions, also of those that the list never showed. */
  async rows(sessionIds: readonly string[]): Promise<SessionRow[]> {
    return Promise.all(
      sessionIds.map(
        async (sessionId) => this.library.session(sessionId) ?? (await this.api.library.get({ sessionId })),
      ),
    );
  }

  /** Opens the export sheet for the command's sessions. */
  async openSheet(presetId: string | null): Promise<void> {
    const targets = this.targets;
    if (targets.length > 0) await this.sheet.show(await this.rows(targets), presetId);
  }

  /** Opens the export sheet again for what could not be written, with another folder. */
  async exportElsewhere(
    sessionIds: readonly string[],
    presetTitle: string | null,
    startFolder: string,
  ): Promise<void> {
    const wish = { title: t('sheet.chooseDestination'), kind: 'destination' } as const;
    const [outFolder] = await this.folders.pick(wish, startFolder);
    if (outFolder === undefined) return;
    const title = presetTitle === null ? null : batchPreset(presetTitle);
    const preset = this.settings.presets.find((other) => other.title === title);
    await this.sheet.show(await this.rows(sessionIds), preset?.presetId ?? null);
    this.sheet.setOutFolder(outFolder);
  }

  /** Exports the command's sessions with a preset; asks only where to, and only once. */
  async exportNow(presetId: string): Promise<void> {
    const preset = this.settings.presets.find((other) => other.presetId === presetId);
    if (preset === undefined || this.targets.length === 0) return;
    const selection = this.targets.map((sessionId) => ({ sessionId, playerIds: null }));
    let outFolder = this.settings.values?.export.outFolder ?? null;
    if (outFolder === null) {
      const [picked] = await this.folders.pick({ title: t('sheet.chooseDestination'), kind: 'destination' });
      if (picked === undefined) return;
      outFolder = picked;
      await this.settings.change({ export: { outFolder } });
    }
    this.queued(await this.api.exports.start({ selection, presetId, choices: preset.choices, outFolder }));
  }

  /** Tells what a new batch makes, and how much of what was asked for it cannot. */
  queued({ files, problems }: ExportStarted): void {
    const message = t('exports.queued', { count: files });
    const without = problems.length === 0 ? '' : ` ${t('exports.unplanned', { count: problems.length })}`;
    this.#queuedToast = this.toasts.say(`${message}${without}`, {
      title: t('common.show'),
      run: () => this.navigation.go('exports'),
    });
  }

  async copy(text: string): Promise<void> {
    await this.page.copyText(text);
    this.toasts.say(t('common.copied'));
  }
}

export const [getWindow, setWindow] = createContext<WindowState>();
