import type { Finding } from '../../../shared/model/finding.ts';

const MANIFEST_FILE = 'session.json';

/** Microseconds of the wall clock must be safe integers, so milliseconds end in the year 2255. */
const MAX_UNIX_MS = Math.floor(Number.MAX_SAFE_INTEGER / 1000);

/** What the app's session.json says, as far as it can be used. */
export interface NanoSession {
  readonly sessionId: string | undefined;
  /** Wall clock at T0; 0 when `startSource` is `unknown`. */
  readonly t0UnixMicros: number;
  /** Which field told T0: `created_at` counts whole seconds, so T0 is then up to a second early. */
  readonly startSource: 'start_timestamp' | 'created_at' | 'unknown';
  /** Undefined when the app did not finish the session. */
  readonly endUnixMicros: number | undefined;
  readonly durationMs: number | undefined;
  /** The player whose app recorded. */
  readonly emitter: string | undefined;
  /** As the app lists them: players may be missing, and the logs decide. */
  readonly participants: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Reads session.json as found on disk; undefined bytes stand for a missing file. Never throws: every field that can
 * be used is, those of a file that breaks off too, and the rest is a `bad-manifest` finding each. Null in a field that
 * the app fills in at the end is no damage.
 */
export function parseNanoSession(bytes: Uint8Array | undefined): NanoSession {
  const findings: Finding[] = [];
  const note = (reason: string): void => {
    const endByte = bytes?.length ?? 0;
    findings.push({ kind: 'bad-manifest', file: MANIFEST_FILE, startByte: 0, endByte, reason });
  };
  const fields = readFields(bytes, note);
  const field = <T>(name: string, read: (value: unknown) => T | undefined): T | undefined => {
    const value = fields[name];
    if (value === undefined || value === null) return undefined;
    const result = read(value);
    if (result === undefined) note(`session.json: ${name} makes no sense.`);
    return result;
  };

  const startMs = field('start_timestamp', unixMs);
  const createdMs = field('created_at', unixSeconds);
  const t0Ms = startMs ?? createdMs;
  if (startMs === undefined) {
    note(
      createdMs === undefined
        ? 'session.json does not tell when the session began; its wall clock is unknown.'
        : 'session.json has no usable start_timestamp; created_at is taken, up to a second before the start.',
    );
  }
  const endMs = field('end_timestamp', unixMs);
  const isEndRight = endMs === undefined || t0Ms === undefined || endMs >= t0Ms;
  if (!isEndRight) note('session.json: the session ends before it begins.');
  return {
    sessionId: field('session_id', text),
    t0UnixMicros: (t0Ms ?? 0) * 1000,
    startSource:
      startMs !== undefined ? 'start_timestamp' : createdMs !== undefined ? 'created_at' : 'unknown',
    endUnixMicros: endMs === undefined || !isEndRight ? undefined : endMs * 1000,
    durationMs: field('duration_ms', count),
    emitter: field('emitter_player', text),
    participants: field('participants', (value) => names(value, note)) ?? [],
    findings,
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** The fields of the manifest; of a text that is not JSON, those that stand complete in it. */
function readFields(bytes: Uint8Array | undefined, note: (reason: string) => void): Fields {
  if (bytes === undefined || bytes.length === 0) {
    note(bytes === undefined ? 'session.json is missing.' : 'session.json is empty.');
    return {};
  }
  const json = new TextDecoder().decode(bytes);
  const value = parseJson(json);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  const isJson = value !== undefined;
  note(
    isJson
      ? 'session.json is not an object.'
      : 'session.json is not complete JSON; what can be read is used.',
  );
  return isJson ? {} : completeFields(json);
}

/**
 * Fields with a string, a number or null that something follows, so that a number that breaks off is not taken for
 * a smaller one. Quotes inside a string are escaped, so no text can pass for a field.
 */
function completeFields(json: string): Fields {
  const fields: Record<string, unknown> = {};
  const pattern = /"([a-z_]{1,32})"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d{1,20}(?:\.\d{1,20})?|null)\s*[,}]/gu;
  for (const [, name = '', value = ''] of json.matchAll(pattern)) fields[name] ??= parseJson(value);
  return fields;
}

function parseJson(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return value;
  } catch {
    return undefined;
  }
}

function unixMs(value: unknown): number | undefined {
  const ms = count(value);
  return ms !== undefined && ms > 0 && ms <= MAX_UNIX_MS ? ms : undefined;
}

/** Unix seconds as the app writes them: digits in a string. */
function unixSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,12}$/u.test(value) ? Number(value) : value;
  return typeof seconds === 'number' ? unixMs(seconds * 1000) : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function names(value: unknown, note: (reason: string) => void): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const read = value.map(text).filter((name) => name !== undefined);
  if (read.length < value.length) note('session.json: participants holds entries that are not names.');
  return read;
}
