import type { TimecodeRateId } from '../time/timecode.ts';
import { DEFAULT_NAME_TEMPLATE } from './file-name.ts';
import type { WrittenFormat } from './media-formats.ts';
import type { ProjectFormat } from './project-formats.ts';

/** Everything that decides how files come out, whatever they are made of; plain data of the contract's shape. */
export interface PresetChoices {
  readonly formats: readonly WrittenFormat[];
  readonly layout: 'per-player';
  readonly fragmented: boolean;
  /** Beside the media of each session; they name the samples where those are made too. */
  readonly projects: readonly ProjectFormat[];
  readonly rate: TimecodeRateId;
  readonly zone: string | null;
  readonly fixedStart: null;
  readonly offsetFrames: number;
  readonly align: 'session';
  readonly nameTemplate: string;
  readonly existing: 'number';
}

/** The presets that come with the program; the window has their words in every language. */
export type PresetId = 'final-cut' | 'resolve' | 'premiere' | 'reaper' | 'audacity' | 'podcast' | 'archive';

/** A named set of export choices for one editor, with the honest line about what it is known to read. */
export interface Preset {
  readonly id: PresetId;
  readonly title: string;
  /** One line for a person: what this editor is known to do with the files. */
  readonly note: string;
  readonly choices: PresetChoices;
}

/** What the built-in presets have in common. */
const PASSTHROUGH: PresetChoices = {
  formats: ['m4a'],
  layout: 'per-player',
  fragmented: false,
  projects: [],
  rate: '25',
  // The zone that a session was recorded in.
  zone: null,
  fixedStart: null,
  offsetFrames: 0,
  align: 'session',
  nameTemplate: DEFAULT_NAME_TEMPLATE,
  existing: 'number',
};

/** For editors that nobody has seen importing Opus in .m4a: samples that they read beside the packets as recorded. */
const WITH_SAMPLES: PresetChoices = { ...PASSTHROUGH, formats: ['m4a', 'bwf'] };

/** The built-in presets. What each editor reads is stated as of November 2026; no project file has been seen opened. */
export const PRESETS: readonly Preset[] = [
  {
    id: 'final-cut',
    title: 'Final Cut Pro',
    note: 'Nobody has yet been seen importing Opus in .m4a into Final Cut Pro; it reads the WAV files beside them, which the FCPXML names.',
    choices: { ...WITH_SAMPLES, projects: ['fcpxml'] },
  },
  {
    id: 'resolve',
    title: 'DaVinci Resolve',
    note: 'Resolve 20 lists Opus in MP4 for Linux; on macOS and Windows it is unproven, so WAV files are written beside them, which the timeline names; the EDL holds the markers.',
    choices: { ...WITH_SAMPLES, projects: ['otio', 'edl'] },
  },
  {
    id: 'premiere',
    title: 'Premiere Pro',
    note: 'Premiere Pro 26 is reported not to import Opus in .m4a; it reads the WAV files beside them, which the Final Cut Pro 7 XML names.',
    choices: { ...WITH_SAMPLES, projects: ['fcp7'] },
  },
  {
    id: 'reaper',
    title: 'REAPER',
    note: 'Opus in .m4a has not been tried in REAPER; its project names the WAV files beside them.',
    choices: { ...WITH_SAMPLES, projects: ['rpp'] },
  },
  {
    id: 'audacity',
    title: 'Audacity',
    note: 'Opus in .m4a has not been tried in Audacity; its file list opens the WAV files beside them, and the labels are the markers.',
    choices: { ...WITH_SAMPLES, projects: ['audacity'] },
  },
  {
    id: 'podcast',
    title: 'Podcast',
    note: 'Every player as recorded, everybody in one stereo WAV at -16 LUFS to listen to, and the markers as a table for chapters and notes.',
    choices: { ...PASSTHROUGH, formats: ['m4a', 'mix'], projects: ['csv'] },
  },
  {
    id: 'archive',
    title: 'Archive',
    note: 'ffmpeg, Chromium and mediainfo read these files; VLC and mpv are said to.',
    choices: PASSTHROUGH,
  },
];
