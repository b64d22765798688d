import {
  type Loudness,
  MIX_CEILING_DBTP,
  MIX_TARGET_LUFS,
  type MixReport,
} from '../../shared/model/loudness.ts';
import { table } from './format.ts';

/** Further from its target than this, a mix-down says why. */
const NEAR_LU = 0.5;

/** As much of what became of a file as is told of here. */
interface Result {
  readonly file: unknown;
  readonly outcome?: { readonly status: 'done' | 'skipped'; readonly mixReport?: MixReport };
}

/** Of every mix-down that was made: loudness of each player and of the mix, and what was done to it. */
export function mixLines(results: readonly Result[]): readonly string[] {
  return results.flatMap(({ outcome }) =>
    outcome?.mixReport === undefined
      ? []
      : [`\n${mixTable(outcome.mixReport)}\n${verdict(outcome.mixReport)}`],
  );
}

function mixTable({ players, mix }: MixReport): string {
  return table(
    ['mix', 'loudness', 'range', 'true peak', 'pan', 'gain'],
    [
      ...players.map(({ player, place, loudness }) => [
        player,
        ...(loudness === null ? ['no packets', '', ''] : measures(loudness)),
        String(place.panPercent),
        `${place.gainDb} dB`,
      ]),
      ['the file', ...measures(mix), '', ''],
    ],
    ['loudness', 'range', 'true peak', 'pan', 'gain'],
  );
}

function measures({ integratedLufs, rangeLu, truePeakDbtp }: Loudness): readonly string[] {
  return [
    integratedLufs === null ? 'silent' : `${integratedLufs.toFixed(1)} LUFS`,
    rangeLu === null ? '' : `${rangeLu.toFixed(1)} LU`,
    truePeakDbtp === null ? '' : `${truePeakDbtp.toFixed(1)} dBTP`,
  ];
}

function verdict({ mix, raisedDb, limitedDb, encoding }: MixReport): string {
  const { integratedLufs } = mix;
  if (integratedLufs === null)
    return 'Nobody is heard above -70 LUFS: the mix is as it was recorded, not brought to a loudness.';
  const change = `${raisedDb < 0 ? 'Lowered' : 'Raised'} by ${Math.abs(raisedDb).toFixed(1)} dB; the limiter took ${limitedDb.toFixed(1)} dB at most.${peaks(mix, encoding)}`;
  if (Math.abs(integratedLufs - MIX_TARGET_LUFS) <= NEAR_LU) return change;
  return `${change} That leaves the mix at ${integratedLufs.toFixed(1)} LUFS, not ${MIX_TARGET_LUFS}: it is raised by 30 dB at most, and its peaks are limited.`;
}

/** What encoding did to the peaks, and what was done about it. */
function peaks({ truePeakDbtp }: Loudness, encoding: MixReport['encoding']): string {
  if (encoding === undefined || truePeakDbtp === null) return '';
  const again =
    encoding.passes === 1
      ? ''
      : ` Encoding lifts peaks: it was encoded ${encoding.passes} times, from peaks ${encoding.loweredDb.toFixed(1)} dB lower at last.`;
  if (truePeakDbtp <= MIX_CEILING_DBTP) return again;
  return `${again} They still reach ${truePeakDbtp.toFixed(1)} dBTP, above ${MIX_CEILING_DBTP}.`;
}
