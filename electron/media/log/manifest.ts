import type { Finding } from '../../../shared/model/finding.ts';
import { isSessionId } from './segment.ts';
import type { TrackInfo } from './track-info.ts';

/** File name within the session folder. */
export const MANIFEST_FILE = 'session.json';

const FORMAT = 'tailslate-session';

/** The version written, and the newest whose every field is understood. */
const MANIFEST_VERSION = 1;

/** A track as the manifest lists it: the log's description and what a person chose for it. */
interface ManifestTrack extends TrackInfo {
  /** Place in the palette; absent until someone chose one. */
  readonly colorIndex?: number;
}

/** session.json: what a session is, besides its packets. */
export interface Manifest {
  /** UUID, lower case. */
  readonly sessionId: string;
  readonly title: string;
  /** Wall clock at T0; 0 when nobody knows it. */
  readonly t0UnixMicros: number;
  /** When the folder was made: ISO 8601, UTC. */
  readonly createdAt: string;
  /** IANA zone of the recording machine; empty when nobody knows it. */
  readonly zone: string;
  /** Null while recording, and after a crash. */
  readonly endSamples: number | null;
  readonly tracks: readonly ManifestTrack[];
  /** Version of Tailslate that wrote it. */
  readonly appVersion: string;
}

/** What reading a manifest gave. */
export interface ManifestResult {
  /** Undefined when it cannot be read; the logs then tell what matters. */
  readonly manifest: Manifest | undefined;
  /** Written by a newer version: it may hold more than is shown, so it must not be written back. */
  readonly newer: boolean;
  readonly findings: readonly Finding[];
}

/** The manifest's text, fields in a fixed order, with a line break at the end. */
export function serialiseManifest(manifest: Manifest): string {
  const { sessionId, title, t0UnixMicros, createdAt, zone, endSamples, appVersion } = manifest;
  const tracks = manifest.tracks.map(({ id, name, colorIndex, channels, preSkipSamples, inputRate }) => ({
    id,
    name,
    ...(colorIndex === undefined ? {} : { colorIndex }),
    channels,
    preSkipSamples,
    inputRate,
  }));
  const head = { format: FORMAT, version: MANIFEST_VERSION };
  const body = { sessionId, title, t0UnixMicros, createdAt, zone, endSamples, tracks, appVersion };
  return `${JSON.stringify({ ...head, ...body }, undefined, 2)}\n`;
}

/**
 * Reads session.json as found on disk; undefined bytes stand for a missing file. Never throws: what is wrong is a
 * `bad-manifest` finding. Fields that this version does not know are passed over.
 */
export function parseManifest(bytes: Uint8Array | undefined): ManifestResult {
  if (bytes === undefined) return unreadable(0, 'session.json is missing.');
  const size = bytes.length;
  if (size === 0) return unreadable(size, 'session.json is empty.');
  const value = parseJson(bytes);
  if (value === undefined) return unreadable(size, 'session.json is not complete JSON.');
  if (!isFields(value) || value['format'] !== FORMAT)
    return unreadable(size, 'session.json is not a manifest of ours.');
  const version = value['version'];
  if (!isCount(version)) return unreadable(size, 'session.json does not say its version.');
  const newer = version > MANIFEST_VERSION;
  const manifest = manifestFrom(value);
  if (typeof manifest === 'string') {
    return { ...unreadable(size, `session.json: ${manifest} is missing or makes no sense.`), newer };
  }
  const reason = `session.json has version ${version}, newer than ${MANIFEST_VERSION}; only what is known is read.`;
  return { manifest, newer, findings: newer ? [finding(size, reason)] : [] };
}

/** The manifest, or the name of the first field that does not fit. */
function manifestFrom(value: Fields): Manifest | string {
  const { sessionId, title, t0UnixMicros, createdAt, zone, endSamples, tracks: listed, appVersion } = value;
  if (typeof sessionId !== 'string' || !isSessionId(sessionId)) return 'sessionId';
  if (typeof title !== 'string') return 'title';
  if (!isCount(t0UnixMicros)) return 't0UnixMicros';
  if (typeof createdAt !== 'string' || Number.isNaN(Date.parse(createdAt))) return 'createdAt';
  if (typeof zone !== 'string' || !isZone(zone)) return 'zone';
  if (endSamples !== null && !isCount(endSamples)) return 'endSamples';
  if (!Array.isArray(listed)) return 'tracks';
  if (typeof appVersion !== 'string') return 'appVersion';
  const tracks: ManifestTrack[] = [];
  for (const item of listed) {
    const track = trackFrom(item);
    if (track === undefined || tracks.some(({ id }) => id === track.id)) return `tracks[${tracks.length}]`;
    tracks.push(track);
  }
  return { sessionId, title, t0UnixMicros, createdAt, zone, endSamples, tracks, appVersion };
}

function trackFrom(value: unknown): ManifestTrack | undefined {
  if (!isFields(value)) return undefined;
  const { id, name, colorIndex, channels, preSkipSamples, inputRate } = value;
  if (!isCount(id, 0xfffe) || typeof name !== 'string' || (channels !== 1 && channels !== 2))
    return undefined;
  if (!isCount(preSkipSamples, 0xffff) || !isCount(inputRate, 0xffff_ffff)) return undefined;
  const track = { id, name, channels, preSkipSamples, inputRate } as const;
  if (colorIndex === undefined) return track;
  return isCount(colorIndex) ? { ...track, colorIndex } : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown, most = Number.MAX_SAFE_INTEGER): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;
}

/**
 * Whether it is written like the name of a zone. A name that this machine does not know yet (they are added and
 * renamed every year) is no reason to refuse a manifest, and asking costs 10 ms.
 */
function isZone(zone: string): boolean {
  return zone === '' || /^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/.test(zone);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function unreadable(sizeBytes: number, reason: string): ManifestResult {
  return { manifest: undefined, newer: false, findings: [finding(sizeBytes, reason)] };
}

function finding(sizeBytes: number, reason: string): Finding {
  return { kind: 'bad-manifest', file: MANIFEST_FILE, startByte: 0, endByte: sizeBytes, reason };
}
