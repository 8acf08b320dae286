/**
 * Durable writes per second of the embedded store: `node bench/store.bench.ts [writes]`.
 *
 * 3.6 KB per value (a pod), closed loop: each writer sends its next write when the last one was acknowledged.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../src/store/engine.ts';
import { createLmdbEngine } from '../src/store/lmdb.ts';

const valueBytes = 3600;
const writersAtOnce = [1, 16, 64];

const writes = Number(process.argv[2] ?? 2000);
// Not in the system's temporary directory: that may be memory.
const directory = mkdtempSync(join(process.cwd(), '.keelson-bench-'));
try {
  for (const writers of writersAtOnce) {
    const engine = createLmdbEngine({ path: join(directory, `${writers}.mdb`) });
    engine.watch('/registry/', 0, { events: () => {}, progress: () => {}, ended: () => {} });
    await run(engine, writers);
    await engine.close();
  }
} finally {
  rmSync(directory, { recursive: true });
}

async function run(engine: Engine, writers: number): Promise<void> {
  const each = Math.max(1, Math.floor(writes / (writers === 1 ? 8 : 1) / writers));
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(engine, writer, each)));
  const seconds = (performance.now() - startMs) / 1000;
  const used = process.cpuUsage(cpu);
  const count = each * writers;
  const cpuMicros = ((used.user + used.system) / count).toFixed(1);
  process.stdout.write(
    `${writers} writers: ${Math.round(count / seconds)} durable writes/s, ${cpuMicros} us of CPU each\n`,
  );
}

async function write(engine: Engine, writer: number, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const key = `/registry/pods/ns-${writer}/pod-${index}`;
    const value = Buffer.alloc(valueBytes, 'pod ');
    await engine.write({ type: 'put', key, value, expectedRevision: 0, ttlSeconds: null, attachment: null });
  }
}
