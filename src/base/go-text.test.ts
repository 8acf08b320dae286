import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goParseInt64, goParseUint64, goQuote, goStringList } from './go-text.ts';

test('texts are quoted as Go does', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['plain', '"plain"'],
    ['', '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['tab\tnl\n', '"tab\\tnl\\n"'],
    ['\u0000\u0007\u007f', '"\\x00\\a\\x7f"'],
    ['é☃😀', '"é☃😀"'],
    ['\u200b\u00a0\u{e0001}', '"\\u200b\\u00a0\\U000e0001"'],
    ['<&>', '"<&>"'],
  ];
  for (const [text, quoted] of cases) assert.equal(goQuote(text), quoted);
  assert.equal(goStringList(['a', 'b"']), '[]string{"a", "b\\""}');
});

test('integers are read as Go does', () => {
  assert.equal(goParseInt64('-12'), -12);
  assert.equal(goParseInt64('+12'), 12);
  assert.equal(goParseInt64('007'), 7);
  assert.equal(goParseInt64('9223372036854775807'), 2 ** 63);
  assert.equal(
    goParseInt64('9223372036854775808'),
    'strconv.ParseInt: parsing "9223372036854775808": value out of range',
  );
  for (const bad of ['', '-', '1.5', '0x1', ' 1', '1e3', '１']) {
    assert.equal(goParseInt64(bad), `strconv.ParseInt: parsing ${goQuote(bad)}: invalid syntax`);
  }
  assert.equal(goParseUint64('12'), 12);
  assert.equal(goParseUint64('+1'), 'strconv.ParseUint: parsing "+1": invalid syntax');
  assert.equal(
    goParseUint64('18446744073709551616'),
    'strconv.ParseUint: parsing "18446744073709551616": value out of range',
  );
});
