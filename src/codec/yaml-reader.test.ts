import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { yamlInlineBytesMax } from '../base/limits.ts';
import { DecodeError } from './decode-error.ts';
import { createYamlReader } from './yaml-reader.ts';

const stays = (): void => {};
const long = (count: number): Buffer => Buffer.from(Array.from({ length: count }, (_, i) => `k${i}: v\n`).join(''));

test('a body means the same, wherever it is parsed', async () => {
  const read = createYamlReader();
  assert.deepEqual(await read(Buffer.from('{"a": 1}'), stays), { json: '{"a": 1}', isBody: true, duplicates: [] });
  assert.deepEqual(await read(Buffer.from('a: é'), stays), { json: '{"a":"é"}', isBody: false, duplicates: [] });
  const filler = '#'.repeat(yamlInlineBytesMax);
  assert.deepEqual(await read(Buffer.from(`a: 1\nb: é\na: 2\n${filler}`), stays), {
    json: '{"a":2,"b":"é"}',
    isBody: false,
    duplicates: ['line 3: key "a" already set in map'],
  });
  await assert.rejects(read(Buffer.from(`a: 1\nb: @\n${filler}`), stays), (error) => {
    assert.ok(error instanceof DecodeError);
    assert.equal(error.message, 'yaml: line 2: found character that cannot start any token');
    return true;
  });
});

test('a long body is parsed while the event loop turns, and a shorter one overtakes it', async () => {
  const read = createYamlReader();
  const finished: string[] = [];
  const reading = Promise.all(
    [long(20_000), long(20_001), long(2000)].map(async (body, i) => {
      const { json } = await read(body, stays);
      finished.push(`${i}: ${Object.keys(JSON.parse(json) as object).length}`);
    }),
  );
  let turns = 0;
  while (finished.length === 0) {
    await turn();
    turns++;
  }
  await reading;
  assert.ok(turns > 100);
  assert.deepEqual(finished, ['0: 20000', '2: 2000', '1: 20001']);
});

test('parsing stops when nobody waits for it', async () => {
  const read = createYamlReader();
  const cancels: (() => void)[] = [];
  const gone = [long(100_000), long(100_000)].map((body) => read(body, (cancel) => cancels.push(cancel)));
  const kept = read(long(2000), stays);
  await turn();
  for (const cancel of cancels) cancel();
  for (const reading of gone) await assert.rejects(reading, DecodeError);
  assert.equal(Object.keys(JSON.parse((await kept).json) as object).length, 2000);
  for (const cancel of cancels) cancel();
});
