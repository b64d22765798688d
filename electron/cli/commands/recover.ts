import { timecodeRate } from '../../../shared/time/timecode.ts';
import { isDamage } from '../../../shared/model/finding.ts';
import { type Inspection, inspectSession } from '../../services/inspect.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { counted, duration, fileSize, table } from '../format.ts';
import type { CommandContext } from '../context.ts';
import { allFindings, endState } from './inspect.ts';

/** `tailslate recover SESSION`: what a scan of every byte finds; the logs are only read. */
export async function run(
  positional: readonly string[],
  _options: object,
  { terminal, signal }: CommandContext,
): Promise<ExitCode> {
  const inspection = await inspectSession(
    positional[0] ?? '',
    { rate: timecodeRate('25'), zone: 'utc' },
    {
      signal,
      onProgress: (doneBytes, totalBytes) => {
        terminal.progress(`Scanning ${fileSize(doneBytes)} of ${fileSize(totalBytes)}`);
      },
    },
  );
  terminal.document(recoveryDocument(inspection));
  terminal.print(summary(inspection));
  terminal.print(
    table(
      ['player', 'kept', 'packets', 'last good position', 'torn', 'damaged'],
      inspection.players.map((player) => {
        const torn = player.findings.filter(({ kind }) => kind === 'torn-tail');
        const { count, bytes } = player.report.damage;
        const damaged = { count: count - torn.length, bytes: bytes - bytesOf(torn) };
        return [
          player.name,
          fileSize(player.payloadBytes),
          String(player.packets),
          player.endSamples === null ? '-' : duration(player.endSamples),
          torn.length === 0 ? 'no' : fileSize(bytesOf(torn)),
          damaged.count === 0 ? 'no' : `${counted(damaged.count, 'place')}, ${fileSize(damaged.bytes)}`,
        ];
      }),
      ['kept', 'packets', 'last good position'],
    ),
  );
  for (const line of allFindings(inspection)) terminal.print(`! ${line}`);
  terminal.print(`\n${nextStep(inspection)}`);
  return inspection.damaged ? EXIT.damage : EXIT.done;
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

function recoveryDocument({
  folder,
  id,
  title,
  complete,
  durationSamples,
  players,
  findings,
  damaged,
}: Inspection): unknown {
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
  };
}

function bytesOf(findings: readonly { readonly startByte: number; readonly endByte: number }[]): number {
  return findings.reduce((sum, { startByte, endByte }) => sum + endByte - startByte, 0);
}
