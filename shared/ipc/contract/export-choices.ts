import * as v from 'valibot';
import { MIX_KBPS } from '../../model/media-formats.ts';
import { offsetFrames, rate, text, zone } from './values.ts';

export const mediaFormat = v.picklist(['m4a', 'bwf', 'mov', 'ogg', 'mix', 'mix-m4a', 'mix-ogg']);
export const projectFormat = v.picklist(['fcpxml', 'otio', 'edl', 'fcp7', 'csv', 'audacity', 'rpp']);
export const existing = v.picklist(['number', 'skip', 'overwrite']);

/** Everything that decides how files come out, whatever they are made of. */
export const exportChoices = v.strictObject({
  formats: v.pipe(v.array(mediaFormat), v.minLength(1)),
  /** A file per player, or all players as tracks of one. */
  layout: v.picklist(['per-player', 'combined']),
  /** m4a that can be read while it grows. */
  fragmented: v.boolean(),
  /** What a mix-down is encoded with, in kilobits a second; 128 where left out. */
  mixKbps: v.optional(v.picklist(MIX_KBPS)),
  projects: v.array(projectFormat),
  rate,
  zone,
  /** Label at T0 in place of the time of day, as HH:MM:SS:FF; null for the clock. */
  fixedStart: v.nullable(text(20)),
  offsetFrames,
  align: v.picklist(['session', 'trim']),
  nameTemplate: v.pipe(v.string(), v.minLength(1), v.maxLength(300)),
  existing,
});

/** Where a player stands in a mix-down. */
export const mixPlace = v.strictObject({
  /** From left to right. */
  panPercent: v.pipe(v.number(), v.minValue(-100), v.maxValue(100)),
  gainDb: v.pipe(v.number(), v.minValue(-60), v.maxValue(24)),
});
