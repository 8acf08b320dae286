import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyJsonPatch } from './json-patch.ts';
import { insertItem, LONG_LIST_MIN, removeItem, toLongList, writeItems } from './long-list.ts';

/** Numbers below a bound, the same ones in every run (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

test('a long list changes at its head without moving what stands behind', () => {
  const list = toLongList(Array.from({ length: 200_000 }, (_, i) => i));
  for (let i = 0; i < 20_000; i++) insertItem(list, 0, -i);
  for (let i = 0; i < 10_000; i++) removeItem(list, 100);
  assert.equal(list.length, 210_000);
  assert.ok(list.blocks.every((block) => block.length > 0 && block.length <= 1024));
  assert.ok(list.blocks.length < 500);
  const items: unknown[] = [];
  writeItems(list, items);
  assert.equal(items.length, 210_000);
  assert.deepEqual([items[0], items[99], items[100], items.at(-1)], [-19_999, -19_900, -9_899, 199_999]);
});

test('JSON patch does to long lists what splicing does', () => {
  const random = seeded(1);
  for (let round = 0; round < 20; round++) {
    const model: unknown[] = Array.from({ length: LONG_LIST_MIN - 2 + (round % 4) }, (_, i) => i);
    const document = { list: [...model] };
    const patch: object[] = [];
    for (let i = 0; i < 60; i++) {
      const at = random(model.length);
      const kind = random(6);
      if (kind === 0) {
        patch.push({ op: 'add', path: `/list/${at}`, value: { i } });
        model.splice(at, 0, { i });
      } else if (kind === 1) {
        patch.push({ op: 'remove', path: `/list/${at}` });
        model.splice(at, 1);
      } else if (kind === 2) {
        patch.push({ op: 'replace', path: `/list/${at - model.length}`, value: i });
        model[at] = i;
      } else if (kind === 3) {
        const to = random(model.length);
        patch.push({ op: 'move', from: `/list/${at}`, path: `/list/${to}` });
        model.splice(to, 0, ...model.splice(at, 1));
      } else if (kind === 4) {
        patch.push({ op: 'copy', from: `/list/${at}`, path: '/list/-' }, { op: 'add', path: '/list/-', value: i });
        model.push(structuredClone(model[at]), i);
      } else {
        patch.push({ op: 'test', path: `/list/${at}`, value: structuredClone(model[at]) });
        if (i % 20 === 0) patch.push({ op: 'test', path: '/list', value: structuredClone(model) });
      }
    }
    patch.push({ op: 'copy', from: '/list', path: '/twin' }, { op: 'remove', path: '/list/0' });
    assert.deepEqual(applyJsonPatch(document, patch), { list: model.slice(1), twin: model });
  }
});
