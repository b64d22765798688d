import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import { locale, t } from './locale.svelte.ts';

/** 41.6 GB: decimal, as disks are sold and systems count them. */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return numberFormat({
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && power > 0 ? 1 : power > 2 ? 1 : 0,
  }).format(value);
}

/** 1:32:08, as clocks write a length; rounded down to the second. */
export function formatClock(samples: number): string {
  const seconds = Math.floor(samples / SAMPLE_RATE);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** 3 h 41 m, or 5 m 12 s, or 4 s: a length in words. */
export function formatLength(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  if (whole >= 3600) {
    return `${t('unit.hours', { value: Math.floor(minutes / 60) })} ${t('unit.minutes', { value: minutes % 60 })}`;
  }
  const rest = t('unit.seconds', { value: String(whole % 60) });
  return whole >= 60 ? `${t('unit.minutes', { value: minutes })} ${rest}` : rest;
}

/** 63.5 s, one decimal. */
export function formatSeconds(samples: number, digits = 1): string {
  return t('unit.seconds', { value: formatNumber(samples / SAMPLE_RATE, digits) });
}

/** 0.9 ms, one decimal. */
export function formatMillis(samples: number): string {
  return t('unit.millis', { value: formatNumber((samples / SAMPLE_RATE) * 1000, 1) });
}

export function formatNumber(value: number, digits = 0): string {
  return numberFormat({ maximumFractionDigits: digits }).format(value);
}

/** −23.0: always with one decimal, so that a column of them stands still; with a minus as wide as a figure. */
export function formatDecibels(db: number): string {
  return numberFormat({ minimumFractionDigits: 1, maximumFractionDigits: 1 })
    .format(db)
    .replace('-', '\u2212');
}

export function formatPercent(fraction: number): string {
  return numberFormat({ style: 'percent' }).format(fraction);
}

/** Thu 19 Nov 2026, in the zone the session was recorded in. */
export function formatDate(unixMicros: number, zone: string | null): string {
  return dateFormat(zone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(
    unixMicros / 1000,
  );
}

/** 21 Nov 2026, where there is no room for the weekday. */
export function formatShortDate(unixMicros: number, zone: string | null): string {
  return dateFormat(zone, { day: 'numeric', month: 'short', year: 'numeric' }).format(unixMicros / 1000);
}

/** 10:02: of 24 hours in every language, as the timecode beside it counts them. */
export function formatTime(unixMicros: number, zone: string | null): string {
  return dateFormat(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(unixMicros / 1000);
}

/** Making one takes as long as writing dozens of numbers, so each that was made is kept. */
const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return kept(numberFormats, options, () => new Intl.NumberFormat(locale.tag, options));
}

function dateFormat(zone: string | null, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const inZone = zone === null || zone === 'local' ? options : { ...options, timeZone: zone };
  return kept(dateFormats, inZone, () => {
    try {
      return new Intl.DateTimeFormat(locale.tag, inZone);
    } catch {
      // A zone this machine's tables do not know: its own is better than no date.
      return new Intl.DateTimeFormat(locale.tag, options);
    }
  });
}

function kept<F>(formats: Map<string, F>, options: object, make: () => F): F {
  const key = `${locale.tag} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = make();
  formats.set(key, made);
  return made;
}

/** "25 fps", "29.97 fps drop frame", of a rate's id. */
export function formatRate(rate: string): string {
  if (rate.endsWith('ndf')) return t('rate.nonDrop', { fps: rate.slice(0, -3) });
  if (rate.endsWith('df')) return t('rate.drop', { fps: rate.slice(0, -2) });
  return t('rate.plain', { fps: rate });
}

/** MS for "Marit Solheim", DJ for "dj-IV_2": two letters that stand for a player beside the colour. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const [first, second] = words;
  if (first === undefined) return '?';
  const letters =
    second === undefined ? Array.from(first).slice(0, 2) : [Array.from(first)[0], Array.from(second)[0]];
  return letters.join('').toLocaleUpperCase();
}
