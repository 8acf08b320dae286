import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatGoDuration, parseGoDuration } from './duration.ts';
import {
  canonicalMicroTime,
  canonicalTime,
  humanDuration,
  nowRfc3339,
  nowRfc3339Micro,
  parseRfc3339,
  timeMs,
} from './time.ts';

test('moments are written in whole seconds or microseconds', () => {
  const ms = Date.UTC(2026, 0, 2, 15, 4, 5, 678);
  assert.equal(nowRfc3339(ms), '2026-01-02T15:04:05Z');
  assert.equal(nowRfc3339Micro(ms, 9), '2026-01-02T15:04:05.678009Z');
});

test('times become canonical', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z'],
    ['2024-01-02T03:04:05.999+02:00', '2024-01-02T01:04:05Z'],
    ['2024-02-29T23:59:59-00:30', '2024-03-01T00:29:59Z'],
    ['2024-01-02T3:04:05Z', '2024-01-02T03:04:05Z'],
    ['0001-01-01T00:00:00Z', null],
  ];
  for (const [text, canonical] of cases) assert.equal(canonicalTime(text), canonical, text);
  assert.equal(canonicalMicroTime('2024-01-02T03:04:05.000001+01:00'), '2024-01-02T02:04:05.000001Z');
  assert.equal(timeMs('2024-01-02T03:04:05Z'), Date.UTC(2024, 0, 2, 3, 4, 5));
  assert.equal(timeMs('2024-01-02T03:04:05.250000Z'), Date.UTC(2024, 0, 2, 3, 4, 5, 250));
  assert.ok(Number.isNaN(timeMs('soon')) && Number.isNaN(timeMs(undefined)));
});

test('what is no time is refused in Go words', () => {
  const layout = '"2006-01-02T15:04:05Z07:00"';
  const cases: readonly (readonly [string, string])[] = [
    ['abc', `parsing time "abc" as ${layout}: cannot parse "abc" as "2006"`],
    ['2024-1-02T03:04:05Z', `parsing time "2024-1-02T03:04:05Z" as ${layout}: cannot parse "1-02T03:04:05Z" as "01"`],
    ['2024-01-02 03:04:05Z', `parsing time "2024-01-02 03:04:05Z" as ${layout}: cannot parse " 03:04:05Z" as "T"`],
    ['2024-13-02T03:04:05Z', 'parsing time "2024-13-02T03:04:05Z": month out of range'],
    ['2023-02-29T03:04:05Z', 'parsing time "2023-02-29T03:04:05Z": day out of range'],
    ['2024-01-02T24:04:05Z', 'parsing time "2024-01-02T24:04:05Z": hour out of range'],
    ['2024-01-02T03:04:05Zx', 'parsing time "2024-01-02T03:04:05Zx": extra text: "x"'],
    ['2024-01-02T03:04:05', `parsing time "2024-01-02T03:04:05" as ${layout}: cannot parse "" as "Z07:00"`],
  ];
  for (const [text, message] of cases) {
    assert.equal(parseRfc3339(text), message);
    assert.throws(() => canonicalTime(text), { message });
  }
  assert.throws(() => canonicalMicroTime('2024-01-02T03:04:05Z'), /cannot parse "Z" as ".000000"/);
});

test('durations for people', () => {
  const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
  const cases: readonly (readonly [number, string])[] = [
    [-5 * second, '<invalid>'],
    [-second, '0s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [5 * minute + 12 * second, '5m12s'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [7 * hour + 59 * minute, '7h59m'],
    [47 * hour, '47h'],
    [3 * day + 4 * hour, '3d4h'],
    [8 * day, '8d'],
    [729 * day, '729d'],
    [731 * day, '2y1d'],
    [9 * 365 * day, '9y'],
  ];
  for (const [ms, text] of cases) assert.equal(humanDuration(ms), text);
});

test('Go durations are read and written', () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ['1m30s', 90_000, '1m30s'],
    ['1.5h', 5_400_000, '1h30m0s'],
    ['-300ms', -300, '-300ms'],
    ['0', 0, '0s'],
    ['1us', 0.001, '1µs'],
    ['.5s', 500, '500ms'],
    ['1h0.25s', 3_600_250, '1h0m0.25s'],
  ];
  for (const [text, ms, written] of cases) {
    assert.equal(parseGoDuration(text), ms, text);
    assert.equal(formatGoDuration(ms), written, text);
  }
  for (const [text, error] of [
    ['', 'time: invalid duration ""'],
    ['x', 'time: invalid duration "x"'],
    ['3', 'time: missing unit in duration "3"'],
    ['3d', 'time: unknown unit "d" in duration "3d"'],
    ['9999999h', 'time: invalid duration "9999999h"'],
  ] as const) {
    assert.equal(parseGoDuration(text), error);
  }
});
