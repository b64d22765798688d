import type { Api, WatchValue } from '../../shared/ipc/contract.ts';

type Row = Awaited<ReturnType<Api['library']['list']>>['rows'][number];
type Detail = Awaited<ReturnType<Api['library']['get']>>;
type Lane = Awaited<ReturnType<Api['library']['lanes']>>['lanes'][number];

const MINUTE_SAMPLES = 60 * 48_000;

/** A finished session, one that was recovered, and one of the other recorder that is damaged. */
export const FAKE_SESSIONS: readonly Row[] = [
  row(
    '3f6c2c1e-0000-4000-8000-000000000001',
    'Roundtable 25',
    ['Marit', 'Tomás', 'Inês', 'Noor'],
    ['exported'],
  ),
  row('3f6c2c1e-0000-4000-8000-000000000002', 'Interview with Noor', ['Marit', 'Noor'], ['recovered']),
  row('bvc-session', 'Voice chat', ['Steve', 'Alex'], ['damaged']),
];

function row(sessionId: string, title: string, names: readonly string[], states: Row['states']): Row {
  return {
    sessionId,
    title,
    place: sessionId === 'bvc-session' ? 'linked' : 'library',
    format: sessionId === 'bvc-session' ? 'nano-wal' : 'tailslate',
    startUnixMicros: 1_795_000_000_000_000,
    zone: 'Europe/Oslo',
    durationSamples: 3 * MINUTE_SAMPLES,
    sizeBytes: names.length * 1_000_000,
    players: names.map((name, at) => ({ playerId: `player-${at}`, name, colorIndex: at })),
    states,
    tags: ['podcast'],
  };
}

/** Everything about one of them. */
export function fakeDetail(session: Row): Detail {
  return {
    ...session,
    folder: `/library/${session.sessionId}`,
    notes: '',
    players: session.players.map((player) => ({
      ...player,
      channels: 1,
      packets: 9000,
      payloadBytes: 1_000_000,
      gaps: { count: 1, samples: 48_000 },
      damage: { count: 0, bytes: 0 },
    })),
    markers: [{ markerId: 'marker-1', positionSamples: MINUTE_SAMPLES, kind: 'marker', name: 'Good line' }],
    timecode: { rate: '25', zone: null, offsetFrames: 0, startLabel: '10:00:00:00', leadSamples: 0 },
    recovery: null,
  };
}

/** A lane for each of its players, with a gap of a second. */
export function fakeLanes(session: Detail): readonly Lane[] {
  return session.players.map(({ playerId }) => ({
    playerId,
    firstSamples: 0,
    endSamples: session.durationSamples,
    gaps: [{ startSamples: MINUTE_SAMPLES, durationSamples: 48_000 }],
    damaged: [],
  }));
}

export const FAKE_SETTINGS: WatchValue<'settings.current'>['settings'] = {
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
    presetId: 'archive',
    outFolder: null,
    nameTemplate: '{session} {player}',
    existing: 'number',
  },
  adding: 'ask',
  appearance: { theme: 'system', textSize: 100 },
  language: null,
  shortcuts: {},
  recordingSetups: [],
};
