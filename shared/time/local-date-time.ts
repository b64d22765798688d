import { DateTime } from 'luxon';

/**
 * Date and time of day in a zone as file names show them: `2026-11-20` and `10-01-48`.
 * @param zone `local`, `utc` or an IANA name that is known to exist.
 */
export function localDateTime(unixMicros: number, zone: string): { date: string; time: string } {
  // Names have the same digits on every machine; and asking the system for its locale takes 10 ms.
  const at = DateTime.fromMillis(Math.floor(unixMicros / 1000), { zone, locale: 'en-US' });
  return { date: at.toFormat('yyyy-MM-dd'), time: at.toFormat('HH-mm-ss') };
}
