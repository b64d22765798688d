import { mediaFormat } from '../../../shared/model/media-formats.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { duration, fileSize } from '../format.ts';
import type { CommandContext } from '../context.ts';
import { type FileVerification, withFolders } from '../folders-api.ts';
import { describeError } from '../terminal.ts';

interface VerifyOptions {
  readonly session?: string;
}

/** `tailslate verify FILE... [--session DIR]` */
export async function run(
  paths: readonly string[],
  options: VerifyOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, signal } = context;
  const results: { readonly ok: boolean }[] = [];
  let path = '';
  await withFolders(
    context,
    ({ doneBytes, totalBytes }) => `Checking ${path}: ${fileSize(doneBytes)} of ${fileSize(totalBytes)}`,
    async (folders) => {
      for (path of paths) {
        try {
          const report = await folders.verify({ path, session: options.session ?? null });
          results.push(report);
          terminal.print(verdict(report));
        } catch (error) {
          signal.throwIfAborted();
          const shown = describeError(error);
          const failed = { path, ok: false, error: shown };
          results.push(failed);
          const named = shown.message.includes(path) ? shown.message : `${path}: ${shown.message}`;
          terminal.note(`tailslate: ${named}${shown.next === undefined ? '' : `\n  ${shown.next}`}`);
        }
      }
    },
  );
  const allGood = results.every(({ ok }) => ok);
  terminal.document({ ok: allGood, files: results });
  return allGood ? EXIT.done : EXIT.failed;
}

/** One line where all is well, every failed check where not. */
function verdict(report: FileVerification): string {
  const { tracks } = report;
  const label = report.timecode?.label ?? 'no timecode';
  const facts =
    tracks.length === 0
      ? [mediaFormat(report.format).title, label]
      : [
          ...(tracks.length > 1 ? [`${tracks.length} tracks`] : []),
          `${tracks.reduce((sum, { packets }) => sum + packets, 0)} packets`,
          `${tracks.reduce((sum, { silencePackets }) => sum + silencePackets, 0)} of silence`,
          duration(Math.max(...tracks.map(({ durationSamples }) => durationSamples))),
          label,
        ];
  const notCompared = report.notCompared.map((what) => `        not compared: ${what}`);
  if (report.ok) {
    const isIdentical = report.session !== null && notCompared.length === 0;
    const against = report.encoded
      ? 'whole, a mix-down of packets that were encoded for it'
      : isIdentical
        ? 'identical to the session'
        : 'whole';
    return [`ok      ${report.path}: ${against} (${facts.join(', ')})`, ...notCompared].join('\n');
  }
  const failed = report.checks
    .filter(({ ok }) => !ok)
    .map(({ name, detail }) => `        ${name}: ${detail}`);
  const findings = report.findings.map(
    ({ startByte, endByte, reason }) => `        bytes ${startByte} to ${endByte}: ${reason}`,
  );
  return [`FAILED  ${report.path}`, ...failed, ...findings, ...notCompared].join('\n');
}
