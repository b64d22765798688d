import { rescale, SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { formatLabel, framesToLabel, wrapFrames } from '../../../shared/time/timecode.ts';
import { decimalSeconds } from './decimal-seconds.ts';
import { layOut, inOrder, markerName } from './frame-layout.ts';
import { plainText } from './plain-text.ts';
import type { Project } from './project.ts';

/** Markers as a table (RFC 4180). Times are from the project's start; the label is that of the nearest frame. */
export function markersCsv(project: Project): string {
  const { rate, startFrame } = project;
  const rows = inOrder(project.markers).map((marker) => {
    const { positionSamples, kind } = marker;
    const frames = rescale(positionSamples, rate.timescale, SAMPLE_RATE * rate.frameDuration, 'nearest');
    const label = formatLabel(framesToLabel(wrapFrames(startFrame + frames, rate), rate), rate);
    return [label, decimalSeconds(positionSamples), positionSamples, kind, markerName(marker)];
  });
  return table(['timecode', 'seconds', 'samples', 'kind', 'name'], rows);
}

/**
 * Media files as a table (RFC 4180), a row for each player: where the file begins, how long it is, and which of its
 * tracks and channels are the player's, both from 1.
 */
export function filesCsv(project: Project): string {
  const { rate } = project;
  const rows = layOut(project).clips.map(({ media, name }) => [
    plainText(media.relativePath, ''),
    name,
    formatLabel(framesToLabel(media.startFrame, rate), rate),
    rate.id,
    decimalSeconds(media.startSamples),
    media.startSamples,
    decimalSeconds(media.durationSamples),
    media.durationSamples,
    media.channels,
    media.format,
    media.place.track,
    media.place.channel,
  ]);
  const columns = [
    'file',
    'player',
    'timecode',
    'rate',
    'startSeconds',
    'startSamples',
    'durationSeconds',
    'durationSamples',
    'channels',
    'format',
    'track',
    'firstChannel',
  ];
  return table(columns, rows);
}

function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** A field that a spreadsheet would take for a formula gets a quote in front: names come from other people. */
function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@]/u.test(value) ? `'${value}` : value;
  return /[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
