import type { Api, WatchValue } from '../../shared/ipc/contract.ts';
import { countsOf } from '../../shared/model/export-counts.ts';
import { PRESETS } from '../../shared/model/presets.ts';
import { TIMECODE_RATES } from '../../shared/time/timecode.ts';

type Offers = Awaited<ReturnType<Api['exports']['offers']>>;
type Plan = Awaited<ReturnType<Api['exports']['plan']>>;
type Request = Parameters<Api['exports']['plan']>[0];
type Detail = Awaited<ReturnType<Api['library']['get']>>;
type Batch = WatchValue<'exports.queue'>['batches'][number];

const CHOICES: Offers['presets'][number]['choices'] = {
  formats: ['m4a'],
  layout: 'per-player',
  fragmented: false,
  projects: [],
  rate: '25',
  zone: null,
  fixedStart: null,
  offsetFrames: 0,
  align: 'session',
  nameTemplate: '{session} {player}',
  existing: 'number',
};

export const FAKE_OFFERS: Offers = {
  formats: [
    {
      format: 'm4a',
      title: 'MPEG-4 audio, Opus',
      note: 'Packets as they were recorded.',
      extension: 'm4a',
      layouts: ['per-player', 'combined'],
    },
  ],
  projects: [{ project: 'csv', title: 'Marker list', note: 'For a spreadsheet.', extension: 'csv' }],
  rates: TIMECODE_RATES.map(({ id }) => ({ rate: id, title: id })),
  presets: PRESETS.map(({ id, title, note }) => ({
    presetId: id,
    title,
    note,
    builtIn: true,
    choices: CHOICES,
  })),
  tokens: [{ token: 'session', title: 'Title of the session', example: 'Roundtable 25' }],
};

/** A file for every player that was chosen. */
export function fakePlan({ selection }: Request, sessionOf: (sessionId: string) => Detail): Plan {
  const files = selection.flatMap(({ sessionId, playerIds }) => {
    const session = sessionOf(sessionId);
    const players = session.players.filter(({ playerId }) => playerIds?.includes(playerId) !== false);
    return players.map(({ playerId, name, payloadBytes }) => ({
      sessionId,
      sessionTitle: session.title,
      playerId,
      playerName: name,
      kind: 'm4a' as const,
      relativePath: `${session.title} ${name}.m4a`,
      estimatedBytes: payloadBytes,
      collision: 'none' as const,
      timecode: session.timecode.startLabel,
    }));
  });
  const totalBytes = files.reduce((sum, { estimatedBytes }) => sum + estimatedBytes, 0);
  return { files, problems: [], totalBytes, freeBytes: 64e9, estimatedSeconds: null };
}

/** The batch that such a plan becomes. */
export function fakeBatch(batchId: string, outFolder: string, files: Plan['files']): Batch {
  const items = files.map((file, at): Batch['items'][number] => ({
    itemId: `${batchId}-${at}`,
    sessionId: file.sessionId,
    sessionTitle: file.sessionTitle,
    playerName: file.playerName,
    kind: file.kind,
    fileName: file.relativePath,
    state: 'queued',
    doneBytes: 0,
    totalBytes: file.estimatedBytes,
    speed: null,
    secondsLeft: null,
    trouble: null,
    result: null,
  }));
  return {
    batchId,
    title: files[0]?.sessionTitle ?? 'Nothing',
    presetTitle: null,
    createdUnixMicros: 1_795_000_000_000_000,
    finishedUnixMicros: null,
    outFolder,
    held: false,
    changes: 0,
    counts: countsOf(items),
    problems: [],
    problemCount: 0,
    items,
  };
}
