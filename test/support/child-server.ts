/** A server in a process of its own, which a test can kill, weigh and ill-treat without harm to itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ChildServer {
  readonly port: number;
  /** Bearer token of a member of system:masters. */
  readonly token: string;
  readonly pid: number;
  /** Resident memory, bytes. */
  rssBytes(): number;
  /** Null while it runs. */
  exitCode(): number | string | null;
  /** What it has printed. */
  output(): string;
  /** kill -9: nothing is said, nothing is flushed. */
  kill(): Promise<void>;
  /** Asks it to stop and waits for it. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** State directory; also holds the token file. */
  readonly directory: string;
  readonly port: number;
  readonly flags?: readonly string[];
}

export const TOKEN = 'test-administrator';

const MAIN = new URL('../../src/cli/main.ts', import.meta.url).href;
/** From the sources, so that no stale build is tested. */
const SCRIPT = 'const { main } = await import(process.argv[1]); await main(process.argv.slice(2));';
const START_TIMEOUT_MS = 60_000;

/** Ready when it resolves. */
export async function startChild({ directory, port, flags = [] }: ChildOptions): Promise<ChildServer> {
  const tokens = join(directory, 'tokens.csv');
  writeFileSync(tokens, `${TOKEN},kubernetes-admin,1,system:masters\n`, { mode: 0o600 });
  const args = [
    'apiserver',
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--data-dir=${join(directory, 'data')}`,
  ];
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', SCRIPT, '--', MAIN, ...args, `--token-auth-file=${tokens}`, ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail('was not ready in time'), START_TIMEOUT_MS);
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`the server ${why}:\n${output}`));
    };
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!output.includes('Keelson is ready')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return {
    port,
    token: TOKEN,
    pid: child.pid ?? 0,
    rssBytes: () => rssBytes(child),
    exitCode: () => child.exitCode ?? child.signalCode,
    output: () => output,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

/** A fresh directory under the system's own for such; gone at the end of `using`. */
export function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'keelson-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A port that was free a moment ago: the command line cannot ask for any free one. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject()));
    });
  });
}

/** Linux only; elsewhere 0, which passes every bound. */
function rssBytes(child: ChildProcess): number {
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
