import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createLineWriter } from './line-writer.ts';
import { createLogger, type LoggerOptions } from './logger.ts';

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const writer = { write: (line: string) => void lines.push(line), flush() {}, dropped: () => 0 };
  const at = new Date(2026, 0, 2, 15, 4, 5, 678).getTime();
  return {
    lines,
    logger: createLogger({ format: 'text', verbosity: 2, component: 'keelson', now: () => at, writer, ...options }),
  };
}

test('text lines look like those of klog', () => {
  const { lines, logger } = capture();
  logger.info(0, 'Serving "securely"', { address: '[::]:6443', count: 3, nested: { a: 1 } });
  assert.match(
    lines[0]!,
    /^I0102 15:04:05\.678000 +\d+ keelson\] "Serving \\"securely\\"" address="\[::\]:6443" count=3 nested="\{\\"a\\":1\}"\n$/,
  );
});

test('a line above the verbosity is not written, until the verbosity is raised', () => {
  const { lines, logger } = capture();
  logger.info(3, 'hidden');
  assert.equal(logger.enabled(3), false);
  logger.setVerbosity(3);
  logger.info(3, 'shown');
  assert.equal(lines.length, 1);
  assert.equal(logger.verbosity(), 3);
});

test('errors carry their message, bugs also their stack', () => {
  const { lines, logger } = capture();
  logger.error(Object.assign(new Error('gone'), { code: 410 }), 'list failed');
  logger.error(new Error('boom'), 'bug');
  logger.error(null, 'no cause');
  assert.match(lines[0]!, /^E.*"list failed" err="gone"\n$/);
  assert.match(lines[1]!, /err="boom"\nError: boom\n {4}at /);
  assert.match(lines[2]!, /err=<nil>\n$/);
});

test('json lines are one object each', () => {
  const { lines, logger } = capture({ format: 'json' });
  logger.info(1, 'hello', { pod: 'a\nb' });
  logger.error(Object.assign(new Error('x'), { code: 500 }), 'bad');
  const [info, error] = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    { msg: info.msg, v: info.v, pod: info.pod, caller: info.caller },
    { msg: 'hello', v: 1, pod: 'a\nb', caller: 'keelson' },
  );
  assert.deepEqual({ level: error.level, err: error.err }, { level: 'error', err: 'x' });
});

test('keys that cannot be printed do not fail the caller', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  for (const format of ['text', 'json'] as const) {
    const { lines, logger } = capture({ format });
    logger.info(0, 'odd', { cycle, big: 1n, none: undefined });
    assert.equal(lines.length, 1);
  }
});

test('the writer joins the lines of a turn, goes on after partial writes and drops when full', async () => {
  const written: string[] = [];
  const sink = {
    write(_fd: number, bytes: Buffer, done: (error: null, written: number) => void) {
      const part = bytes.subarray(0, 5);
      written.push(part.toString());
      setImmediate(() => done(null, part.length));
    },
    writeSync: (_fd: number, bytes: Buffer) => written.push(bytes.toString()) && bytes.length,
  };
  const writer = createLineWriter(9, sink);
  writer.write('first\n');
  writer.write('second\n');
  for (let turns = 0; turns < 100 && written.join('').length < 13; turns++) await turn();
  assert.equal(written.join(''), 'first\nsecond\n');

  writer.write('x'.repeat(5 * 1024 * 1024));
  assert.equal(writer.dropped(), 1);
  writer.write('last\n');
  writer.flush();
  assert.equal(written.at(-1), 'last\n');
});
