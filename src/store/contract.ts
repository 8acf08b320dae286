/** What every engine must do: one suite, run for each of them from its own test file. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ManualClock } from '../base/manual-clock.ts';
import type {
  Engine,
  EventSink,
  Page,
  ReadOutcome,
  Revision,
  StoredRecord,
  StoreEvent,
  WriteOutcome,
} from './engine.ts';
import { prefixEnd } from './keys.ts';

export interface EngineUnderTest {
  readonly engine: Engine;
  /** Time to live is counted on it; null: the engine lives outside (tests of expiry wait for real). */
  readonly clock: ManualClock | null;
  /** Closes the engine and opens the same store again; null: it does not outlive its process. */
  readonly reopen: (() => Promise<Engine>) | null;
  /** Closes what is still open. */
  dispose(): Promise<void>;
}

export interface EventRecorder extends EventSink {
  readonly received: StoreEvent[];
  revision: Revision;
  end: 'compacted' | 'closed' | null;
}

/** A sink that keeps everything. */
export function recordEvents(): EventRecorder {
  const recorder: EventRecorder = {
    received: [],
    revision: 0,
    end: null,
    events: (events) => void recorder.received.push(...events),
    progress: (revision) => {
      recorder.revision = revision;
    },
    ended: (reason) => {
      recorder.end = reason;
    },
  };
  return recorder;
}

export async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve));
}

export function put(engine: Engine, key: string, value: string, expectedRevision: Revision): Promise<WriteOutcome> {
  return engine.write({
    type: 'put',
    key,
    value: Buffer.from(value),
    expectedRevision,
    ttlSeconds: null,
    attachment: null,
  });
}

export function remove(engine: Engine, key: string, expectedRevision: Revision): Promise<WriteOutcome> {
  return engine.write({ type: 'delete', key, expectedRevision, attachment: null });
}

/** The revision of a write that must have been committed. */
export async function committed(outcome: Promise<WriteOutcome>): Promise<Revision> {
  const settled = await outcome;
  assert.equal(settled.kind, 'committed');
  return settled.kind === 'committed' ? settled.revision : 0;
}

/** The value of a read that must have worked. */
export async function read<T>(outcome: Promise<ReadOutcome<T>>): Promise<T> {
  const settled = await outcome;
  assert.ok(settled.kind === 'ok', `read answered ${settled.kind}`);
  return settled.value;
}

export function rangeOf(engine: Engine, prefix: string, revision: Revision = 0, limit = 0): Promise<ReadOutcome<Page>> {
  return engine.range({ start: prefix, end: prefixEnd(prefix), revision, limit });
}

const brief = (record: StoredRecord | null) =>
  record === null ? null : [record.key, record.value.toString(), record.modRevision, record.createRevision];
const briefPage = (page: Page) => page.records.map((record) => `${record.key}=${record.value}`);
const briefEvent = (event: StoreEvent) =>
  `${event.revision} ${event.type} ${event.key}=${event.value} of ${event.createRevision}, was ${event.previous?.value}`;

export function storeContract(name: string, create: () => Promise<EngineUnderTest>): void {
  describe(`${name} keeps the store's contract`, () => {
    let subject: EngineUnderTest;
    let engine: Engine;
    beforeEach(async () => {
      subject = await create();
      engine = subject.engine;
    });
    afterEach(() => subject.dispose());
    const context = { engine: () => engine, subject: () => subject };
    describe('writes', () => writeContract(context));
    describe('reads', () => readContract(context));
    describe('watches', () => watchContract(context));
    describe('compaction', () => compactionContract(context));
    describe('time to live', () => expiryContract(context));
    describe('reopening', () => reopenContract(context));
  });
}

interface Context {
  engine(): Engine;
  subject(): EngineUnderTest;
}

