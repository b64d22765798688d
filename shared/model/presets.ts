/** A named set of export choices for one editor, with the honest line about what it is known to read. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** One line for a person: what this editor is known to do with the files. */
  readonly note: string;
}

/** The built-in presets. What each editor reads is stated as of November 2026. */
export const PRESETS: readonly Preset[] = [
  {
    id: 'final-cut',
    title: 'Final Cut Pro',
    note: 'Nobody has yet been seen importing Opus in .m4a into Final Cut Pro; try one file first.',
  },
  {
    id: 'resolve',
    title: 'DaVinci Resolve',
    note: 'Resolve 20 lists Opus in MP4 for Linux; on macOS and Windows it is unproven, so try one file first.',
  },
  {
    id: 'premiere',
    title: 'Premiere Pro',
    note: 'Premiere Pro 26 is reported not to import Opus in .m4a; decode it first, for example with ffmpeg.',
  },
  {
    id: 'archive',
    title: 'Archive',
    note: 'ffmpeg, Chromium and mediainfo read these files; VLC and mpv are said to.',
  },
];
