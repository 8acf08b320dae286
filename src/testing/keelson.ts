/**
 * A real API server for the tests of controllers, operators and clients: in this process, on a free port, in memory.
 *
 *     const keelson = await startKeelson();
 *     process.env['KUBECONFIG'] = keelson.kubeconfigPath;
 *     // … the code under test …
 *     await keelson.stop();
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfigText } from '../authn/pki/kubeconfig.ts';
import { issueClientCertificate } from '../authn/pki/pki.ts';
import { systemClock } from '../base/clock.ts';
import { createLogger, createSilentLogger, type LogKeys } from '../base/logger.ts';
import { build } from '../server/build.ts';
import { type Config, DEFAULT_CONFIG } from '../server/config.ts';

export interface KeelsonOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Keep the state durably in this directory, and leave it there at the end. Default: in memory. */
  readonly dataDir?: string;
  /** Bearer tokens beside the administrator's: token to whom it stands for. */
  readonly tokens?: Readonly<Record<string, { readonly user: string; readonly groups?: readonly string[] }>>;
  /** As --runtime-config: `{ 'api/alpha': true }`. */
  readonly runtimeConfig?: Readonly<Record<string, boolean>>;
  /** False: the API server alone, without the control loops that empty namespaces. Default: true. */
  readonly controllers?: boolean;
  /** Print the server's log to stderr. Default: only what it calls an error. */
  readonly log?: boolean;
  /** Anything else that can be set. */
  readonly config?: Partial<Config>;
}

export interface Keelson {
  /** `https://127.0.0.1:45123` */
  readonly url: string;
  readonly port: number;
  /** Of an administrator (group system:masters), with everything embedded. */
  readonly kubeconfig: string;
  /** A file with the same text; gone after `stop`. */
  readonly kubeconfigPath: string;
  /** A bearer token of the same administrator. */
  readonly token: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly caPem: string;
  /** A kubeconfig of any user, for tests of what somebody else may do. */
  kubeconfigFor(user: string, groups?: readonly string[]): Promise<string>;
  /** Resolves when the port is free and, with a data directory, everything is on disk. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Ready to serve when it resolves. Throws OperatorError for options that cannot work. */
export async function startKeelson(options: KeelsonOptions = {}): Promise<Keelson> {
  const directory = mkdtempSync(join(tmpdir(), 'keelson-test-'));
  const token = randomBytes(16).toString('hex');
  try {
    const server = await build(configOf(options, directory, token), options.log === true ? verbose() : errorsOnly());
    await server.start();
    const { pki } = server.credentials;
    const url = `https://127.0.0.1:${server.port()}`;
    const text = (user: string, certPem: string, keyPem: string) =>
      kubeconfigText({
        server: url,
        caPem: pki.caPem,
        certPem,
        keyPem,
        clusterName: 'keelson',
        userName: user,
        namespace: '',
      });
    const kubeconfig = text('kubernetes-admin', pki.adminCertPem, pki.adminKeyPem);
    const kubeconfigPath = join(directory, 'kubeconfig');
    writeFileSync(kubeconfigPath, kubeconfig, { mode: 0o600 });
    const dir = options.dataDir ?? join(directory, 'data');
    const stop = once(async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    });
    return {
      url,
      port: server.port(),
      kubeconfig,
      kubeconfigPath,
      token,
      caPem: pki.caPem,
      async kubeconfigFor(user, groups = []) {
        const issued = await issueClientCertificate({ dir, clock: systemClock, user, groups, uid: '', days: 1 });
        return text(user, issued.certPem, issued.keyPem);
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

function configOf(options: KeelsonOptions, directory: string, token: string): Config {
  const tokenFile = join(directory, 'tokens.csv');
  const rows = Object.entries({
    ...options.tokens,
    [token]: { user: 'kubernetes-admin', groups: ['system:masters'] },
  }).map(([secret, { user, groups = [] }], uid) => [secret, user, String(uid + 1), groups.join(',')]);
  writeFileSync(tokenFile, `${rows.map((row) => row.map(quoted).join(',')).join('\n')}\n`, { mode: 0o600 });
  return {
    ...DEFAULT_CONFIG,
    mode: options.controllers === false ? 'apiserver' : 'up',
    dataDir: options.dataDir ?? join(directory, 'data'),
    storage: options.dataDir === undefined ? 'memory' : 'lmdb',
    bindAddress: '127.0.0.1',
    securePort: options.port ?? 0,
    runtimeConfig: options.runtimeConfig ?? {},
    ...options.config,
    authentication: { ...DEFAULT_CONFIG.authentication, tokenFile, ...options.config?.authentication },
  };
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

function verbose() {
  return createLogger({ format: 'text', verbosity: 4, component: 'keelson' });
}

/** A bug must not hide in a test that happens to pass; everything else would only be noise there. */
function errorsOnly() {
  const loud = createLogger({ format: 'text', verbosity: 0, component: 'keelson' });
  const error = (thrown: unknown, message: string, keys?: LogKeys): void => loud.error(thrown, message, keys);
  return { ...createSilentLogger(), error, flush: () => loud.flush() };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work();
    return done;
  };
}
