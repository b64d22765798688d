const START_LINE = /^\s*start time\s*:\s*(?<instant>\S.*?)\s*$/imu;
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/u;

/**
 * Microseconds since 1970 UTC of an instant as ISO 8601 with its zone; undefined for anything else: a bare date or a
 * local time tells no instant.
 */
export function instantOf(text: string | undefined): number | undefined {
  if (text === undefined || !INSTANT.test(text)) return undefined;
  const millis = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(millis) || millis <= 0 ? undefined : millis * 1000;
}

/** The `Start time:` that multitrack recorders write into the text beside their files; null when there is none. */
export function statedStart(text: string): number | null {
  return instantOf(START_LINE.exec(text)?.groups?.['instant']) ?? null;
}
