/** Kinds of project files, by the program or format they are for. */
export type ProjectFormat = 'fcpxml' | 'otio' | 'edl' | 'fcp7' | 'csv' | 'audacity' | 'rpp';

/** What a person has to know of a project format to choose it, and the files it consists of. */
export interface ProjectFormatFacts {
  readonly project: ProjectFormat;
  readonly title: string;
  /** One line: what it is for. */
  readonly note: string;
  readonly files: readonly ProjectFileName[];
}

/** How one file of a format is called. */
export interface ProjectFileName {
  /** Follows the project's name, so that one knows what is in the file. */
  readonly suffix: string;
  /** Without the dot. */
  readonly extension: string;
}

/** Every project format that is written. */
export const PROJECT_FORMATS: readonly ProjectFormatFacts[] = [
  {
    project: 'fcpxml',
    title: 'Final Cut Pro XML',
    note: 'A multicam clip of all players and a timeline with a role for each; FCPXML 1.9.',
    files: [{ suffix: '', extension: 'fcpxml' }],
  },
  {
    project: 'otio',
    title: 'OpenTimelineIO',
    note: 'A timeline with a track for each player, for DaVinci Resolve and others.',
    files: [{ suffix: '', extension: 'otio' }],
  },
  {
    project: 'edl',
    title: 'Resolve markers, EDL',
    note: 'The markers alone, for a timeline in DaVinci Resolve.',
    files: [{ suffix: '_markers', extension: 'edl' }],
  },
  {
    project: 'fcp7',
    title: 'Final Cut Pro 7 XML',
    note: 'A sequence with a track for each player, for Premiere Pro.',
    files: [{ suffix: '', extension: 'xml' }],
  },
  {
    project: 'csv',
    title: 'Tables, CSV',
    note: 'Markers and files with their timecodes, for people and scripts.',
    files: [
      { suffix: '_markers', extension: 'csv' },
      { suffix: '_files', extension: 'csv' },
    ],
  },
  {
    project: 'audacity',
    title: 'Audacity',
    note: 'A label track, and a list that opens all files at their places.',
    files: [
      { suffix: '_labels', extension: 'txt' },
      { suffix: '', extension: 'lof' },
    ],
  },
  {
    project: 'rpp',
    title: 'REAPER project',
    note: 'A coloured track for each player, and the markers.',
    files: [{ suffix: '', extension: 'rpp' }],
  },
];
