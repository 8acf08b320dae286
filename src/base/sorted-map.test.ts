import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareUtf8, SortedMap } from './sorted-map.ts';

/** A small generator of the same numbers each time (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function keysOf(map: SortedMap<number>, start = '', end: string | null = null): string[] {
  const keys: string[] = [];
  map.visit(start, end, (_, key) => keys.push(key) > 0);
  return keys;
}

describe('a sorted map', () => {
  it('agrees with a sorted list through many changes', () => {
    const random = createRandom(1);
    const map = new SortedMap<number>();
    const model = new Map<string, number>();
    for (let step = 0; step < 20_000; step++) {
      const key = `/registry/${Math.floor(random() * 3000)}`;
      const isDelete = random() < (step < 12_000 ? 0.3 : 0.7);
      const expected = model.get(key);
      assert.equal(map.get(key), expected);
      assert.equal(isDelete ? map.delete(key) : map.set(key, step), expected);
      if (isDelete) model.delete(key);
      else model.set(key, step);
    }
    const keys = [...model.keys()].sort();
    assert.equal(map.size, keys.length);
    assert.deepEqual(keysOf(map), keys);
    for (let round = 0; round < 50; round++) {
      const [start, end] = [`/registry/${Math.floor(random() * 4000)}`, `/registry/${Math.floor(random() * 4000)}`];
      const inside = keys.filter((key) => key >= start && key < end);
      assert.deepEqual(keysOf(map, start, end), inside);
      assert.equal(map.count(start, end), inside.length);
      assert.deepEqual(
        map.values(start, end),
        inside.map((key) => model.get(key)),
      );
    }
  });

  it('orders keys by their UTF-8 bytes', () => {
    const keys = ['a', 'b', '\u007f', '\u00e9', '\u{1f600}', '\uffee', '\ud7ff', '\ue000', 'a\u{10000}', 'a\uffff', ''];
    const sorted = keys
      .map((key) => Buffer.from(key))
      .sort(Buffer.compare)
      .map(String);
    const map = new SortedMap<number>();
    for (const key of keys) map.set(key, 1);
    assert.deepEqual(keysOf(map), sorted);
    for (const key of keys) assert.equal(map.get(key), 1);
    assert.equal(map.count('\ue000', '\u{1f600}'), 2);
    assert.ok(compareUtf8('\u{1f600}', '\uffee') > 0);
  });

  it('stops visiting when told, is empty when cleared', () => {
    const map = new SortedMap<number>();
    for (let index = 0; index < 2000; index++) map.set(String(index).padStart(4, '0'), index);
    let count = 0;
    map.visit('', null, () => ++count < 10);
    assert.equal(count, 10);
    assert.equal(map.values('', null).length, 2000);
    map.clear();
    assert.deepEqual(
      [map.size, map.values('', null), map.get('0001'), map.delete('0001')],
      [0, [], undefined, undefined],
    );
  });
});
