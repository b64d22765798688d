import { basename } from 'node:path';
import type { Infer } from '../../../shared/ipc/declare.ts';
import type { sessionDetail } from '../../../shared/ipc/contract/library.ts';
import { startTimecode, type StartTimecode } from '../../../shared/time/start-timecode.ts';
import { timecodeRate } from '../../../shared/time/timecode.ts';
import type { CatalogSession, StoredSession } from '../../catalog/catalog-session.ts';
import { UNKNOWN_START } from '../session/session.ts';
import type { Annotations } from './annotations.ts';
import type { LibraryPaths, SessionPlace } from './paths.ts';
import type { LibraryPorts } from './ports.ts';
import { cut, type Marker, type PlayerFacts, type SessionFacts } from './session-facts.ts';

export type SessionDetail = Infer<typeof sessionDetail>;

/** What is known of a session folder besides facts and annotations. */
export interface SessionCircumstances extends SessionPlace {
  readonly sessionId: string;
  readonly fingerprint: string;
  readonly sizeBytes: number;
  /** Whether somebody records into it. */
  readonly held: boolean;
}

/** A session as the catalog keeps it: what the logs say, overridden by what people said. SCHEMA.md has the rule. */
export function catalogSession(
  facts: SessionFacts,
  annotations: Annotations,
  about: SessionCircumstances,
): CatalogSession {
  const { sessionId, place, folder, fingerprint, sizeBytes, held } = about;
  return {
    sessionId,
    logSessionId: facts.logSessionId ?? '',
    place,
    folder,
    format: facts.format,
    fingerprint,
    facts: JSON.stringify(facts),
    annotations: JSON.stringify(annotations),
    title: titleOf(facts, annotations, folder),
    startUnixMicros: facts.startUnixMicros,
    zone: facts.zone,
    durationSamples: facts.durationSamples,
    sizeBytes,
    players: mergedPlayers(facts, annotations).map(({ playerId, name, colorIndex }) => ({
      playerId,
      name,
      colorIndex,
    })),
    tags: annotations.tags ?? [],
    flags: {
      recording: held,
      recovered: facts.format === 'tailslate' && !facts.closed && !held,
      damaged: facts.damaged,
      missing: false,
      newer: facts.newer,
    },
    notes: annotations.notes ?? '',
    markerNames: mergedMarkers(facts, annotations).map(({ name }) => name),
  };
}

/** A session's page, from what the catalog keeps. */
export function sessionDetailOf(
  session: StoredSession,
  paths: LibraryPaths,
  defaults: ReturnType<LibraryPorts['timecodeDefaults']>,
): SessionDetail {
  const facts = factsOf(session);
  const annotations = annotationsOf(session);
  const timecode = annotations.timecode ?? { ...defaults, offsetFrames: 0 };
  const start = startOf(facts, timecode);
  return {
    ...session.row,
    folder: paths.folderOf({ place: session.row.place, folder: session.folder }),
    notes: annotations.notes ?? '',
    players: mergedPlayers(facts, annotations),
    markers: mergedMarkers(facts, annotations),
    timecode: { ...timecode, startLabel: start.label, leadSamples: start.leadSamples },
    recovery: facts.recovery,
  };
}

/** The documents come from the catalog, which this version filled: see FACTS_VERSION. */
export function factsOf({ facts }: StoredSession): SessionFacts {
  return JSON.parse(facts) as SessionFacts;
}

function annotationsOf({ annotations }: StoredSession): Annotations {
  return JSON.parse(annotations) as Annotations;
}

/** The start of an export of the session; a zone that this machine does not know counts as UTC. */
export function startOf(
  facts: SessionFacts,
  timecode: { readonly rate: string; readonly zone: string | null; readonly offsetFrames: number },
): StartTimecode {
  const spec = {
    t0UnixMicros: facts.startUnixMicros ?? 0,
    rate: timecodeRate(timecode.rate),
    offsetFrames: timecode.offsetFrames,
    ...(facts.startUnixMicros === null && { fixedStart: UNKNOWN_START }),
  };
  try {
    return startTimecode({ ...spec, zone: timecode.zone ?? facts.zone ?? 'local' });
  } catch {
    return startTimecode({ ...spec, zone: 'utc' });
  }
}

function titleOf(facts: SessionFacts, annotations: Annotations, folder: string): string {
  const chosen = annotations.title ?? '';
  if (chosen !== '') return chosen;
  return facts.title === '' ? cut(basename(folder), 500) : facts.title;
}

function mergedPlayers(facts: SessionFacts, annotations: Annotations): PlayerFacts[] {
  return facts.players.map((player) => {
    const said = annotations.players?.[player.playerId];
    return { ...player, name: said?.name ?? player.name, colorIndex: said?.colorIndex ?? player.colorIndex };
  });
}

/** Markers of the log, those that were changed in their new form and without those removed, and the added ones. */
function mergedMarkers(facts: SessionFacts, annotations: Annotations): Marker[] {
  const merged = new Map(facts.markers.map((marker) => [marker.markerId, marker]));
  for (const [markerId, said] of Object.entries(annotations.markers ?? {})) {
    if (said === null) merged.delete(markerId);
    else merged.set(markerId, { ...said, markerId });
  }
  return [...merged.values()].sort(
    (a, b) => a.positionSamples - b.positionSamples || (a.markerId < b.markerId ? -1 : 1),
  );
}
