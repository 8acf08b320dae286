/**
 * An ordered map from strings: sorted arrays in chunks, a B-tree of two levels. Every operation takes a binary search
 * and, for changes, moving part of one chunk. Keys are ordered by their UTF-8 bytes, as etcd orders them.
 */
export class SortedMap<V> {
  size = 0;
  private readonly chunks: Chunk<V>[] = [];
  /** A key holds a code unit from U+D800 up: only then do UTF-16 order (JavaScript's) and UTF-8 order differ. */
  private highUnits = false;

  get(key: string): V | undefined {
    const chunk = this.chunks[this.chunkOf(key)];
    if (chunk === undefined) return undefined;
    const index = this.indexIn(chunk, key);
    return chunk.keys[index] === key ? chunk.values[index] : undefined;
  }

  /** Returns the value replaced, undefined when the key is new. */
  set(key: string, value: V): V | undefined {
    if (this.chunks.length === 0) this.chunks.push({ keys: [], values: [] });
    const at = this.chunkOf(key);
    const chunk = this.chunks[at]!;
    const index = this.indexIn(chunk, key);
    if (chunk.keys[index] === key) {
      const previous = chunk.values[index];
      chunk.values[index] = value;
      return previous;
    }
    if (!this.highUnits && hasHighUnit(key)) this.highUnits = true;
    if (index === chunk.keys.length) {
      chunk.keys.push(key);
      chunk.values.push(value);
    } else {
      chunk.keys.splice(index, 0, key);
      chunk.values.splice(index, 0, value);
    }
    this.size++;
    if (chunk.keys.length > chunkLengthMax) this.split(at, index);
    return undefined;
  }

  /** Returns the value removed, undefined when there was none. */
  delete(key: string): V | undefined {
    const at = this.chunkOf(key);
    const chunk = this.chunks[at];
    if (chunk === undefined) return undefined;
    const index = this.indexIn(chunk, key);
    if (chunk.keys[index] !== key) return undefined;
    const previous = chunk.values[index];
    chunk.keys.splice(index, 1);
    chunk.values.splice(index, 1);
    this.size--;
    if (chunk.keys.length === 0) this.chunks.splice(at, 1);
    else if (chunk.keys.length < chunkLengthMin) this.mergeWithNext(at);
    return previous;
  }

  /**
   * Calls `visit` in order for keys from `start` (inclusive) to `end` (exclusive; null: to the last) until it returns
   * false. The map must not change meanwhile.
   */
  visit(start: string, end: string | null, visit: (value: V, key: string) => boolean): void {
    for (let at = this.chunkOf(start); at < this.chunks.length; at++) {
      const { keys, values } = this.chunks[at]!;
      const to = this.endIn(this.chunks[at]!, end);
      for (let index = this.indexIn(this.chunks[at]!, start); index < to; index++) {
        if (!visit(values[index]!, keys[index]!)) return;
      }
      if (to < keys.length) return;
    }
  }

  /** The values from `start` (inclusive) to `end` (exclusive; null: to the last), as a new array. */
  values(start: string, end: string | null): V[] {
    const parts: V[][] = [];
    for (let at = this.chunkOf(start); at < this.chunks.length; at++) {
      const chunk = this.chunks[at]!;
      const from = this.indexIn(chunk, start);
      const to = this.endIn(chunk, end);
      if (from === 0 && to === chunk.values.length) parts.push(chunk.values);
      else if (from < to) parts.push(chunk.values.slice(from, to));
      if (to < chunk.keys.length) break;
    }
    const [first, ...others] = parts;
    return first === undefined ? [] : first.concat(...others);
  }

  count(start: string, end: string | null): number {
    let count = 0;
    for (let at = this.chunkOf(start); at < this.chunks.length; at++) {
      const chunk = this.chunks[at]!;
      const to = this.endIn(chunk, end);
      count += Math.max(0, to - this.indexIn(chunk, start));
      if (to < chunk.keys.length) break;
    }
    return count;
  }

  clear(): void {
    this.chunks.length = 0;
    this.size = 0;
    this.highUnits = false;
  }

  /** The chunk that holds `key` or would: the last one whose first key is not above it. */
  private chunkOf(key: string): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isAbove(this.chunks[middle]!.keys[0]!, key)) high = middle;
      else low = middle + 1;
    }
    return low === 0 ? 0 : low - 1;
  }

  /** The first index whose key is not below `key`. */
  private indexIn(chunk: Chunk<V>, key: string): number {
    const { keys } = chunk;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isAbove(key, keys[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private endIn(chunk: Chunk<V>, end: string | null): number {
    const { keys } = chunk;
    if (end === null || this.isAbove(end, keys[keys.length - 1]!)) return keys.length;
    return this.indexIn(chunk, end);
  }

  private isAbove(a: string, b: string): boolean {
    return this.highUnits ? compareUtf8(a, b) > 0 : a > b;
  }

  /** Keys that arrive in order fill chunks; others halve them. */
  private split(at: number, inserted: number): void {
    const chunk = this.chunks[at]!;
    const isAppend = inserted === chunk.keys.length - 1 && at === this.chunks.length - 1;
    const cut = isAppend ? inserted : chunk.keys.length >>> 1;
    this.chunks.splice(at + 1, 0, { keys: chunk.keys.splice(cut), values: chunk.values.splice(cut) });
  }

  private mergeWithNext(at: number): void {
    const chunk = this.chunks[at]!;
    const next = this.chunks[at + 1];
    if (next === undefined || chunk.keys.length + next.keys.length > chunkLengthMax >>> 1) return;
    chunk.keys.push(...next.keys);
    chunk.values.push(...next.values);
    this.chunks.splice(at + 1, 1);
  }
}

/** Orders two strings by their UTF-8 bytes: negative, 0 or positive. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

interface Chunk<V> {
  readonly keys: string[];
  readonly values: V[];
}

const chunkLengthMax = 512;
const chunkLengthMin = 64;

function hasHighUnit(key: string): boolean {
  for (let index = 0; index < key.length; index++) if (key.charCodeAt(index) >= 0xd800) return true;
  return false;
}

/** Surrogates stand for code points above U+FFFF, whose bytes come after those of U+E000..U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
