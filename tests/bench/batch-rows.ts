import { measure } from './measure.ts';
import { exporter, ffmpegCopies, ffmpegDecode } from './programs.ts';
import { ratio, type Row, running } from './ratio-row.ts';
import { PLAYER, type Workspace } from './workspace.ts';

const EIGHT = 8;
/** Memory may come and go with the collector; what a leak adds in five hours is far more. */
const SLACK_MIB = 24;

/** Peak memory of six hours of speech as Broadcast Wave, against one: sample tables grow, nothing else does. */
const BWF_MEMORY: Row = {
  name: 'bwf-memory',
  title: 'bwf, peak memory of 6 hours beyond that of 1',
  target: `<= 12 bytes a packet + ${SLACK_MIB} MiB`,
  slow: true,
  // Six hours take a minute and 3 GB, so they are made once; what varies from run to run is within the slack.
  async run(workspace) {
    const short = await peakMiB(workspace, 1);
    const long = await peakMiB(workspace, 6);
    const packets = workspace.recording(6, 'gapless').slots - workspace.recording(1, 'gapless').slots;
    const allowed = (12 * packets) / 2 ** 20 + SLACK_MIB;
    const measured = `${long.toFixed(0)} - ${short.toFixed(0)} of ${allowed.toFixed(0)} MiB`;
    return { measured, met: long - short <= allowed };
  },
};

async function peakMiB(workspace: Workspace, hours: number): Promise<number> {
  const session = await workspace.session('tailslate', hours, 1, 'gapless');
  return measure(exporter(session, workspace.out(), '--player', PLAYER, '--format', 'bwf')).peakMiB ?? NaN;
}

/** What whole sessions take, and what decoding does. */
export const BATCH_ROWS: readonly Row[] = [
  ratio(
    'batch-eight',
    'eight players of 3 hours at once, verified : eight ffmpeg -c copy in turn',
    0.5,
    async (workspace) => {
      const session = await workspace.session('tailslate', 3, EIGHT);
      const oggs: string[] = [];
      for (let player = 0; player < EIGHT; player++) oggs.push(await workspace.ogg(3, player));
      return {
        a: running((out) => exporter(session, out, '--jobs', '2')),
        b: running((out) => ffmpegCopies(oggs, out)),
      };
    },
    { by: 'wall' },
  ),
  ratio(
    'bwf',
    'bwf of an hour without a gap : ffmpeg -c:a pcm_s24le',
    1.4,
    async (workspace) => {
      const session = await workspace.session('tailslate', 1, 1, 'gapless');
      const ogg = await workspace.ogg(1, 0, 'gapless');
      return {
        a: running((out) => exporter(session, out, '--format', 'bwf', '--no-verify')),
        b: running((out) => ffmpegDecode(ogg, out)),
      };
    },
    { by: 'cpu' },
  ),
  ratio(
    'bwf-batch',
    'bwf of four players, two at once : one after another',
    // Two cores are to do 1.6 times as much as one.
    0.625,
    async (workspace) => {
      const session = await workspace.session('tailslate', 1, 4, 'gapless');
      const four = (jobs: string) => (out: string) =>
        exporter(session, out, '--format', 'bwf', '--no-verify', '--jobs', jobs);
      return { a: running(four('2')), b: running(four('1')) };
    },
    { by: 'wall' },
  ),
  BWF_MEMORY,
];
