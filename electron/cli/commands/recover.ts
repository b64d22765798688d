import { findingLine, isDamage } from '../../../shared/model/finding.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { counted, duration, fileSize, table } from '../format.ts';
import type { CommandContext } from '../context.ts';
import { type Inspection, type RecoveryReport, withFolders } from '../folders-api.ts';
import { endState } from './inspect.ts';

/** `tailslate recover SESSION`: what a scan of every byte finds; the logs are only read. */
export async function run(
  positional: readonly string[],
  _options: object,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const { inspection, report } = await withFolders(
    context,
    ({ doneBytes, totalBytes }) => `Scanning ${fileSize(doneBytes)} of ${fileSize(totalBytes)}`,
    (folders) => folders.recover({ folder: positional[0] ?? '' }),
  );
  terminal.document(recoveryDocument(inspection, report));
  terminal.print(summary(inspection));
  terminal.print(trackTable(report));
  for (const finding of report.findings) terminal.print(`! ${findingLine(finding)}`);
  terminal.print(`\n${nextStep(inspection)}`);
  return inspection.damaged ? EXIT.damage : EXIT.done;
}

function trackTable({ tracks }: RecoveryReport): string {
  return table(
    ['player', 'kept', 'packets', 'last good position', 'torn', 'damaged'],
    tracks.map(
      ({ name, keptSamples, keptPackets, lastGoodSamples, tornBytes, damagedRanges, damagedBytes }) => [
        name,
        duration(keptSamples),
        String(keptPackets),
        lastGoodSamples === null ? '-' : duration(lastGoodSamples),
        tornBytes === 0 ? 'no' : fileSize(tornBytes),
        damagedRanges === 0 ? 'no' : `${counted(damagedRanges, 'place')}, ${fileSize(damagedBytes)}`,
      ],
    ),
    ['kept', 'packets', 'last good position'],
  );
}

function nextStep({ players }: Inspection): string {
  return players.some(({ packets }) => packets > 0)
    ? 'Nothing needs repairing: export the session as it is; holes are filled with silence and reported.'
    : 'No packet could be read, so there is nothing to export: look for the logs where the session was recorded, or copy them from the original disk again.';
}

function summary(inspection: Inspection): string {
  const { title, id, durationSamples, players, damaged } = inspection;
  const name = title === '' ? id : title;
  const state = `was ${endState(inspection)}`;
  const verdict = damaged
    ? 'Some bytes are damaged; everything around them is kept.'
    : 'No damage was found.';
  return `${name} ${state}. ${duration(durationSamples)} of ${counted(players.length, 'player')}. ${verdict}\n`;
}

/** The report, and for each player the findings with their places. */
function recoveryDocument(inspection: Inspection, report: RecoveryReport): unknown {
  const { folder, id, title, complete, durationSamples, findings, damaged, players } = inspection;
  return {
    folder,
    id,
    title,
    complete,
    durationSamples,
    damaged,
    findings,
    players: players.map((player) => ({
      id: player.id,
      name: player.name,
      packets: player.packets,
      payloadBytes: player.payloadBytes,
      lastGoodSamples: player.endSamples,
      torn: player.findings.filter(({ kind }) => kind === 'torn-tail'),
      damaged: player.findings.filter((finding) => isDamage(finding) && finding.kind !== 'torn-tail'),
    })),
    report,
  };
}
