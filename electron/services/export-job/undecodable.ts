import type { VerifyReport } from '../../../shared/model/verify-report.ts';

/** The report of a file of samples, which also says how many packets became silence: damage, and no fault of the file. */
export function withUndecodable(report: VerifyReport, undecodable: number): VerifyReport {
  const detail =
    undecodable === 0
      ? 'every packet was decoded'
      : `${undecodable} packets cannot be decoded and are silence`;
  return { ...report, checks: [...report.checks, { name: 'decoded', ok: true, detail }] };
}
