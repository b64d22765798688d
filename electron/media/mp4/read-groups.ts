import { type Box, boundedCount, fullBox, type ReadContext, tooShort } from './read-boxes.ts';

/**
 * Samples of a track in groups of one kind (ISO/IEC 14496-12 section 8.9): runs of samples, each with a 1-based
 * index into the descriptions, 0 for none. Samples after the last run have `defaultIndex`.
 */
export interface SampleGroups {
  /** `roll` for pre-roll, `fill` for silence that the exporter laid, and what other tools use. */
  readonly type: string;
  readonly runCounts: Uint32Array;
  readonly runIndexes: Uint32Array;
  readonly defaultIndex: number;
  /** Samples to go back, negative, by description from 1 on; only for `roll` and `prol`. */
  readonly rollDistances: readonly number[];
}

/** Descriptions of a fragment are counted from here on (ISO/IEC 14496-12 section 8.9.4). */
const FRAGMENT_INDEX_BASE = 0x10000;

/** Gathers `sgpd` and `sbgp` boxes of one track, from its `stbl` and then from its fragments in order. */
export class SampleGroupReader {
  readonly #context: ReadContext;
  readonly #groups = new Map<string, GroupColumns>();

  constructor(context: ReadContext) {
    this.#context = context;
  }

  /** @param firstSample index of the first sample that these boxes speak of; 0 outside fragments. */
  add(boxes: readonly Box[], firstSample: number): void {
    const bases = new Map<string, number>();
    for (const box of boxes) {
      if (box.type !== 'sgpd') continue;
      const { type, descriptions } = this.#readDescriptions(box);
      const group = this.#group(type);
      bases.set(type, group.descriptions);
      group.descriptions += descriptions.count;
      group.rollDistances.push(...descriptions.rollDistances);
      if (descriptions.defaultIndex > 0) group.defaultIndex = descriptions.defaultIndex;
    }
    for (const box of boxes) if (box.type === 'sbgp') this.#readRuns(box, firstSample, bases);
  }

  finish(): readonly SampleGroups[] {
    return [...this.#groups].map(([type, group]) => ({
      type,
      runCounts: Uint32Array.from(group.runCounts),
      runIndexes: Uint32Array.from(group.runIndexes),
      defaultIndex: group.defaultIndex,
      rollDistances: group.rollDistances,
    }));
  }

  #group(type: string): GroupColumns {
    let group = this.#groups.get(type);
    if (group === undefined) {
      group = {
        runCounts: [],
        runIndexes: [],
        covered: 0,
        descriptions: 0,
        defaultIndex: 0,
        rollDistances: [],
      };
      this.#groups.set(type, group);
    }
    return group;
  }

  /** `sgpd`: what the groups are (section 8.9.3); a roll distance is 16 bits (section 10.1). */
  #readDescriptions(box: Box): { type: string; descriptions: Descriptions } {
    const { version, reader } = fullBox(box);
    const type = reader.fourcc();
    const defaultLength = version === 1 ? reader.u32() : 0;
    const defaultIndex = version >= 2 ? reader.u32() : 0;
    const isRoll = type === 'roll' || type === 'prol';
    const claimed = reader.u32();
    const entryBytes =
      version === 1 && defaultLength === 0 ? 4 : version === 1 ? defaultLength : isRoll ? 2 : 1;
    // Entries of no length exist (a mark needs none), so the room cannot bound their count; one is enough then.
    const count =
      reader.remaining === 0
        ? Math.min(claimed, 1)
        : boundedCount(box, reader, claimed, entryBytes, this.#context);
    const rollDistances: number[] = [];
    for (let i = 0; isRoll && i < count; i++) {
      const length = version === 1 ? defaultLength || reader.u32() : 2;
      rollDistances.push(reader.i16());
      reader.skip(length - 2);
    }
    if (reader.overran) tooShort(box, this.#context);
    return { type, descriptions: { count, defaultIndex, rollDistances } };
  }

  /** `sbgp`: which samples are in them (section 8.9.2). */
  #readRuns(box: Box, firstSample: number, bases: ReadonlyMap<string, number>): void {
    const { version, reader } = fullBox(box);
    const type = reader.fourcc();
    if (version === 1) reader.skip(4);
    const claimed = reader.u32();
    if (reader.overran) {
      tooShort(box, this.#context);
      return;
    }
    const count = boundedCount(box, reader, claimed, 8, this.#context);
    const group = this.#group(type);
    if (firstSample > group.covered) append(group, firstSample - group.covered, group.defaultIndex);
    for (let i = 0; i < count; i++) {
      const samples = reader.u32();
      const index = reader.u32();
      const local =
        index > FRAGMENT_INDEX_BASE ? index - FRAGMENT_INDEX_BASE + (bases.get(type) ?? 0) : index;
      append(group, samples, local);
    }
  }
}

interface GroupColumns {
  readonly runCounts: number[];
  readonly runIndexes: number[];
  covered: number;
  descriptions: number;
  defaultIndex: number;
  readonly rollDistances: number[];
}

interface Descriptions {
  readonly count: number;
  readonly defaultIndex: number;
  readonly rollDistances: readonly number[];
}

function append(group: GroupColumns, samples: number, index: number): void {
  group.runCounts.push(samples);
  group.runIndexes.push(index);
  group.covered += samples;
}
