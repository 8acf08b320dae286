import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '../base/turns.ts';
import { parseJson } from './json.ts';
import { parseInSlices } from './json-slices.ts';

const LONG = 40_000;

function whole(text: string): unknown {
  try {
    const { value, memberCount } = parseJson(Buffer.from(text));
    return { value, memberCount };
  } catch {
    return null;
  }
}

const many = (count: number, item: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => item(i)).join(',');

test('slices give what the whole gives', () => {
  const texts: readonly string[] = [
    '1',
    ' {"a" : [ ] , "b":{}} ',
    ` [ ${many(LONG, (i) => `${i}`)} ] `,
    `{"a":{${many(LONG, (i) => `"k${i}":"v"`)}},"b":[${many(LONG, () => '{}')}],"c":1}`,
    `{"a":1,"a":{${many(LONG, (i) => `"k${i % 7}":"\\"]}"`)}},"a":[[[${many(LONG, () => '[1]')}]]]}`,
    `{"__proto__":{${many(LONG, () => '"__proto__":{"x":1}')}},"constructor":[${many(LONG, () => '1')}]}`,
    `[${many(30, () => `${'['.repeat(900)}${' '.repeat(LONG)}${']'.repeat(900)}`)}]`,
    `${'{"a":['.repeat(499)}${many(LONG, () => '"é😀"')}${']}'.repeat(499)}`,
    `["${'x\\\\'.repeat(LONG)}",${' '.repeat(LONG)}"b"]`,
    `[[${many(LONG, () => '1')}]${' '.repeat(LONG)},[${many(LONG, () => '2')}]]`,
  ];
  for (const text of texts) assert.deepEqual(atOnce(parseInSlices(text)), whole(text), text.slice(0, 40));
});

test('what is no JSON is left to the whole, wherever it is spoiled', () => {
  const list = many(LONG, (i) => `${i}`);
  const members = many(LONG, (i) => `"k${i}":${i}`);
  const texts: readonly string[] = [
    '',
    `[${list}`,
    `[${list}}`,
    `[${list}]]`,
    `[${list}],1`,
    `[${list},]`,
    `[,${list}]`,
    `[${list},,${list}]`,
    `[[${list}],]`,
    `[[${list}],,1]`,
    `[[${list}]1]`,
    `[[${list}] [${list}]]`,
    `{${members},}`,
    `{${members}]`,
    `{"a":[${list}]`,
    `{"a"[${list}]}`,
    `{a:[${list}]}`,
    `{[${list}]}`,
    `{"a":[${list}],"b"}`,
    `["a":[${list}]]`,
    `[${list},1e999]`,
    `[${list},${'9'.repeat(400)}]`,
    `["${'x'.repeat(LONG)}`,
    `${'[['.repeat(501)}${list}${']]'.repeat(501)}`,
    `${'9'.repeat(LONG * 4)}`,
  ];
  for (const text of texts) {
    assert.equal(whole(text), null, text.slice(0, 40));
    assert.equal(atOnce(parseInSlices(text)), null, `${text.slice(0, 20)} … ${text.slice(-20)}`);
  }
});

test('spoiled in any one place, slices and the whole agree', () => {
  const text = `{"a":[${many(6000, (i) => `{"b":${i}}`)}],"c":{"d":[${many(6000, () => '[]')}],"e":"f"}}`;
  for (let i = 0; i < 80; i++) {
    const at = Math.floor((text.length / 80) * i) + (i % 7);
    for (const changed of ['', ',', ']', '{', '"', '1']) {
      const spoiled = text.slice(0, at) + changed + text.slice(at + 1);
      assert.deepEqual(atOnce(parseInSlices(spoiled)), whole(spoiled), `${at} ${changed}`);
    }
  }
});
