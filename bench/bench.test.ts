import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, hostileBench, SMALL, tableOf } from './bench.ts';
import { waitsTable } from './hostile.ts';
import { HOSTILE } from './hostile-bodies.ts';
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

test('every hostile load is answered, and what others waited for is told', async () => {
  const waits = await hostileBench({ server: null, size: 0.01, only: '' }, () => undefined);
  assert.equal(waits.length, HOSTILE.length);
  for (const { name, status, maxMs } of waits) {
    assert.ok(status >= 200 && status !== 500, `${name}: ${status}`);
    assert.ok(maxMs > 0, name);
  }
  assert.equal(waitsTable(waits).split('\n').length, HOSTILE.length + 2);
});
