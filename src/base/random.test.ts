import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, createSeededRandom } from './random.ts';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

for (const [name, random] of [
  ['operating system', createRandom()],
  ['seeded', createSeededRandom(7)],
] as const) {
  test(`${name}: UUIDs are of version 4 and differ`, () => {
    const seen = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const uuid = random.uuid();
      assert.match(uuid, UUID_V4);
      seen.add(uuid);
    }
    assert.equal(seen.size, 100);
  });

  test(`${name}: below() reaches every value and no other`, () => {
    const counts = new Array<number>(27).fill(0);
    for (let i = 0; i < 5000; i++) counts[random.below(27)]!++;
    assert.equal(counts.length, 27);
    assert.ok(counts.every((count) => count > 50));
    assert.equal(random.below(1), 0);
  });

  test(`${name}: bytes() gives as many as asked`, () => {
    assert.equal(random.bytes(33).length, 33);
  });
}

test('a seed repeats', () => {
  const [a, b, c] = [createSeededRandom(1), createSeededRandom(1), createSeededRandom(2)];
  assert.equal(a.uuid(), b.uuid());
  assert.notEqual(a.uuid(), c.uuid());
});
