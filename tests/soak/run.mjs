// `npm run soak`: hours of recording on a simulated clock and a real disk, at every setting of durability.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const HELP = `npm run soak -- [options]
  --hours N     of each recording; 4 by default
  --tracks N    16 by default
  --setting MS  durability in milliseconds; may be repeated: 250 500 1000 2000
  --folder DIR  on the disk to try; the system's temporary folder by default`;

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '4' },
    tracks: { type: 'string', default: '16' },
    setting: { type: 'string', multiple: true, default: ['250', '500', '1000', '2000'] },
    folder: { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
});

const [seconds, tracks] = [Math.round(Number(values.hours) * 3600), Number(values.tracks)];
if (values.help) console.log(HELP);
else if (
  !(seconds >= 10 && tracks >= 1) ||
  values.setting.some((ms) => !/^(?:250|500|1000|2000)$/u.test(ms))
) {
  console.error(HELP);
  process.exitCode = 2;
} else {
  for (const setting of values.setting) {
    const root = mkdtempSync(join(values.folder, 'tailslate-soak-'));
    try {
      const plan = { folder: join(root, 'session'), seconds, tracks, durabilityMillis: Number(setting) };
      const { packets, segments, markers, clockJumps, flushes, mostLagMillis, grownBytes, realSeconds } =
        await soak(plan);
      console.log(
        `${values.hours} h at ${setting} ms: all ${packets} packets and ${markers} markers in ${segments} segments; ` +
          `${flushes} flushes (${(flushes / seconds).toFixed(2)}/s), at most ${mostLagMillis} ms behind, ` +
          `${clockJumps} clock jumps, memory ${(grownBytes / 2 ** 20).toFixed(1)} MiB more; took ${realSeconds.toFixed(0)} s`,
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  }
}
