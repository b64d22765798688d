import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { itemValue, type MetadataItem } from './read-metadata.ts';
import type { Track } from './read-track.ts';
import type { Movie } from './reader.ts';
import { GroupCursor, type PayloadScan } from './verify-payload.ts';
import { TAILSLATE } from './verify-timecode.ts';

/** A decoder that starts anywhere has settled after 80 ms (Opus in ISOBMFF 1.0 section 4.3.6.2; RFC 7845 section 4.6). */
const PRE_ROLL_MS = 80;

/** Presented length at 48 kHz: the sum of the edits, or the whole media where there are none. */
export function presentedSamples(movie: Movie, track: Track): number {
  const media = track.samples.durationTicks();
  if (track.edits.length === 0) return scaled(media, track.timescale);
  let samples = 0;
  for (const { durationTicks, mediaTimeTicks } of track.edits) {
    // In a fragmented file a duration of 0 stands for everything that follows.
    if (durationTicks === 0 && movie.fragmented)
      samples += scaled(media - Math.max(0, mediaTimeTicks), track.timescale);
    else samples += scaled(durationTicks, movie.timescale);
  }
  return samples;
}

/** Whether the edits take only what is in the media, and `mdhd` knows how long that is. */
export function checkEditList(movie: Movie, track: Track): VerifyCheck {
  const name = 'edit-list';
  const trackId = track.id;
  const media = track.samples.durationTicks();
  if (track.edits.length === 0)
    return { name, ok: false, detail: 'no edit list trims the pre-skip', trackId };
  if (!movie.fragmented && track.durationTicks !== media) {
    const detail = `mdhd says ${track.durationTicks} ticks, the samples last ${media}`;
    return { name, ok: false, detail, trackId };
  }
  for (const { durationTicks, mediaTimeTicks } of track.edits) {
    const end = mediaTimeTicks + (durationTicks * track.timescale) / Math.max(1, movie.timescale);
    if (mediaTimeTicks < 0 || end > media) {
      const detail = `an edit from ${mediaTimeTicks} to ${end} does not lie in a media of ${media} ticks`;
      return { name, ok: false, detail, trackId };
    }
  }
  const [first] = track.edits;
  const detail = `starts ${first?.mediaTimeTicks ?? 0} ticks in, lasts ${presentedSamples(movie, track)} samples`;
  return { name, ok: true, detail, trackId };
}

/** Whether every sample is in a `roll` group that goes back at least 80 ms, or to the beginning. */
export function checkRoll(track: Track): VerifyCheck {
  const name = 'roll';
  const trackId = track.id;
  const groups = track.groups.find(({ type }) => type === 'roll');
  if (groups === undefined) return { name, ok: false, detail: 'no roll group', trackId };
  const needed = (PRE_ROLL_MS * track.timescale) / 1000;
  // As far back as any sample looks: a ring, since the times of a day's packets would take 35 MB.
  const ring = 1 - groups.rollDistances.reduce((least, distance) => Math.min(least, distance), 0);
  const times = new Float64Array(ring);
  const cursor = track.samples.cursor();
  const roll = new GroupCursor(groups);
  let furthest = 0;
  while (cursor.next()) {
    const { index, timeTicks } = cursor;
    times[index % ring] = timeTicks;
    const distance = groups.rollDistances[roll.next() - 1];
    if (distance === undefined || distance >= 0) {
      return { name, ok: false, detail: `sample ${index} has no pre-roll`, trackId };
    }
    const from = index + distance;
    // What begins with the first sample has all the pre-roll there is.
    if (from > 0 && timeTicks - (times[from % ring] ?? 0) < needed) {
      const detail = `the pre-roll of sample ${index}, ${-distance} packets, covers less than 80 ms`;
      return { name, ok: false, detail, trackId };
    }
    furthest = Math.min(furthest, distance);
  }
  return { name, ok: true, detail: `up to ${-furthest} packets, at least 80 ms everywhere`, trackId };
}

/** Whether every sample is an Opus packet that lasts as long as the time table says. */
export function checkPackets(track: Track, scan: PayloadScan, wasRead: boolean): VerifyCheck {
  const name = 'packets';
  const trackId = track.id;
  const seen = scan.packets + scan.silencePackets;
  if (!wasRead)
    return { name, ok: false, detail: 'not read: its chunks are out of order or overlap', trackId };
  if (!scan.done)
    return { name, ok: false, detail: `the file ends after ${seen} of ${track.samples.count}`, trackId };
  if (scan.notOpus > 0) {
    const detail = `${scan.notOpus} samples are no Opus packets, the first is sample ${scan.firstNotOpus}`;
    return { name, ok: false, detail, trackId };
  }
  if (scan.wrongDurations > 0) {
    const detail = `${scan.wrongDurations} packets do not last as long as the table says, the first is sample ${scan.firstWrongDuration}`;
    return { name, ok: false, detail, trackId };
  }
  return { name, ok: true, detail: `${seen} Opus packets`, trackId };
}

/** Whether a packet is silence to whoever hears it. */
export type IsSilent = (packet: Uint8Array, channels: 1 | 2) => boolean;

/** Whether the silence that was laid is still what was laid and, with a decoder at hand, silence. */
export function checkSilence(
  track: Track,
  { silencePackets, laidSilence }: PayloadScan,
  isSilent: IsSilent | undefined,
): VerifyCheck {
  const check = (ok: boolean, detail: string): VerifyCheck => ({
    name: 'silence',
    ok,
    detail,
    trackId: track.id,
  });
  const { changed, firstChanged, kinds } = laidSilence;
  if (changed > 0) {
    return check(
      false,
      `${changed} packets of silence differ from the others, the first is sample ${firstChanged}`,
    );
  }
  const channels = track.opus?.channels === 2 ? 2 : 1;
  if (isSilent !== undefined && !kinds.every((packet) => isSilent(packet, channels)))
    return check(false, 'packets that were laid as silence hold sound');
  return check(true, `${silencePackets} packets, those of one duration identical`);
}

/** Whether a track's Tailslate items say what was found in it. */
export function checkItems(
  items: readonly MetadataItem[],
  track: Track,
  found: { packets: number; silencePackets: number; durationSamples: number; sha256: string | null },
): readonly VerifyCheck[] {
  const equal = (name: VerifyCheck['name'], item: string, actual: string | null): VerifyCheck => {
    const stated = itemValue(items, TAILSLATE, item);
    const ok = stated !== undefined && actual !== null && stated.toLowerCase() === actual;
    const detail = ok
      ? `${item} ${actual}`
      : `${item} says ${stated ?? 'nothing'}, found ${actual ?? 'unreadable'}`;
    return { name, ok, detail, trackId: track.id };
  };
  return [
    equal('item-duration', 'DURATION_SAMPLES', String(found.durationSamples)),
    equal('item-packets', 'PACKETS', String(found.packets)),
    equal('item-silence', 'SILENCE_PACKETS', String(found.silencePackets)),
    equal('item-digest', 'PACKETS_SHA256', found.sha256),
  ];
}

/** Ticks as samples at 48 kHz, rounded to the nearest. */
function scaled(ticks: number, timescale: number): number {
  return Math.round((ticks * SAMPLE_RATE) / Math.max(1, timescale));
}
