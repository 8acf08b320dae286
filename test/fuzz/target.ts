/** A server in this process with every kind it knows, and what its log calls an error. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSilentLogger } from '../../src/base/logger.ts';
import { USER_APISERVER } from '../../src/meta/well-known-users.ts';
import { build } from '../../src/server/build.ts';
import { DEFAULT_CONFIG } from '../../src/server/config.ts';
import type { Json } from '../support/api.ts';

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly type: string;
  readonly body: Json;
}

export interface Reply {
  readonly status: number;
  readonly json: Json;
  readonly text: string;
}

export interface Target {
  ask(question: Question): Promise<Reply>;
  /** As a Table. */
  print(path: string): Promise<Reply>;
  /** What was logged as an error since the last call, with stacks. */
  errors(): string[];
  stop(): Promise<void>;
}

const PLAIN = { accept: 'application/json' };
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

export async function startTarget(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), 'keelson-fuzz-'));
  const logged: string[] = [];
  const error = (thrown: unknown, message: string): void => {
    logged.push(`${message}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
  };
  const config = {
    ...DEFAULT_CONFIG,
    mode: 'apiserver' as const,
    dataDir: directory,
    storage: 'memory' as const,
    bindAddress: '127.0.0.1',
    securePort: 0,
    runtimeConfig: { 'api/all': true },
  };
  const server = await build(config, { ...createSilentLogger(), error });
  await server.start();
  const client = server.connect(USER_APISERVER);
  const reply = async (request: Parameters<typeof client.request>[0]): Promise<Reply> => {
    const { status, body } = await client.request(request);
    const text = body.toString('utf8');
    return {
      status,
      text,
      get json() {
        return JSON.parse(text);
      },
    };
  };
  return {
    ask: ({ method, path, query, type, body }) =>
      reply({
        method,
        path,
        query,
        headers: { ...PLAIN, 'content-type': type },
        body: body === undefined ? '' : JSON.stringify(body),
      }),
    print: (path) => reply({ method: 'GET', path, headers: TABLE }),
    errors: () => logged.splice(0),
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
