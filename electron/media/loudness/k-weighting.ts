// Coefficients of the two second-order sections at 48 kHz (ITU-R BS.1770-4 Annex 1, tables 1 and 2), as constants: a
// compiler keeps those in registers. The first of the head's effect, a high shelf:
const SHELF_B0 = 1.53512485958697;
const SHELF_B1 = -2.69169618940638;
const SHELF_B2 = 1.19839281085285;
const SHELF_A1 = -1.69065929318241;
const SHELF_A2 = 0.73248077421585;
// The second of the low frequencies, a high pass, whose numerator is 1, -2, 1:
const PASS_A1 = -1.99004745483398;
const PASS_A2 = 0.99007225036621;

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
    if (this.#isSettled() && isSilent(samples, from, end)) return;
    let s1 = this.#s1;
    let s2 = this.#s2;
    let h1 = this.#h1;
    let h2 = this.#h2;
    let sum = this.#energy;
    for (let i = from; i < end; i++) {
      const x = samples[i] ?? 0;
      const y = SHELF_B0 * x + s1;
      s1 = SHELF_B1 * x - SHELF_A1 * y + s2;
      s2 = SHELF_B2 * x - SHELF_A2 * y;
      const z = y + h1;
      h1 = -2 * y - PASS_A1 * z + h2;
      h2 = y - PASS_A2 * z;
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

  /** Whether silence would change nothing, which most of a conversation is for each of its players. */
  #isSettled(): boolean {
    return this.#s1 === 0 && this.#s2 === 0 && this.#h1 === 0 && this.#h2 === 0;
  }
}

function isSilent(samples: Float32Array, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (samples[i] !== 0) return false;
  return true;
}

function settled(memory: number): number {
  return Math.abs(memory) < NOTHING ? 0 : memory;
}
