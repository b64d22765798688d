import type { VerifiedTimecode, VerifyCheck } from '../../../shared/model/verify-report.ts';
import { reducedRate } from '../../../shared/time/timecode.ts';
import { itemValue } from './read-metadata.ts';
import type { TimecodeTrack } from './read-timecode.ts';
import type { Track } from './read-track.ts';
import type { Movie } from './reader.ts';

/** Who defined the items that Tailslate writes. */
export const TAILSLATE = 'com.tailslate';

/** The start label of a file, from its first timecode track; null when there is none that can be read. */
export function readStart(movie: Movie): VerifiedTimecode | null {
  const timecode = movie.tracks.find((track) => track.timecode !== undefined)?.timecode;
  if (timecode?.label === undefined || timecode.startFrame === undefined) return null;
  const [rateNumerator, rateDenominator] = reducedRate(timecode);
  return {
    label: timecode.label,
    rateNumerator,
    rateDenominator,
    dropFrame: timecode.dropFrame,
    startFrame: timecode.startFrame,
  };
}

/** Whether the timecode track says something that a clock can show, for as long as it plays (QTFF "Timecode Media"; SMPTE ST 12-1). */
export function checkTimecode(movie: Movie): VerifyCheck {
  const track = movie.tracks.find(({ timecode }) => timecode !== undefined);
  const timecode = track?.timecode;
  const name = 'timecode';
  if (track === undefined || timecode === undefined) return { name, ok: false, detail: 'no timecode track' };
  const rate = `${timecode.timescale}/${timecode.frameDuration}`;
  if (timecode.startFrame === undefined) return { name, ok: false, detail: 'its sample cannot be read' };
  if (timecode.nominalFrames !== Math.round(timecode.timescale / timecode.frameDuration)) {
    const detail = `${timecode.nominalFrames} labels a second do not fit a rate of ${rate}`;
    return { name, ok: false, detail };
  }
  if (timecode.label === undefined) {
    const kind = timecode.dropFrame ? ' with drop frame' : '';
    return { name, ok: false, detail: `frame ${timecode.startFrame} at ${rate}${kind} has no label` };
  }
  const misfit = durationMisfit(movie, track);
  if (misfit !== undefined) return { name, ok: false, detail: misfit };
  return { name, ok: true, detail: `${timecode.label} at ${rate}, frame ${timecode.startFrame}` };
}

/** How the samples of the timecode track disagree with `mdhd` or its edits about its length. */
function durationMisfit(movie: Movie, track: Track): string | undefined {
  const media = track.samples.durationTicks();
  if (!movie.fragmented && track.durationTicks !== media) {
    return `mdhd says ${track.durationTicks} ticks, the samples last ${media}`;
  }
  for (const { durationTicks, mediaTimeTicks } of track.edits) {
    if (mediaTimeTicks < 0) continue; // An empty edit takes nothing from the media.
    // Less than a tick of the movie is how its editor rounded.
    const ticks = (Math.max(0, durationTicks - 1) * track.timescale) / Math.max(1, movie.timescale);
    if (mediaTimeTicks + ticks >= media) {
      return `an edit of ${durationTicks} from ${mediaTimeTicks} reaches beyond samples of ${media} ticks`;
    }
  }
  return undefined;
}

/** Whether TIMECODE_START and TIMECODE_RATE say the same as the timecode track. */
export function checkTimecodeItems(movie: Movie): VerifyCheck {
  const name = 'item-timecode';
  const start = itemValue(movie.metadata, TAILSLATE, 'TIMECODE_START');
  const rate = itemValue(movie.metadata, TAILSLATE, 'TIMECODE_RATE');
  const timecode = movie.tracks.find((track) => track.timecode !== undefined)?.timecode;
  if (start === undefined || rate === undefined || timecode === undefined) {
    const missing =
      timecode === undefined ? 'timecode track' : start === undefined ? 'TIMECODE_START' : 'TIMECODE_RATE';
    return { name, ok: false, detail: `no ${missing}` };
  }
  const found = `${timecode.label ?? 'no label'} at ${timecode.timescale}/${timecode.frameDuration}`;
  const ok = start === timecode.label && isRate(rate, timecode);
  return {
    name,
    ok,
    detail: ok ? `${start} at ${rate}` : `items say ${start} at ${rate}, the track ${found}`,
  };
}

/** A rate as people and programs write it: `25`, `29.97df`, `30000/1001`, with or without DF or NDF. */
function isRate(text: string, timecode: TimecodeTrack): boolean {
  const match = /^(\d+(?:\.\d+)?)(?:\/(\d+))?\s*(df|ndf)?$/i.exec(text.trim());
  if (match === null) return false;
  const [, numerator = '', denominator = '1', kind] = match;
  if (kind !== undefined && (kind.toLowerCase() === 'df') !== timecode.dropFrame) return false;
  // Two decimals tell 23.98 from 24 and 29.97 from 30, which is all that a rounded rate has to do.
  return (
    Math.abs(Number(numerator) / Number(denominator) - timecode.timescale / timecode.frameDuration) < 0.005
  );
}
