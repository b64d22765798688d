import { eventLoopTurn } from '../../io/direct-io.ts';
import { type ByteSource, ReadWindow } from '../../media/byte-source.ts';

const WINDOW_BYTES = 1 << 18;
/** Reads between two turns of the event loop. */
const TURN_EVERY = 256;
/** For files that are little but metadata. */
const FEWEST_READS = 500;
/** A sound file has each of its bytes asked for by at most four reads of one pass that begin there. */
const MOST_AGAIN = 32;

/**
 * Reads for a demultiplexer that damaged files send round in circles: it lets others have their turn now and then,
 * and has an end. A circle comes by the same byte again and again; what goes on and on instead is bounded by the
 * smallest element, which takes two bytes and is looked at a few times.
 */
export class BoundedReads {
  readonly #signal: AbortSignal;
  readonly #tooMany: () => Error;
  readonly #window: ReadWindow;
  readonly #mostReads: number;
  /** How often a read of this pass began at a byte. */
  readonly #begun = new Map<number, number>();
  #reads = 0;

  /** @param tooMany what to throw when there is no end to it. */
  constructor(source: ByteSource, signal: AbortSignal, tooMany: () => Error) {
    this.#signal = signal;
    this.#tooMany = tooMany;
    this.#window = new ReadWindow(source, WINDOW_BYTES);
    this.#mostReads = FEWEST_READS + 2 * source.sizeBytes;
  }

  /** Another pass over the file begins, which may ask for the same bytes. */
  beginAgain(): void {
    this.#reads = 0;
    this.#begun.clear();
  }

  /** @throws whatever `tooMany` gives, once more was read than a sound file needs; the signal's reason. */
  async read(startByte: number, endByte: number): Promise<Uint8Array> {
    if (++this.#reads % TURN_EVERY === 0) await eventLoopTurn();
    this.#signal.throwIfAborted();
    const again = (this.#begun.get(startByte) ?? 0) + 1;
    this.#begun.set(startByte, again);
    if (again > MOST_AGAIN || this.#reads > this.#mostReads) throw this.#tooMany();
    return (await this.#window.read(startByte, endByte - startByte)).slice();
  }
}
