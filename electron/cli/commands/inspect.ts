import { findingLine, isDamage, sessionFindings } from '../../../shared/model/finding.ts';
import { timecodeRate } from '../../../shared/time/timecode.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { type Inspection, type InspectionNow, withFolders } from '../folders-api.ts';
import { counted, duration, fileSize, milliseconds, table } from '../format.ts';
import type { CommandContext } from '../context.ts';

interface InspectOptions {
  readonly fps: string;
  readonly zone?: string;
}

/** `tailslate inspect SESSION` */
export async function run(
  positional: readonly string[],
  options: InspectOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const rate = timecodeRate(options.fps).id;
  const inspection = await withFolders(
    context,
    ({ doneBytes, totalBytes }) => `Reading ${fileSize(doneBytes)} of ${fileSize(totalBytes)}`,
    (folders) => folders.inspect({ folder: positional[0] ?? '', rate, zone: options.zone ?? null }),
  );
  terminal.document(inspection);
  terminal.print(heading(inspection));
  terminal.print(playerTable(inspection));
  for (const finding of sessionFindings(inspection)) terminal.print(`! ${findingLine(finding)}`);
  return inspection.damaged ? EXIT.damage : EXIT.done;
}

/** A session whose every part is there. */
const CLOSED = 'closed in order';

/** How the session ended. */
export function endState({ complete, findings }: Inspection): string {
  if (complete) return CLOSED;
  return findings.some(isDamage)
    ? 'cut short: part of its log is lost'
    : 'not closed: the recording ended unexpectedly';
}

/** What the session is, in a few lines. */
function heading(inspection: InspectionNow): string {
  const { title, id, format, start, timecode, durationSamples, logBytes } = inspection;
  const { recordedBy } = inspection;
  const state = recordedBy === null ? endState(inspection) : `being recorded by ${recordedBy}`;
  return [
    title === '' ? id : title,
    `  ${format === 'tailslate' ? 'Tailslate' : 'Bedrock Voice Chat'} session, ${fileSize(logBytes)} of logs`,
    `  started ${start ?? 'at an unknown time'}, timecode ${timecode.label} at ${timecode.rate}`,
    `  ${duration(durationSamples)} long${state === CLOSED ? '' : `, ${state}`}`,
    '',
  ].join('\n');
}

function playerTable(inspection: Inspection): string {
  return table(
    ['player', 'packets', 'size', 'from', 'to', 'runs', 'gaps', 'no packets', 'worst', 'damage'],
    inspection.players.map(({ name, packets, payloadBytes, firstSamples, endSamples, report }) => [
      name,
      String(packets),
      fileSize(payloadBytes),
      firstSamples === null ? '-' : duration(firstSamples),
      endSamples === null ? '-' : duration(endSamples),
      String(report.runs),
      String(report.gaps.count),
      duration(report.gaps.samples),
      milliseconds(report.largestErrorSamples),
      report.damage.count === 0 ? 'none' : counted(report.damage.count, 'place'),
    ]),
    ['packets', 'size', 'from', 'to', 'runs', 'gaps', 'no packets', 'worst'],
  );
}
