import { resolve } from 'node:path';
import { MOST_SAMPLE_PLAYERS } from '../../../shared/ipc/contract/folders.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { withFolders } from '../folders-api.ts';
import { duration } from '../format.ts';
import { numberBetween } from '../option-values.ts';

interface SampleOptions {
  readonly players: string;
  readonly minutes: string;
}

/** `tailslate sample DIR` */
export async function run(
  positional: readonly string[],
  options: SampleOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const players = numberBetween('--players', options.players, {
    least: 1,
    most: MOST_SAMPLE_PLAYERS,
    whole: true,
  });
  const minutes = numberBetween('--minutes', options.minutes, { least: 0.1, most: 1440, whole: false });
  const folder = resolve(positional[0] ?? '');
  const sample = await withFolders(
    context,
    () => `Making ${folder}`,
    (folders) => folders.sample({ folder, players, minutes }),
  );
  terminal.document(sample);
  terminal.print(
    `Made ${sample.folder}: ${duration(sample.durationSamples)} of ${sample.players.join(', ')}.`,
  );
  return EXIT.done;
}
