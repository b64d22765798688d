import { afterAll, expect, test } from 'vitest';
import { ExportFolder, ROUNDTABLE } from '../support/exported-session.ts';
import { runTool } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';

interface Report {
  readonly media: { readonly track: readonly Readonly<Record<string, unknown>>[] };
}

const folder = new ExportFolder();
afterAll(() => {
  folder.remove();
});

test.each([
  ['25', '23:59:12:08', '25.000'],
  ['29.97df', '23:59:12;07', '29.970'],
] as const)(
  'mediainfo reads the timecode at %s, and the tags',
  needs('mediainfo'),
  async (rate, label, frames) => {
    for (const { plan, outcome } of await folder.export(ROUNDTABLE, rate)) {
      const { output, warnings } = runTool('mediainfo', ['--Output=JSON', outcome.path]);
      expect(warnings).toBe('');
      const { media } = JSON.parse(output.toString()) as Report;
      expect(media.track).toMatchObject([
        {
          '@type': 'General',
          Format: 'MPEG-4',
          Title: outcome.player,
          Performer: outcome.player,
          Track_Position: String(plan.item.players[0]?.index),
          Track_Position_Total: '4',
          Encoded_Date: '2026-03-14 23:59:12 UTC',
        },
        { '@type': 'Audio', Format: 'Opus', SamplingRate: '48000' },
        { '@type': 'Other', Type: 'Time code', FrameRate: frames, TimeCode_FirstFrame: label },
      ]);
      // It reports what it finds wrong as fields of these names.
      expect(JSON.stringify(media.track)).not.toMatch(/conformance|truncated|invalid/i);
      // It counts in milliseconds.
      expect(Number(media.track[1]?.['Duration'])).toBeCloseTo(outcome.durationSamples / 48_000, 3);
    }
  },
);
