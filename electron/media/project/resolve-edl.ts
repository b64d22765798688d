import { formatLabel, framesToLabel, wrapFrames } from '../../../shared/time/timecode.ts';
import { layOut } from './frame-layout.ts';
import { plainText } from './plain-text.ts';
import type { Project } from './project.ts';

const MARKER_COLOURS = { marker: 'ResolveColorBlue', slate: 'ResolveColorRed' } as const;

/**
 * An edit decision list that holds markers alone, as DaVinci Resolve writes and reads it (Timelines > Import >
 * Timeline Markers from EDL): events of one frame in timecode, colour and name in the line below. CR LF, as in every EDL.
 */
export function resolveEdl(project: Project): string {
  const { rate, startFrame } = project;
  const label = (frames: number): string =>
    formatLabel(framesToLabel(wrapFrames(startFrame + frames, rate), rate), rate);
  const events = layOut(project).markers.flatMap(({ frames, kind, name }, index) => {
    const event = String(index + 1).padStart(3, '0');
    const inOut = `${label(frames)} ${label(frames + 1)}`;
    return [
      `${event}  001      V     C        ${inOut} ${inOut}  `,
      ` |C:${MARKER_COLOURS[kind]} |M:${field(name, kind)} |D:1`,
      '',
    ];
  });
  const lines = [
    `TITLE: ${field(project.title, 'Session')}`,
    `FCM: ${rate.dropFrame ? 'DROP FRAME' : 'NON-DROP FRAME'}`,
    '',
    ...events,
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** A bar begins the next field. */
function field(text: string, fallback: string): string {
  return plainText(text.replaceAll('|', ' '), fallback);
}
