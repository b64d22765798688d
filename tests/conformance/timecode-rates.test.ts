import { afterAll, expect, test } from 'vitest';
import { TIMECODE_RATES, timecodeRate } from '../../shared/time/timecode.ts';
import { ExportFolder, ROUNDTABLE } from '../support/exported-session.ts';
import { runTool } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';

const folder = new ExportFolder();
afterAll(() => {
  folder.remove();
});

/**
 * The session began at 23:59:12.345 UTC: frame floor(0.345 x nominal). At 29.97 and 59.94 the count of frames is then
 * moved down to a multiple of five: in drop frame, 23:59:12;10 is frame 2587978, and at 59.94 ;20 is frame 5175956.
 * Without it the counts are multiples already.
 */
const LABELS: Readonly<Record<string, string>> = {
  '23.976': '23:59:12:08',
  '24': '23:59:12:08',
  '25': '23:59:12:08',
  '29.97df': '23:59:12;07',
  '29.97ndf': '23:59:12:10',
  '30': '23:59:12:10',
  '48': '23:59:12:16',
  '50': '23:59:12:17',
  '59.94df': '23:59:12;19',
  '59.94ndf': '23:59:12:20',
  '60': '23:59:12:20',
};

test.each(TIMECODE_RATES.map(({ id }) => id))(
  'ffprobe reads the planned label at %s',
  needs('ffprobe'),
  async (id) => {
    const files = await folder.export(ROUNDTABLE, id, {
      players: ['dj-IV_2'],
      choices: { rate: timecodeRate(id) },
    });
    const [file] = files;
    expect(files).toHaveLength(1);
    expect(file?.plan.item.timecode.label).toBe(LABELS[id]);
    const show = [
      '-v',
      'error',
      '-show_entries',
      'stream_tags=timecode:format_tags=timecode',
      '-of',
      'csv=p=0',
    ];
    const { output } = runTool('ffprobe', [...show, file?.outcome.path ?? '']);
    const labels = output.toString().trim().split(/\s+/);
    expect(labels).toEqual(Array(3).fill(file?.plan.item.timecode.label));
  },
);
