import { isDamage, type Finding, type FindingKind } from '../../../shared/model/finding.ts';
import { type DamageTotals, NO_DAMAGE, sumOfDamage } from './damage-totals.ts';

/** Findings kept with their place; the counts go on beyond it. A person reads a page of them, not more. */
export const MAX_FINDINGS = 1000;

/** Collects findings within bounded memory. */
export class FindingList {
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<FindingKind, number>();
  /** By track; findings of the log as a whole under undefined. */
  readonly #damage = new Map<string | undefined, DamageTotals>();
  #last: Finding | undefined;

  /** The first MAX_FINDINGS of them. */
  get kept(): readonly Finding[] {
    return this.#kept;
  }

  /** How many there were of each kind, kept or not. Neighbours that were merged count once. */
  get counts(): ReadonlyMap<FindingKind, number> {
    return this.#counts;
  }

  /** All damage, kept or not. */
  get damage(): DamageTotals {
    return sumOfDamage([...this.#damage.values()]);
  }

  /** Damage that concerns a track, kept or not: its own and that of the log as a whole. */
  damageOf(track: string): DamageTotals {
    return sumOfDamage([undefined, track].map((key) => this.#damage.get(key) ?? NO_DAMAGE));
  }

  /** Adds a finding; one that begins where the last one of its kind and track ended continues that one. */
  add(finding: Finding): void {
    const last = this.#last;
    if (
      last?.kind === finding.kind &&
      last.file === finding.file &&
      last.track === finding.track &&
      last.endByte === finding.startByte &&
      last.endByte > last.startByte
    ) {
      const merged = { ...last, endByte: finding.endByte };
      if (this.#kept.at(-1) === last) this.#kept[this.#kept.length - 1] = merged;
      this.#last = merged;
      this.#count(finding, 0);
      return;
    }
    this.#last = finding;
    this.#count(finding, 1);
    this.#counts.set(finding.kind, (this.#counts.get(finding.kind) ?? 0) + 1);
    if (this.#kept.length < MAX_FINDINGS) this.#kept.push(finding);
  }

  #count(finding: Finding, count: 0 | 1): void {
    if (!isDamage(finding)) return;
    const { track, startByte, endByte } = finding;
    const before = this.#damage.get(track) ?? NO_DAMAGE;
    this.#damage.set(track, sumOfDamage([before, { count, bytes: endByte - startByte }]));
  }
}
