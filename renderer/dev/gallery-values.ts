import type { WatchName, WatchValue } from '../../shared/ipc/contract.ts';
import { WatchedValue } from '../../shared/ipc/watched-value.ts';
import { PRESETS, RUNNING } from './gallery-exports.ts';
import { GALLERY_RECORDING, GALLERY_SETUP, type GalleryRecording } from './gallery-recording.ts';

export type GalleryState = 'full' | 'empty' | 'loading' | 'error';
export interface GalleryOptions {
  /** Sessions besides those drawn by hand. */
  readonly rows: number;
  readonly theme: 'dark' | 'light';
  readonly language: string | null;
  readonly textSize: number;
  /** Sessions are being added, without an end. */
  readonly adding?: boolean;
  /** The host has dialogs of the system's. */
  readonly native?: boolean;
  /** A call that is refused, such as `library.edit`. */
  readonly fail?: string | null;
  /** What the record place shows; without it nothing has to do with microphones. */
  readonly recording?: GalleryRecording;
}

type GalleryValues = { [N in WatchName]: WatchedValue<WatchValue<N>> };

/** What the gallery's program has to tell at the start; it changes as the page asks for it. */
export function galleryValues(state: GalleryState, options: GalleryOptions, sessions: number): GalleryValues {
  const full = state === 'full';
  return {
    'app.menuCommand': new WatchedValue<WatchValue<'app.menuCommand'>>({ serial: 0, command: null }),
    'app.openedPaths': new WatchedValue<WatchValue<'app.openedPaths'>>({ serial: 0, paths: [] }),
    'library.state': new WatchedValue<WatchValue<'library.state'>>({
      sessions,
      task:
        options.adding === true
          ? { kind: 'adding', done: 2, total: 7, label: 'Winter season, raw recordings of the second day' }
          : null,
      notices: full
        ? [
            {
              noticeId: 'n1',
              notice: { kind: 'session-recovered', title: 'Roundtable: who pays for local news' },
              sessionId: 'round',
            },
          ]
        : [],
    }),
    'exports.queue': new WatchedValue<WatchValue<'exports.queue'>>({
      paused: false,
      progress: full ? 0.58 : null,
      batches: full ? [RUNNING] : [],
    }),
    'recording.state': new WatchedValue<WatchValue<'recording.state'>>(
      options.recording === 'during' ? GALLERY_RECORDING : null,
    ),
    'settings.current': new WatchedValue<WatchValue<'settings.current'>>({
      presets: [...PRESETS],
      settings: {
        audio: {
          bitrate: 96_000,
          tuning: 'voice',
          echoCancellation: false,
          noiseSuppression: false,
          autoGainControl: false,
          keepMuted: true,
        },
        durabilityMillis: 500,
        timecode: { rate: '25', zone: null },
        export: {
          presetId: 'resolve',
          outFolder: '/media/Winter season',
          nameTemplate: '{index}_{player}_{timecode}',
          existing: 'number',
        },
        adding: 'ask',
        appearance: { theme: options.theme, textSize: options.textSize },
        language: options.language,
        shortcuts: {},
        recordingSetups: options.recording === undefined ? [] : [GALLERY_SETUP],
      },
    }),
  };
}
