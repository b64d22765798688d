import { countsOf } from '../../shared/model/export-counts.ts';
import { detailedTrouble } from '../../shared/model/detailed-error.ts';
import { MEDIA_FORMATS } from '../../shared/model/media-formats.ts';
import { PROJECT_FORMATS } from '../../shared/model/project-formats.ts';
import type { ExportBatch, ExportChoices, ExportItem, Offers, Preset } from '../host/api-types.ts';

const CHOICES: ExportChoices = {
  formats: ['m4a', 'bwf'],
  layout: 'per-player',
  fragmented: false,
  projects: ['edl', 'otio'],
  rate: '25',
  zone: 'Europe/Oslo',
  fixedStart: null,
  offsetFrames: 2,
  align: 'session',
  nameTemplate: '{session}/{index}_{player}_{timecode}',
  existing: 'number',
};

function preset(presetId: string, title: string, note: string, change: Partial<ExportChoices>): Preset {
  return { presetId, title, note, builtIn: !presetId.startsWith('own'), choices: { ...CHOICES, ...change } };
}

export const PRESETS: readonly Preset[] = [
  preset(
    'resolve',
    'DaVinci Resolve',
    'Reads the WAV files and their timecode on every system. Opus in MP4 is on its Linux codec list; nobody has confirmed macOS or Windows. That is why both are written.',
    {},
  ),
  preset(
    'final-cut',
    'Final Cut Pro',
    'Nobody has yet been seen importing Opus in .m4a into Final Cut Pro; the WAV files carry the same timecode.',
    { projects: ['fcpxml'] },
  ),
  preset(
    'premiere',
    'Premiere Pro',
    'Premiere Pro 26 is reported not to import Opus in .m4a; it reads the WAV files.',
    { formats: ['bwf'], projects: ['otio'] },
  ),
  preset('archive', 'Archive', 'ffmpeg, Chromium and mediainfo read these files; VLC and mpv are said to.', {
    formats: ['m4a'],
    projects: ['csv'],
  }),
  preset('own-1', 'Winter season', '', { formats: ['bwf', 'mov'], projects: ['edl', 'rpp'] }),
];

export const OFFERS: Offers = {
  formats: MEDIA_FORMATS.map((facts) => ({ ...facts, layouts: [...facts.layouts] })),
  projects: PROJECT_FORMATS.map(({ project, title, note, files }) => ({
    project,
    title,
    note,
    extension: files[0]?.extension ?? '',
  })),
  rates: (['23.976', '24', '25', '29.97df', '29.97ndf', '30', '50', '59.94df', '60'] as const).map(
    (rate) => ({ rate, title: rate }),
  ),
  presets: [...PRESETS],
  tokens: [
    { token: 'session', title: 'Title of the session', example: 'Ep. 48' },
    { token: 'index', title: 'Number of the player', example: '1' },
    { token: 'player', title: 'Name of the player', example: 'Marit Solheim' },
    { token: 'timecode', title: 'Start timecode', example: '10-02-14-04' },
    { token: 'date', title: 'Date', example: '2026-11-19' },
    { token: 'time', title: 'Time', example: '10-02-14' },
  ],
};

function item(
  itemId: string,
  fileName: string,
  state: ExportItem['state'],
  more: Partial<ExportItem> = {},
): ExportItem {
  const packets = 236_200;
  const totalBytes = 52e6;
  return {
    itemId,
    sessionId: 'ep-47',
    sessionTitle: 'Ep. 47 The ferry that never sailed',
    playerName: 'Marit Solheim',
    kind: fileName.endsWith('wav') ? 'bwf' : 'm4a',
    fileName,
    state,
    doneBytes: state === 'done' ? totalBytes : 0,
    totalBytes,
    speed: null,
    secondsLeft: null,
    trouble: null,
    result:
      state !== 'done'
        ? null
        : {
            path: `/media/Winter season/${fileName}`,
            sizeBytes: totalBytes,
            durationSamples: 226_752_000,
            timecode: '10:04:11:20',
            packets,
            gaps: 2,
            silenceSamples: fileName.includes('mix') ? null : fileName.includes('2_') ? 3_048_000 : 0,
            largestErrorSamples: 43,
            damagedRanges: 0,
            sha256: 'a'.repeat(64),
            verified: { ok: true, packetsIdentical: packets, checks: 31 },
          },
    ...more,
  };
}

const batch = (
  batchId: string,
  title: string,
  presetTitle: string,
  finished: boolean,
  items: ExportItem[],
): ExportBatch => ({
  batchId,
  title,
  presetTitle,
  createdUnixMicros: Date.parse('2026-11-20T16:12+01:00') * 1000,
  finishedUnixMicros: finished ? Date.parse('2026-11-20T16:13+01:00') * 1000 : null,
  outFolder: '/media/Winter season',
  held: false,
  changes: 0,
  counts: countsOf(items),
  problems: [],
  problemCount: 0,
  items,
});

export const RUNNING: ExportBatch = batch('b1', 'Ep. 47, Ep. 46, Interview', 'DaVinci Resolve', false, [
  item('1', 'Ep. 46/1_Marit Solheim_10-01-48-02.wav', 'running', {
    doneBytes: 37e6,
    speed: 412,
    secondsLeft: 4,
  }),
  item('2', 'Ep. 46/2_Tomas Berg_10-01-48-02.m4a', 'verifying', {
    doneBytes: 20e6,
    speed: 5100,
    secondsLeft: 1,
  }),
  item('3', 'Ep. 46/2_Tomas Berg_10-01-48-02.wav', 'queued'),
  item('4', 'Interview/1_Marit Solheim_13-47-30-11.m4a', 'queued'),
  item('5', 'Ep. 47/1_Marit Solheim_10-04-11-20.m4a', 'done'),
  item('6', 'Ep. 47/2_Tomas Berg_10-04-11-20 (2).m4a', 'done'),
  item('7', 'Ep. 47/3_Inês Carvalho_10-04-11-20.m4a', 'done'),
]);

export const HISTORY: readonly ExportBatch[] = [
  batch('b2', 'Ep. 43 The clockmaker’s second shop', 'Archive', true, [
    item('8', 'Ep. 43/4_Noor Haddad_10-05-02-00.wav', 'failed', {
      trouble: detailedTrouble({
        kind: 'file-system',
        action: 'write',
        path: '/media/Archive/Ep. 43/4_Noor Haddad_10-05-02-00.wav.part',
        reason: 'ENOSPC',
      }),
    }),
    item('9', 'Ep. 43/1_Marit Solheim_10-05-02-00.wav', 'done'),
  ]),
  batch('b3', 'Ep. 48 Salt, smoke and the long winter', 'DaVinci Resolve', true, [
    item('10', 'Ep. 48/1_Marit Solheim_10-02-14-04.m4a', 'done'),
    item('11', 'Ep. 48/2_Tomas Berg_10-02-14-04.m4a', 'done'),
    item('12', 'Ep. 48/3_Inês Carvalho_10-02-14-04.m4a', 'done'),
  ]),
];
