import type { CatalogSession } from '../../electron/catalog/catalog-session.ts';

/** A session as the catalog keeps it, made up from a number. */
export function catalogRow(n: number): CatalogSession {
  const number = String(n).padStart(4, '0');
  return {
    sessionId: `session-${n}`,
    logSessionId: `session-${n}`,
    place: 'library',
    folder: `folder ${number}`,
    format: 'tailslate',
    fingerprint: `print ${n}`,
    facts: '{}',
    annotations: '{}',
    title: `Episode ${number}`,
    startUnixMicros: 1_700_000_000_000_000 + n * 86_400_000_000,
    zone: 'Europe/Oslo',
    durationSamples: ((n * 7919) % 10_800) * 48_000,
    sizeBytes: (n * 104_729) % 90_000_000,
    players: ['Host', 'Guest', `Caller ${n % 50}`].map((name, at) => ({
      playerId: String(at),
      name,
      colorIndex: at,
    })),
    tags: [`tag ${n % 10}`],
    flags: { recording: false, recovered: n % 10 === 1, damaged: n % 10 === 2, missing: false, newer: false },
    notes: `Recorded in room ${n % 20}. ${'Nothing else of note, but these words to fill the page. '.repeat(3)}`,
    markerNames: ['Intro', `Question ${n % 30}`],
  };
}