function writeContract(context: Context): void {
  it('creates, replaces and deletes by compare-and-set', async () => {
    const engine = context.engine();
    const first = await committed(put(engine, '/r/a', '1', 0));
    assert.deepEqual(brief(await read(engine.get('/r/a', 0))), ['/r/a', '1', first, first]);
    const second = await committed(put(engine, '/r/a', '2', first));
    assert.ok(second > first);
    assert.deepEqual(brief(await read(engine.get('/r/a', 0))), ['/r/a', '2', second, first]);
    const third = await committed(remove(engine, '/r/a', second));
    assert.equal(await read(engine.get('/r/a', 0)), null);
    const fourth = await committed(put(engine, '/r/a', '4', 0));
    assert.deepEqual(brief(await read(engine.get('/r/a', 0))), ['/r/a', '4', fourth, fourth]);
    assert.ok(fourth > third);
    assert.equal(await engine.currentRevision(), fourth);
  });

  it('refuses what does not match and takes no revision for it', async () => {
    const engine = context.engine();
    const revision = await committed(put(engine, '/r/a', '1', 0));
    const exists = await put(engine, '/r/a', '2', 0);
    assert.equal(exists.kind, 'exists');
    const conflict = await put(engine, '/r/a', '2', revision + 7);
    assert.ok(conflict.kind === 'conflict');
    assert.deepEqual(brief(conflict.current), ['/r/a', '1', revision, revision]);
    assert.equal((await remove(engine, '/r/a', revision + 7)).kind, 'conflict');
    assert.deepEqual(await put(engine, '/r/b', '2', revision), { kind: 'missing' });
    assert.deepEqual(await remove(engine, '/r/b', revision), { kind: 'missing' });
    assert.deepEqual(await remove(engine, '/r/b', 0), { kind: 'missing' });
    assert.equal(await engine.currentRevision(), revision);
  });

  it('lets one of many concurrent writers win and shows the others the winner', async () => {
    const engine = context.engine();
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => put(engine, '/r/a', `${index}`, 0)));
    const winners = outcomes.filter((outcome) => outcome.kind === 'committed');
    assert.equal(winners.length, 1);
    const stored = brief(await read(engine.get('/r/a', 0)));
    for (const outcome of outcomes) {
      if (outcome.kind === 'committed') continue;
      assert.ok(outcome.kind === 'exists');
      assert.deepEqual(brief(outcome.current), stored);
    }
  });

  it('answers a refusal only when the write that caused it is durable', async () => {
    const engine = context.engine();
    const order: string[] = [];
    const note = (label: string) => (outcome: WriteOutcome) => void order.push(`${label} ${outcome.kind}`);
    const revision = await committed(put(engine, '/r/a', '1', 0));
    await Promise.all([
      put(engine, '/r/a', '2', revision).then(note('update')),
      put(engine, '/r/a', '3', revision).then(note('late update')),
      remove(engine, '/r/a', revision).then(note('late delete')),
    ]);
    assert.deepEqual(order, ['update committed', 'late update conflict', 'late delete conflict']);
    const current = await read(engine.get('/r/a', 0));
    order.length = 0;
    await Promise.all([
      remove(engine, '/r/a', current!.modRevision).then(note('delete')),
      put(engine, '/r/a', '4', current!.modRevision).then(note('update after')),
    ]);
    assert.deepEqual(order, ['delete committed', 'update after missing']);
  });

  it('counts every concurrent increment', async () => {
    const engine = context.engine();
    await committed(put(engine, '/r/counter', '0', 0));
    const increment = async (): Promise<void> => {
      for (let current = await read(engine.get('/r/counter', 0)); ; ) {
        const outcome = await put(engine, '/r/counter', `${Number(current!.value) + 1}`, current!.modRevision);
        if (outcome.kind === 'committed') return;
        assert.ok(outcome.kind === 'conflict');
        current = outcome.current;
      }
    };
    await Promise.all(Array.from({ length: 16 }, increment));
    assert.equal((await read(engine.get('/r/counter', 0)))!.value.toString(), '16');
  });

  it('keeps binary, empty and large values and unusual keys', async () => {
    const engine = context.engine();
    const binary = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const large = Buffer.alloc(1_500_000, 'xyz');
    const values: [string, Buffer][] = [
      ['/r/binary', binary],
      ['/r/empty', Buffer.alloc(0)],
      ['/r/large', large],
      ['/r/\u0000zero', Buffer.from('zero')],
      ['__proto__', Buffer.from('proto')],
      [`/r/${'long'.repeat(1000)}`, Buffer.from('long')],
      ['/r/\u{1f600}', Buffer.from('smile')],
      ['/r/\uffee', Buffer.from('half')],
    ];
    for (const [key, value] of values) {
      await committed(
        engine.write({ type: 'put', key, value, expectedRevision: 0, ttlSeconds: null, attachment: null }),
      );
    }
    for (const [key, value] of values) assert.ok((await read(engine.get(key, 0)))!.value.equals(value), key);
    const page = await read(rangeOf(engine, '/r/'));
    const byBytes = page.records.map((record) => Buffer.from(record.key)).sort(Buffer.compare);
    assert.deepEqual(
      page.records.map((record) => record.key),
      byBytes.map(String),
    );
  });

  it('refuses keys that are none', async () => {
    await assert.rejects(put(context.engine(), '', '1', 0), TypeError);
    await assert.rejects(put(context.engine(), '/r/\ud800', '1', 0), TypeError);
  });
}

