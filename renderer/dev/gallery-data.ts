import type { SessionDetail, SessionRow, SessionState } from '../host/api-types.ts';

const SAMPLES_A_SECOND = 48_000;
/** Colours of the people in the gallery, by initials. */
const PEOPLE: Readonly<Record<string, readonly [name: string, colorIndex: number]>> = {
  MS: ['Marit Solheim', 0],
  TB: ['Tomas Berg', 1],
  IC: ['Inês Carvalho', 2],
  NH: ['Noor Haddad', 3],
  RM: ['Rafael Mota', 4],
  AM: ['Aino Mäkelä', 5],
  RA: ['Ruth Adeyemi', 6],
  PN: ['Pia Nilsen', 7],
  KE: ['Kevyn', 4],
  ST: ['stormtrooper_7', 5],
  OA: ['Oak Apple', 6],
  JL: ['Jun Lee', 4],
};

function session(
  sessionId: string,
  title: string,
  start: string,
  who: string,
  length: string,
  megabytes: number,
  states: readonly SessionState[] = ['exported'],
): SessionRow {
  const [hours = 0, minutes = 0, seconds = 0] = length.split(':').map(Number);
  return {
    sessionId,
    title,
    place: 'library',
    format: title.startsWith('Bedrock') ? 'nano-wal' : 'tailslate',
    startUnixMicros: Date.parse(`${start}+01:00`) * 1000,
    zone: 'Europe/Oslo',
    durationSamples: (hours * 3600 + minutes * 60 + seconds) * SAMPLES_A_SECOND,
    sizeBytes: megabytes * 1e6,
    players: who.split(' ').map((key) => {
      const [name, colorIndex] = PEOPLE[key] ?? [key, 0];
      return { playerId: key, name, colorIndex };
    }),
    states,
    tags: title.startsWith('Ep') ? ['winter season'] : [],
  };
}

export const SESSIONS: readonly SessionRow[] = [
  session('ep-49', 'Ep. 49 What the tide left', '2026-11-21T14:31', 'MS TB IC NH RM', '0:41:07', 168, [
    'recording',
  ]),
  session(
    'ep-48',
    'Ep. 48 Salt, smoke and the long winter',
    '2026-11-19T10:02',
    'MS TB IC NH',
    '1:32:08',
    266,
    ['damaged', 'exported'],
  ),
  session('ep-47', 'Ep. 47 The ferry that never sailed', '2026-11-12T10:04', 'MS TB IC', '1:18:44', 171),
  session(
    'round',
    'Roundtable: who pays for local news',
    '2026-11-10T19:30',
    'RA PN JL AM MS TB IC NH',
    '2:14:51',
    779,
    ['recovered'],
  ),
  session('bvc-1', 'Bedrock voice chat, Thursday', '2026-11-05T21:12', 'KE ST OA', '3:02:16', 307),
  session('ep-46', 'Ep. 46 Letters from the lighthouse', '2026-11-05T10:01', 'MS TB NH', '1:24:30', 183),
  session(
    'ruth',
    'Interview, Ruth Adeyemi on tape and memory',
    '2026-11-02T13:47',
    'MS RA',
    '0:58:12',
    84,
    [],
  ),
  session('ep-45', 'Ep. 45 Nobody owns the harbour', '2026-10-29T10:03', 'MS TB IC NH', '1:41:19', 292),
  session('pick', 'Pickups for episode 45', '2026-10-27T16:20', 'MS', '0:12:05', 8.7),
  session('ep-44', 'Ep. 44 A short history of fog', '2026-10-22T10:02', 'MS TB', '1:09:57', 101),
  session('quest', 'Listener questions, autumn', '2026-10-21T18:05', 'MS TB IC', '0:49:33', 107, []),
  session('ep-43', 'Ep. 43 The clockmaker’s second shop', '2026-10-15T10:05', 'MS TB IC NH', '1:36:22', 277),
  session('bvc-2', 'Bedrock voice chat, raid night', '2026-10-10T20:58', 'KE ST OA PN MS', '4:27:40', 748, [
    'recovered',
  ]),
  session('ep-42', 'Ep. 42 Bread, in three weathers', '2026-10-08T10:02', 'MS TB AM', '1:21:15', 176),
  session('amps', 'Studio test, new preamps', '2026-10-05T09:14', 'MS TB IC NH', '0:06:48', 20, []),
  session('ep-41', 'Ep. 41 The long way to Vardø', '2026-10-01T10:03', 'MS TB IC', '1:28:02', 190, [
    'missing',
  ]),
];

export function detail(row: SessionRow): SessionDetail {
  const damaged = row.states.includes('damaged');
  const marker = (seconds: number, name: string, kind: 'marker' | 'slate' = 'marker') => ({
    markerId: name,
    positionSamples: seconds * SAMPLES_A_SECOND,
    kind,
    name,
  });
  return {
    ...row,
    folder: `/home/marit/Tailslate/${row.sessionId}`,
    notes:
      'Keep Inês on the tin boat, lose the aside about customs. Noor dropped out twice; her own recording has the story about the ice saw.',
    players: row.players.map((player, index) => ({
      ...player,
      channels: 1,
      packets: Math.floor(row.durationSamples / 960) - index * 268,
      payloadBytes: Math.floor(row.sizeBytes / row.players.length),
      gaps: { count: [0, 0, 1, 2][index] ?? 0, samples: ([0, 0, 12.8, 63.5][index] ?? 0) * SAMPLES_A_SECOND },
      damage: damaged && index === 1 ? { count: 1, bytes: 31_204 } : { count: 0, bytes: 0 },
    })),
    markers: [
      marker(0, 'Clap', 'slate'),
      marker(21, 'Cold open'),
      marker(188, 'Titles'),
      marker(613, 'Sponsor read, take 1'),
      marker(741, 'Sponsor read, take 2'),
      marker(990, 'Question from Ida'),
      marker(1046, 'Retake from here'),
    ],
    timecode: { rate: '25', zone: null, offsetFrames: 2, startLabel: '10:02:14:04', leadSamples: 1200 },
    recovery:
      row.states.includes('recovered') || damaged
        ? {
            sessionId: row.sessionId,
            title: row.title,
            scannedUnixMicros: row.startUnixMicros ?? 0,
            durationSamples: row.durationSamples,
            tracks: row.players.map(({ playerId, name }, index) => ({
              playerId,
              name,
              keptPackets: 276_132,
              keptSamples: row.durationSamples,
              tornBytes: index === 1 ? 412 : 0,
              damagedRanges: damaged && index === 1 ? 1 : 0,
              damagedBytes: damaged && index === 1 ? 31_204 : 0,
              lastGoodSamples: row.durationSamples,
            })),
            findings: [
              {
                kind: 'bad-checksum',
                file: 'log/000001.tsl',
                startByte: 4_402_176,
                endByte: 4_433_380,
                reason: 'The checksum does not match the bytes.',
              },
            ],
          }
        : null,
  };
}
