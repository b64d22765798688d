// `npm run bench`: how fast exports are, as ratios to other programs that do the same work in the same run.
// README.md beside this file says what is measured; --help lists the options.
import { parseArgs } from 'node:util';
import { buildIfStale } from '../../scripts/build.mjs';
import { bench } from './bench.ts';
import { ROWS } from './rows.ts';

const HELP = `npm run bench -- [options]
  --only NAME   this row; may be repeated: ${ROWS.map(({ name }) => name).join(' ')}
  --quick       3 pairs in place of 9, and nothing that lasts a day
  --pairs N     how many pairs
  --write       puts what was measured into tests/bench/RESULTS.md
  --long        records for ten minutes each in place of 20 s or a minute
  --keep        keeps the generated sessions for the next run`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    pairs: { type: 'string' },
    write: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  const { only, quick, write, keep, long } = values;
  const pairs = Number(values.pairs ?? (quick ? 3 : 9));
  const unknown = only.find((name) => ROWS.every((row) => row.name !== name));
  if (unknown !== undefined || !(pairs >= 1)) {
    console.error(HELP);
    process.exitCode = 2;
  } else {
    buildIfStale();
    process.exitCode = (await bench({ only, quick, pairs, write, keep, long })) ? 0 : 1;
  }
}
