import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { Batch, ItemView, ProblemView } from './batch.ts';

/** One line of the report: a file and everything that is known of it. */
interface ReportRow {
  readonly session: string;
  readonly player: string;
  readonly kind: string;
  readonly state: string;
  readonly file: string;
  readonly sizeBytes: number | null;
  readonly timecode: string | null;
  readonly durationSeconds: number | null;
  readonly packets: number | null;
  readonly gaps: number | null;
  readonly silenceSeconds: number | null;
  readonly worstPlacementMillis: number | null;
  readonly damagedRanges: number | null;
  readonly verified: boolean | null;
  readonly packetsIdentical: number | null;
  readonly sha256: string | null;
  /** Of a mix-down. */
  readonly loudnessLufs: number | null;
  readonly truePeakDbtp: number | null;
  readonly message: string | null;
}

/** What a report tells of: a batch with all its items. */
type Reported = Omit<Batch, 'items'> & { readonly items: readonly { readonly view: ItemView }[] };

/** The batch's report as one JSON document. */
export function jsonReport(batch: Reported): string {
  const { batchId, title, presetTitle, outFolder } = batch;
  const document = {
    batch: batchId,
    title,
    preset: presetTitle,
    folder: outFolder,
    created: isoTime(batch.createdUnixMicros),
    finished: batch.finishedUnixMicros === null ? null : isoTime(batch.finishedUnixMicros),
    files: reportRows(batch),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The batch's report as a table: RFC 4180, first line the names of the columns. */
export function csvReport(batch: Reported): string {
  const rows = reportRows(batch);
  const [first] = rows;
  if (first === undefined) return '';
  const columns = Object.keys(first) as (keyof ReportRow)[];
  const lines = [
    columns.join(','),
    ...rows.map((row) => columns.map((name) => csvField(row[name])).join(',')),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function reportRows({ problems, items }: Reported): readonly ReportRow[] {
  return [...problems.map(problemRow), ...items.map(({ view }) => reportRow(view))];
}

/** What could not even be planned has no file. */
function problemRow({ sessionId, sessionTitle, playerName, trouble }: ProblemView): ReportRow {
  return reportRow({
    sessionTitle: sessionTitle === '' ? sessionId : sessionTitle,
    playerName,
    kind: '',
    fileName: '',
    state: 'failed',
    trouble,
    result: null,
  });
}

function reportRow({
  sessionTitle,
  playerName,
  kind,
  state,
  fileName,
  trouble,
  result,
}: Pick<ItemView, 'sessionTitle' | 'playerName' | 'state' | 'fileName' | 'trouble' | 'result'> & {
  readonly kind: string;
}): ReportRow {
  return {
    session: sessionTitle,
    player: playerName ?? '',
    kind,
    state,
    file: result?.path ?? fileName,
    sizeBytes: result?.sizeBytes ?? null,
    timecode: result?.timecode ?? null,
    durationSeconds: result === null ? null : result.durationSamples / SAMPLE_RATE,
    packets: result?.packets ?? null,
    gaps: result?.gaps ?? null,
    silenceSeconds: typeof result?.silenceSamples === 'number' ? result.silenceSamples / SAMPLE_RATE : null,
    worstPlacementMillis: result === null ? null : (1000 * result.largestErrorSamples) / SAMPLE_RATE,
    damagedRanges: result?.damagedRanges ?? null,
    verified: result?.verified?.ok ?? null,
    packetsIdentical: result?.verified?.packetsIdentical ?? null,
    sha256: result?.sha256 ?? null,
    loudnessLufs: result?.mixReport?.mix.integratedLufs ?? null,
    truePeakDbtp: result?.mixReport?.mix.truePeakDbtp ?? null,
    message: trouble?.message ?? null,
  };
}

/** A field that a spreadsheet would take for a formula gets a quote in front: names come from other people. */
function csvField(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isoTime(unixMicros: number): string {
  return new Date(Math.floor(unixMicros / 1000)).toISOString();
}