function readContract(context: Context): void {
  it('ranges in key order, in pages, with the count of what is left', async () => {
    const engine = context.engine();
    for (const key of ['/r/c', '/r/a', '/rr/x', '/r/b', '/q/x', '/r/d']) await committed(put(engine, key, key, 0));
    const page = await read(rangeOf(engine, '/r/', 0, 3));
    assert.deepEqual(
      page.records.map((record) => record.key),
      ['/r/a', '/r/b', '/r/c'],
    );
    assert.deepEqual([page.more, page.count], [true, 4]);
    const rest = await read(engine.range({ start: '/r/c\u0000', end: prefixEnd('/r/'), revision: 0, limit: 3 }));
    assert.deepEqual(
      rest.records.map((record) => record.key),
      ['/r/d'],
    );
    assert.deepEqual([rest.more, rest.count], [false, 1]);
    assert.equal((await read(engine.range({ start: '', end: '', revision: 0, limit: 0 }))).count, 6);
  });

  it('reads the past as it was', async () => {
    const engine = context.engine();
    const a1 = await committed(put(engine, '/r/a', 'a1', 0));
    const b1 = await committed(put(engine, '/r/b', 'b1', 0));
    const a2 = await committed(put(engine, '/r/a', 'a2', a1));
    const gone = await committed(remove(engine, '/r/b', b1));
    const b2 = await committed(put(engine, '/r/b', 'b2', 0));
    const past = async (revision: Revision) => briefPage(await read(rangeOf(engine, '/r/', revision)));
    assert.deepEqual(await past(a1), ['/r/a=a1']);
    assert.deepEqual(await past(b1), ['/r/a=a1', '/r/b=b1']);
    assert.deepEqual(await past(a2), ['/r/a=a2', '/r/b=b1']);
    assert.deepEqual(await past(gone), ['/r/a=a2']);
    assert.deepEqual(await past(b2), ['/r/a=a2', '/r/b=b2']);
    assert.deepEqual(brief(await read(engine.get('/r/a', b1))), ['/r/a', 'a1', a1, a1]);
    assert.equal(await read(engine.get('/r/b', gone)), null);
    assert.deepEqual(brief(await read(engine.get('/r/b', b2))), ['/r/b', 'b2', b2, b2]);
  });

  it('names the present revision to those who ask for a later one', async () => {
    const engine = context.engine();
    const revision = await committed(put(engine, '/r/a', '1', 0));
    assert.deepEqual(await engine.get('/r/a', revision + 1), { kind: 'future', current: revision });
    assert.deepEqual(await rangeOf(engine, '/r/', revision + 1), { kind: 'future', current: revision });
  });

  it('keeps a past state whole while others write', async () => {
    const engine = context.engine();
    for (let index = 0; index < 50; index++) await committed(put(engine, `/r/${index}`, 'old', 0));
    const revision = await engine.currentRevision();
    const writes = Array.from({ length: 50 }, async (_, index) => {
      const record = await read(engine.get(`/r/${index}`, 0));
      return committed(put(engine, `/r/${index}`, 'new', record!.modRevision));
    });
    const page = await read(rangeOf(engine, '/r/', revision));
    assert.ok(page.records.every((record) => record.value.toString() === 'old'));
    await Promise.all(writes);
    const later = await read(rangeOf(engine, '/r/', revision));
    assert.ok(later.records.every((record) => record.value.toString() === 'old'));
  });
}

