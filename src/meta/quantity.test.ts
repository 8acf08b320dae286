import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  type Quantity,
  quantityMilliValue,
  quantityText,
  quantityValue,
} from './quantity.ts';

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  assert.ok(parsed !== null, text);
  return parsed;
}

test('quantities have one canonical text', () => {
  const cases: [string, string][] = [
    ['0', '0'],
    ['0.1', '100m'],
    ['1024Mi', '1Gi'],
    ['1Gi', '1Gi'],
    ['1023Mi', '1023Mi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Mi', '512Ki'],
    ['100Ki', '100Ki'],
    ['1000m', '1'],
    ['1000', '1k'],
    ['1024', '1024'],
    ['128974848', '128974848'],
    ['129e6', '129e6'],
    ['1e3', '1e3'],
    ['1E', '1E'],
    ['0.5Ki', '512'],
    ['0.0001Ki', '102400u'],
    ['0.1n', '1n'],
    ['-0.1', '-100m'],
    ['+5', '5'],
    ['.5', '500m'],
    ['5.', '5'],
    ['0Ki', '0'],
    ['00500m', '500m'],
    ['9223372036854775808', '9223372036854775807'],
    ['1e99', '9223372036854775807e0'.replace('e0', '')],
  ];
  for (const [text, canonical] of cases) assert.equal(canonicalQuantity(text), canonical, text);
});

test('what is no quantity is refused', () => {
  for (const text of ['', '.', 'a', '1 ', '1ki', '1Kii', '--1', '1.2.3', '1e', '1ee3', `1${'0'.repeat(300)}`]) {
    assert.equal(canonicalQuantity(text), null, text);
  }
  assert.equal(canonicalQuantity('1e999999999'), '9223372036854775807');
});

test('quantities compare and add across notations', () => {
  assert.equal(compareQuantities(quantity('1Gi'), quantity('1024Mi')), 0);
  assert.ok(compareQuantities(quantity('1500m'), quantity('1')) > 0);
  assert.equal(quantityText(addQuantities(quantity('1Gi'), quantity('512Mi'))), '1536Mi');
  assert.equal(quantityText(addQuantities(quantity('0'), quantity('512Mi'))), '512Mi');
  assert.equal(quantityValue(quantity('100m')), 1n);
  assert.equal(quantityMilliValue(quantity('1.5')), 1500n);
});
