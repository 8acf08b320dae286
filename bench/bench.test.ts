import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, SMALL, tableOf } from './bench.ts';
import { ROWS } from './rows.ts';

test('every row of the benchmark has a figure', async () => {
  const figures = await bench({ server: null, kinds: ['pods', 'configmaps'], ...SMALL }, () => undefined);
  for (const name of Object.keys(ROWS) as (keyof typeof ROWS)[]) {
    const figure = figures[name] ?? 0;
    const isMemory = ROWS[name].unit === 'MB';
    assert.ok(figure > 0 || (isMemory && process.platform !== 'linux'), `${name}: ${figure}`);
  }
  assert.equal(tableOf(figures, new Date()).split('\n').length, Object.keys(ROWS).length + 4);
});
