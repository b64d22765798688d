// `npm run fuzz`: gives damaged inputs to everything that reads bytes of others.
import { parseArgs } from 'node:util';
import { PARSERS } from './fuzz.ts';
import { repeat, runFuzz } from './run.ts';

const names = PARSERS.map(({ name }) => name);
const HELP = `npm run fuzz -- [options]
  --inputs N      inputs for each parser; 100000 by default
  --parser NAME   this parser; may be repeated: ${names.join(' ')}
  --seed N        other inputs; 1 by default, which are those of the tests
  --minutes M     stop after so long, every parser having its share
  --counts DIR    keep counts there and go on from them: --inputs is then what all runs come to
  --input N       repeat this one input of the seed; needs --parser
Prints for each parser how many inputs were read whole, read with findings and refused, and the slowest by
what it took of the processor.
An input that crashes, hangs or takes too long ends its parser's turn and is written to artifacts/fuzz.`;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    parser: { type: 'string', multiple: true, default: names },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '0' },
    counts: { type: 'string' },
    input: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const numbers = [values.inputs, values.seed, values.minutes, values.input ?? '0'].map(Number);
const [inputs = 0, seed = 0, minutes = 0, input = 0] = numbers;
const isWrong =
  numbers.some((number) => !(number >= 0)) ||
  values.parser.some((name) => !names.includes(name)) ||
  (values.input !== undefined && values.parser.length !== 1);
if (values.help) console.log(HELP);
else if (isWrong) {
  console.error(HELP);
  process.exitCode = 2;
} else {
  const isWell =
    values.input === undefined
      ? await runFuzz({ parsers: values.parser, inputs, seed, minutes, countsFolder: values.counts })
      : await repeat(values.parser[0] ?? '', seed, input);
  process.exitCode = isWell ? 0 : 1;
}
