/** Coefficients of a second-order section; the output's first is 1. */
interface Section {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

/** The head's effect, a high shelf (ITU-R BS.1770-4 Annex 1, table 1, at 48 kHz). */
const SHELF: Section = {
  b: [1.53512485958697, -2.69169618940638, 1.19839281085285],
  a: [-1.69065929318241, 0.73248077421585],
};

/** The revised low-frequency B curve, a high pass (table 2). */
const HIGH_PASS: Section = { b: [1, -2, 1], a: [-1.99004745483398, 0.99007225036621] };

/** Below this a filter's memory is zero: silence is not to be computed in denormal numbers. */
const NOTHING = 1e-30;

/** K-weights one channel at 48 kHz and adds up its energy. */
export class KWeighting {
  /** Of the shelf and of the high pass, transposed direct form II. */
  #s1 = 0;
  #s2 = 0;
  #h1 = 0;
  #h2 = 0;

  #energy = 0;

  /** Adds the squares of these samples, weighted. */
  add(samples: Float32Array, from: number, end: number): void {
    const [sb0, sb1, sb2] = SHELF.b;
    const [sa1, sa2] = SHELF.a;
    const [hb0, hb1, hb2] = HIGH_PASS.b;
    const [ha1, ha2] = HIGH_PASS.a;
    let s1 = this.#s1;
    let s2 = this.#s2;
    let h1 = this.#h1;
    let h2 = this.#h2;
    let sum = this.#energy;
    for (let i = from; i < end; i++) {
      const x = samples[i] ?? 0;
      const y = sb0 * x + s1;
      s1 = sb1 * x - sa1 * y + s2;
      s2 = sb2 * x - sa2 * y;
      const z = hb0 * y + h1;
      h1 = hb1 * y - ha1 * z + h2;
      h2 = hb2 * y - ha2 * z;
      sum += z * z;
    }
    this.#s1 = settled(s1);
    this.#s2 = settled(s2);
    this.#h1 = settled(h1);
    this.#h2 = settled(h2);
    this.#energy = sum;
  }

  /** The energy since it was last taken. */
  takeEnergy(): number {
    const energy = this.#energy;
    this.#energy = 0;
    return energy;
  }
}

function settled(memory: number): number {
  return Math.abs(memory) < NOTHING ? 0 : memory;
}
