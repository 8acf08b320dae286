/** The built server as a child process, with its state in a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface BenchServer {
  readonly url: string;
  readonly token: string;
  /** From the start of the process to its line that says it is ready. */
  readonly startSeconds: number;
  /** Resident memory in MB; 0 where the system does not tell. */
  rssMb(): number;
  stop(): Promise<void>;
}

const MAIN = new URL('../dist/keelson.js', import.meta.url).pathname;
const TOKEN = 'bench-token';

export async function startServer(directory: string): Promise<BenchServer> {
  const port = await freePort();
  const tokens = join(directory, 'tokens.csv');
  writeFileSync(tokens, `${TOKEN},bench,1,"system:masters"\n`, { mode: 0o600 });
  const flags = ['--data-dir', join(directory, 'data'), '--secure-port', String(port), '--token-auth-file', tokens];
  const start = performance.now();
  const child = spawn(process.execPath, [...nodeFlags(), MAIN, 'up', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await ready(child);
  const startSeconds = (performance.now() - start) / 1000;
  return {
    url: `https://127.0.0.1:${port}`,
    token: TOKEN,
    startSeconds,
    rssMb: () => rssMb(child.pid ?? 0),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

/** Those of the command's own first line. */
function nodeFlags(): string[] {
  const [first = ''] = readFileSync(MAIN, 'utf8').split('\n', 1);
  return first.split(' ').filter((word) => word.startsWith('--'));
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (data: Buffer) => {
      if (data.includes('is ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code ?? 'a signal'}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject()));
    });
  });
}

function rssMb(pid: number): number {
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
