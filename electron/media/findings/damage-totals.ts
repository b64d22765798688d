import { isDamage, type Finding } from '../../../shared/model/finding.ts';

/** How much is damaged: places, and the bytes they take. */
export interface DamageTotals {
  readonly count: number;
  readonly bytes: number;
}

export const NO_DAMAGE: DamageTotals = { count: 0, bytes: 0 };

export function sumOfDamage(parts: readonly DamageTotals[]): DamageTotals {
  return parts.reduce(
    (sum, { count, bytes }) => ({ count: sum.count + count, bytes: sum.bytes + bytes }),
    NO_DAMAGE,
  );
}

/** The damage among these findings. */
export function damageAmong(findings: readonly Finding[]): DamageTotals {
  return sumOfDamage(
    findings.filter(isDamage).map(({ startByte, endByte }) => ({ count: 1, bytes: endByte - startByte })),
  );
}