function watchContract(context: Context): void {
  it('delivers events with what they replaced, before the write is answered', async () => {
    const engine = context.engine();
    const sink = recordEvents();
    engine.watch('/r/', await engine.currentRevision(), sink);
    const attachment = { of: 'this write' };
    const write = { type: 'put', key: '/r/a', value: Buffer.from('1'), expectedRevision: 0, ttlSeconds: null } as const;
    const first = await committed(engine.write({ ...write, attachment }));
    assert.equal(sink.received.length, 1);
    assert.equal(sink.received[0]!.attachment, attachment);
    assert.equal(sink.revision, first);
    const second = await committed(put(engine, '/r/a', '2', first));
    await committed(put(engine, '/other', 'x', 0));
    const third = await committed(remove(engine, '/r/a', second));
    assert.deepEqual(sink.received.map(briefEvent), [
      `${first} put /r/a=1 of ${first}, was undefined`,
      `${second} put /r/a=2 of ${first}, was 1`,
      `${third} delete /r/a=null of ${first}, was 2`,
    ]);
    assert.deepEqual(brief(sink.received[2]!.previous), ['/r/a', '2', second, first]);
  });

  it('tells progress when other keys are written', async () => {
    const engine = context.engine();
    const sink = recordEvents();
    engine.watch('/r/', await engine.currentRevision(), sink);
    const revision = await committed(put(engine, '/other', 'x', 0));
    await until(() => sink.revision === revision);
    assert.deepEqual(sink.received, []);
  });

  it('replays history with what each event replaced, then goes on live without loss', async () => {
    const engine = context.engine();
    const start = await committed(put(engine, '/r/0', '0', 0));
    const expected: string[] = [];
    let last = start;
    for (let index = 1; index <= 20; index++) {
      const revision = await committed(put(engine, '/r/0', `${index}`, last));
      expected.push(`${revision} put /r/0=${index} of ${start}, was ${index - 1}`);
      last = revision;
    }
    const sink = recordEvents();
    engine.watch('/r/', start, sink);
    const gone = await committed(remove(engine, '/r/0', last));
    expected.push(`${gone} delete /r/0=null of ${start}, was 20`);
    await until(() => sink.revision === gone);
    assert.deepEqual(sink.received.map(briefEvent), expected);
  });

  it('loses and repeats nothing between history and live', async () => {
    const engine = context.engine();
    let isWriting = true;
    const sinks: { after: Revision; sink: EventRecorder }[] = [];
    const writer = async (name: string): Promise<void> => {
      for (let count = 0; isWriting; count++) await committed(put(engine, `/r/${name}/${count}`, 'x', 0));
    };
    const writers = ['a', 'b', 'c', 'd'].map(writer);
    for (let count = 0; count < 20; count++) {
      await until(() => engine.currentRevision() !== sinks.at(-1)?.after);
      const after = Math.floor((await engine.currentRevision()) / 2);
      const sink = recordEvents();
      sinks.push({ after, sink });
      engine.watch('/r/', after, sink);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    isWriting = false;
    await Promise.all(writers);
    const last = await engine.currentRevision();
    for (const { after, sink } of sinks) {
      await until(() => sink.revision === last);
      const revisions = sink.received.map((event) => event.revision);
      assert.deepEqual(
        revisions,
        Array.from({ length: last - after }, (_, index) => after + 1 + index),
      );
    }
  });

  it('waits for a revision that is still to come', async () => {
    const engine = context.engine();
    const revision = await committed(put(engine, '/r/a', '1', 0));
    const sink = recordEvents();
    engine.watch('/r/', revision + 2, sink);
    for (const key of ['/r/b', '/r/c', '/r/d']) await committed(put(engine, key, '1', 0));
    await until(() => sink.received.length > 0);
    assert.deepEqual(
      sink.received.map((event) => event.key),
      ['/r/d'],
    );
  });

  it('delivers only what is under the prefix, and nothing after cancel', async () => {
    const engine = context.engine();
    const [all, one, odd] = [recordEvents(), recordEvents(), recordEvents()];
    const now = await engine.currentRevision();
    engine.watch('', now, all);
    const subscription = engine.watch('/r/a/', now, one);
    engine.watch('/r/a', now, odd);
    for (const key of ['/r/a/1', '/r/ab', '/r/b/1']) await committed(put(engine, key, '1', 0));
    subscription.cancel();
    const last = await committed(put(engine, '/r/a/2', '1', 0));
    await until(() => all.revision === last);
    const keys = (sink: EventRecorder) => sink.received.map((event) => event.key);
    assert.deepEqual(keys(all), ['/r/a/1', '/r/ab', '/r/b/1', '/r/a/2']);
    assert.deepEqual(keys(one), ['/r/a/1']);
    assert.deepEqual(keys(odd), ['/r/a/1', '/r/ab', '/r/a/2']);
  });

  it('ends watches when it closes and refuses what comes then', async () => {
    const engine = context.engine();
    const sink = recordEvents();
    engine.watch('/r/', await engine.currentRevision(), sink);
    const write = put(engine, '/r/a', '1', 0);
    await engine.close();
    assert.equal((await write).kind, 'committed');
    assert.equal(sink.received.length, 1);
    assert.equal(sink.end, 'closed');
    await assert.rejects(put(engine, '/r/b', '1', 0), { name: 'StoreClosedError' });
    await assert.rejects(engine.get('/r/a', 0), { name: 'StoreClosedError' });
  });
}

function compactionContract(context: Context): void {
  it('forgets the past, keeps the compacted revision and all after it', async () => {
    const engine = context.engine();
    const a1 = await committed(put(engine, '/r/a', 'a1', 0));
    const b1 = await committed(put(engine, '/r/b', 'b1', 0));
    const a2 = await committed(put(engine, '/r/a', 'a2', a1));
    const gone = await committed(remove(engine, '/r/b', b1));
    const a3 = await committed(put(engine, '/r/a', 'a3', a2));
    await engine.compact(gone);
    assert.equal(engine.compactedRevision(), gone);
    assert.deepEqual(await rangeOf(engine, '/r/', a2), { kind: 'compacted', oldest: gone });
    assert.deepEqual(await engine.get('/r/a', a1), { kind: 'compacted', oldest: gone });
    assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/', gone))), ['/r/a=a2']);
    assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/', a3))), ['/r/a=a3']);
    await engine.compact(a1);
    assert.equal(engine.compactedRevision(), gone);
    await assert.rejects(engine.compact(a3 + 1), RangeError);
  });

  it('ends watches from forgotten revisions and serves those from the compacted one', async () => {
    const engine = context.engine();
    const a1 = await committed(put(engine, '/r/a', 'a1', 0));
    const a2 = await committed(put(engine, '/r/a', 'a2', a1));
    const a3 = await committed(put(engine, '/r/a', 'a3', a2));
    await engine.compact(a2);
    const [late, timely] = [recordEvents(), recordEvents()];
    engine.watch('/r/', a1, late);
    engine.watch('/r/', a2, timely);
    assert.equal(late.end, null);
    await until(() => late.end !== null && timely.revision === a3);
    assert.equal(late.end, 'compacted');
    assert.deepEqual(timely.received.map(briefEvent), [`${a3} put /r/a=a3 of ${a1}, was a2`]);
  });

  it('frees what it forgets and no live value, also while others write', async () => {
    const engine = context.engine();
    const live = new Map<string, string>();
    const writer = async (name: string): Promise<void> => {
      let revision = 0;
      for (let count = 0; count < 60; count++) {
        const key = `/r/${name}`;
        const isDelete = count % 7 === 6;
        revision = await committed(
          isDelete ? remove(engine, key, revision) : put(engine, key, `${name}${count}`, revision),
        );
        if (isDelete) revision = 0;
        if (isDelete) live.delete(key);
        else live.set(key, `${name}${count}`);
        if (count % 10 === 0) await engine.compact(await engine.currentRevision());
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(writer));
    await engine.compact(await engine.currentRevision());
    const page = await read(rangeOf(engine, '/r/'));
    assert.deepEqual(
      briefPage(page),
      [...live].sort().map(([key, value]) => `${key}=${value}`),
    );
  });
}

function expiryContract(context: Context): void {
  const putFor = (engine: Engine, key: string, ttlSeconds: number | null, expectedRevision = 0) =>
    engine.write({ type: 'put', key, value: Buffer.from('x'), expectedRevision, ttlSeconds, attachment: null });
  const pass = async (seconds: number): Promise<void> => {
    const { clock } = context.subject();
    if (clock !== null) clock.advance(seconds * 1000);
    else await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  };

  it('deletes what has expired, with ordinary events', async () => {
    const engine = context.engine();
    const sink = recordEvents();
    engine.watch('/r/', await engine.currentRevision(), sink);
    await committed(putFor(engine, '/r/short', 1));
    await committed(putFor(engine, '/r/long', 100));
    await committed(putFor(engine, '/r/forever', null));
    await pass(2);
    await until(() => sink.received.length === 4);
    const last = sink.received[3]!;
    assert.deepEqual([last.type, last.key, last.previous?.value.toString()], ['delete', '/r/short', 'x']);
    assert.deepEqual(
      (await read(rangeOf(engine, '/r/'))).records.map((record) => record.key),
      ['/r/forever', '/r/long'],
    );
  });

  it('counts anew at each put', async () => {
    const engine = context.engine();
    const first = await committed(putFor(engine, '/r/a', 2));
    const other = await committed(putFor(engine, '/r/b', 2));
    await pass(1);
    await committed(putFor(engine, '/r/a', 2, first));
    await committed(putFor(engine, '/r/b', null, other));
    await committed(putFor(engine, '/r/c', 1));
    const sink = recordEvents();
    engine.watch('/r/c', await engine.currentRevision(), sink);
    await pass(1.5);
    await until(() => sink.received.length === 1);
    assert.deepEqual(
      (await read(rangeOf(engine, '/r/'))).records.map((record) => record.key),
      ['/r/a', '/r/b'],
    );
  });
}

function reopenContract(context: Context): void {
  it('finds values, history, compaction and revision again', async (test) => {
    const { reopen } = context.subject();
    if (reopen === null) return test.skip('this engine does not outlive its process');
    let engine = context.engine();
    const a1 = await committed(put(engine, '/r/a', 'a1', 0));
    const b1 = await committed(put(engine, '/r/b', 'b1', 0));
    const a2 = await committed(put(engine, '/r/a', 'a2', a1));
    const gone = await committed(remove(engine, '/r/b', b1));
    engine = await reopen();
    assert.equal(await engine.currentRevision(), gone);
    assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/', b1))), ['/r/a=a1', '/r/b=b1']);
    assert.deepEqual(brief(await read(engine.get('/r/a', 0))), ['/r/a', 'a2', a2, a1]);
    const sink = recordEvents();
    engine.watch('/r/', a1, sink);
    await until(() => sink.revision === gone);
    assert.equal(sink.received.length, 3);
    await engine.compact(gone);
    engine = await reopen();
    assert.equal(await engine.currentRevision(), gone, 'a compacted delete still counts');
    assert.equal(engine.compactedRevision(), gone);
    assert.deepEqual(briefPage(await read(rangeOf(engine, '/r/'))), ['/r/a=a2']);
    assert.ok((await committed(put(engine, '/r/b', 'b2', 0))) > gone);
  });

  it('deletes what expired meanwhile', async (test) => {
    const { reopen, clock } = context.subject();
    if (reopen === null || clock === null) return test.skip('this engine does not outlive its process');
    let engine = context.engine();
    await committed(
      engine.write({
        type: 'put',
        key: '/r/a',
        value: Buffer.from('x'),
        expectedRevision: 0,
        ttlSeconds: 5,
        attachment: null,
      }),
    );
    await engine.close();
    clock.advance(10_000);
    engine = await reopen();
    const sink = recordEvents();
    engine.watch('/r/', await engine.currentRevision(), sink);
    clock.advance(0);
    await until(() => sink.received.length === 1);
    assert.equal(sink.received[0]!.type, 'delete');
    assert.equal(await read(engine.get('/r/a', 0)), null);
  });
}
