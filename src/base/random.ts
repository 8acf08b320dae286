import { randomFillSync, randomUUID } from 'node:crypto';

/** Where randomness comes from; passed in, so that a run can be repeated from a seed. */
export interface Random {
  bytes(count: number): Buffer;
  /** A version 4 UUID (RFC 9562), lower case. */
  uuid(): string;
  /** An integer from 0 to `bound` - 1, evenly distributed. `bound` is at most 2^32. */
  below(bound: number): number;
}

const POOL_BYTES = 4096;

/** The operating system's randomness. Small requests share a pool: one call to the kernel serves a thousand of them. */
export function createRandom(): Random {
  const pool = Buffer.allocUnsafe(POOL_BYTES);
  let used = POOL_BYTES;

  function next32(): number {
    if (used + 4 > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const value = pool.readUInt32LE(used);
    // Spent randomness is wiped, so that a later look into the memory reveals no past value.
    pool.writeUInt32LE(0, used);
    used += 4;
    return value;
  }

  return {
    bytes: (count) => randomFillSync(Buffer.allocUnsafe(count)),
    uuid: () => randomUUID(),
    below: (bound) => evenly(next32, bound),
  };
}

/** Repeatable randomness for tests and simulations (mulberry32). Never for secrets. */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;

  function next32(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  function bytes(count: number): Buffer {
    const out = Buffer.allocUnsafe(count);
    for (let i = 0; i < count; i++) out[i] = next32() & 0xff;
    return out;
  }

  return {
    bytes,
    uuid() {
      const raw = bytes(16);
      raw[6] = (raw[6]! & 0x0f) | 0x40;
      raw[8] = (raw[8]! & 0x3f) | 0x80;
      const hex = raw.toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    below: (bound) => evenly(next32, bound),
  };
}

/** Rejects the few values of the last, incomplete stretch: taking the remainder alone would favour small results. */
function evenly(next32: () => number, bound: number): number {
  const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
  let value = next32();
  while (value >= limit) value = next32();
  return value % bound;
}
