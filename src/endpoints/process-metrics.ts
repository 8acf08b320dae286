/** What Prometheus clients usually say of their process, read when it is asked for. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Metrics } from '../base/metrics.ts';
import { VERSION_INFO } from './version.ts';

export function addProcessMetrics(metrics: Metrics): void {
  const gauge = (name: string, help: string) => metrics.gauge({ name, help }).with();
  const resident = gauge('process_resident_memory_bytes', 'Resident memory size in bytes.');
  const virtual = gauge('process_virtual_memory_bytes', 'Virtual memory size in bytes.');
  const heapUsed = gauge('nodejs_heap_size_used_bytes', 'Used size of the JavaScript heap in bytes.');
  const heapTotal = gauge('nodejs_heap_size_total_bytes', 'Size of the JavaScript heap in bytes.');
  const external = gauge('nodejs_external_memory_bytes', 'Memory of buffers outside of the heap in bytes.');
  const files = gauge('process_open_fds', 'Open file descriptors.');
  const filesMax = gauge('process_max_fds', 'Bound on open file descriptors.');
  const cpu = metrics.counter({ name: 'process_cpu_seconds_total', help: 'CPU time in seconds.' }).with();
  const start = gauge('process_start_time_seconds', 'Start of the process in seconds since the epoch.');
  start.set(Math.floor(Date.now() / 1000 - process.uptime()));
  let cpuSeconds = 0;
  metrics.onCollect(() => {
    const memory = process.memoryUsage();
    resident.set(memory.rss);
    heapUsed.set(memory.heapUsed);
    heapTotal.set(memory.heapTotal);
    external.set(memory.external);
    const usage = process.cpuUsage();
    const now = (usage.user + usage.system) / 1e6;
    cpu.inc(now - cpuSeconds);
    cpuSeconds = now;
    readProc(
      (bytes) => virtual.set(bytes),
      'statm',
      (text) => Number(text.split(' ')[0]) * 4096,
    );
    readProc(
      (count) => filesMax.set(count),
      'limits',
      (text) => Number(/Max open files +(\d+)/.exec(text)?.[1]),
    );
    files.set(openFiles());
  });
  addBuildInfo(metrics);
}

function addBuildInfo(metrics: Metrics): void {
  const { major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform } = VERSION_INFO;
  const labels = {
    major,
    minor,
    git_version: gitVersion,
    git_commit: gitCommit,
    git_tree_state: gitTreeState,
    build_date: buildDate,
    go_version: goVersion,
    compiler,
    platform,
  };
  metrics
    .gauge({ name: 'kubernetes_build_info', help: 'What was built, as labels.', labels: Object.keys(labels) })
    .with(...Object.values(labels))
    .set(1);
}

/** Only Linux has these files; elsewhere the gauges stay 0. */
function readProc(set: (value: number) => void, file: string, read: (text: string) => number): void {
  try {
    const value = read(readFileSync(`/proc/self/${file}`, 'utf8'));
    if (Number.isFinite(value)) set(value);
  } catch {}
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
