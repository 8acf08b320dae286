/** Long lists in other forms are made in slices, a few at a time; what an object became is kept for the others who ask now. */
import type { Clock } from '../../base/clock.ts';
import type { Entry } from '../../registry/entry.ts';

export interface Conversions {
  /**
   * One piece for each entry. Other work of the process gets its turn after every few milliseconds. Null: nobody waits for the
   * answer any more.
   */
  pieces(work: PieceWork): Promise<Buffer[] | null>;
}

export interface PieceWork {
  readonly entries: readonly Entry[];
  /** Works with the same id make the same pieces of an entry. */
  readonly id: string;
  readonly make: (entry: Entry) => Buffer;
  readonly isWanted: () => boolean;
}

export interface ConversionOptions {
  /** Lists in the making; others wait. */
  readonly atOnceMax: number;
  /** What is kept of pieces made: about this much, at most twice. */
  readonly keptBytesMax: number;
  readonly sliceMs: number;
  /** Time without any such list after which nothing is kept. */
  readonly keptMs: number;
  readonly clock: Clock;
  /** Resolves after others had their turn. */
  readonly turn: () => Promise<void>;
}

export function createConversions(options: ConversionOptions): Conversions {
  const kept = createPieces(options.keptBytesMax);
  const waiting: (() => void)[] = [];
  let free = options.atOnceMax;
  const forgetting = createLater(options.clock, options.keptMs, () => kept.clear());

  async function makeSlices(work: PieceWork, made: Buffer[]): Promise<Buffer[] | null> {
    const { entries, id, make, isWanted } = work;
    while (made.length < entries.length) {
      const until = options.clock.monotonic() + options.sliceMs;
      while (made.length < entries.length) {
        const entry = entries[made.length]!;
        made.push(kept.get(entry, id) ?? kept.put(entry, id, make(entry)));
        if (options.clock.monotonic() >= until) break;
      }
      if (made.length === entries.length) break;
      await options.turn();
      if (!isWanted()) return null;
    }
    return made;
  }

  return {
    async pieces(work) {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return work.isWanted() ? await makeSlices(work, []) : null;
      } finally {
        const next = waiting.shift();
        if (next === undefined) free++;
        else next();
        forgetting.putOff();
      }
    },
  };
}

interface Pieces {
  get(entry: Entry, id: string): Buffer | undefined;
  put(entry: Entry, id: string, piece: Buffer): Buffer;
  clear(): void;
}

/** In two generations: when the younger is full, the older is forgotten. What is used moves to the younger. */
function createPieces(bytesMax: number): Pieces {
  let young = new Map<Entry, Map<string, Buffer>>();
  let old = new Map<Entry, Map<string, Buffer>>();
  let bytes = 0;
  const put = (entry: Entry, id: string, piece: Buffer): Buffer => {
    if (piece.length > bytesMax) return piece;
    if (bytes + piece.length > bytesMax) {
      old = young;
      young = new Map();
      bytes = 0;
    }
    bytes += piece.length;
    const of = young.get(entry);
    if (of === undefined) young.set(entry, new Map([[id, piece]]));
    else of.set(id, piece);
    return piece;
  };
  return {
    get(entry, id) {
      const piece = young.get(entry)?.get(id);
      if (piece !== undefined) return piece;
      const older = old.get(entry)?.get(id);
      return older === undefined ? undefined : put(entry, id, older);
    },
    put,
    clear() {
      young = new Map();
      old = new Map();
      bytes = 0;
    },
  };
}

/** Runs once the time has passed since it was last put off; one timer, however often that is. */
function createLater(clock: Clock, delayMs: number, run: () => void): { putOff(): void } {
  let due = 0;
  let pending = false;
  const look = (): void => {
    const left = due - clock.monotonic();
    if (left > 0) clock.setTimer(left, look);
    else {
      pending = false;
      run();
    }
  };
  return {
    putOff() {
      due = clock.monotonic() + delayMs;
      if (pending) return;
      pending = true;
      clock.setTimer(delayMs, look);
    },
  };
}

/** After the input and output that is due. */
export function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
