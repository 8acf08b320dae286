/** A plain HTTPS client of a server under test: says exactly what is sent, shows exactly what came back. */

import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { Keelson } from '../../src/testing/keelson.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read with assertions, field by field
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** Parsed on access. */
  readonly json: Json;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Bearer token; null: none. Default: the administrator's. */
  readonly token?: string | null;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: Json;
}

export interface Watch {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The next event; null when the server ended the watch. Rejects when none comes for 10 s. */
  next(): Promise<WatchEvent | null>;
  /** The next events as `TYPE name`. */
  take(count: number): Promise<string[]>;
  /** All up to the end. */
  rest(): Promise<WatchEvent[]>;
  close(): void;
}

export interface Api {
  /** A body that is no string or Buffer is sent as JSON. */
  ask(method: string, path: string, body?: unknown, options?: AskOptions): Promise<Answer>;
  get(path: string, options?: AskOptions): Promise<Answer>;
  post(path: string, body: unknown, options?: AskOptions): Promise<Answer>;
  put(path: string, body: unknown, options?: AskOptions): Promise<Answer>;
  /** `kind`: json, merge, strategic, or apply (then the body may be YAML). */
  patch(kind: PatchKind, path: string, body: unknown, options?: AskOptions): Promise<Answer>;
  delete(path: string, body?: unknown, options?: AskOptions): Promise<Answer>;
  /** The parsed answer; throws with the Status when it is an error. */
  ok(method: string, path: string, body?: unknown, options?: AskOptions): Promise<Json>;
  watch(path: string, options?: AskOptions): Promise<Watch>;
  close(): void;
}

export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply';

const PATCH_TYPES: Readonly<Record<PatchKind, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

const SILENCE_MS = 10_000;

export function createApi(server: Pick<Keelson, 'port' | 'caPem' | 'token'>): Api {
  const agent = new Agent({ keepAlive: true, ca: server.caPem, maxSockets: 16 });

  function send(method: string, path: string, body: unknown, options: AskOptions): ReturnType<typeof httpsRequest> {
    const bytes = body === undefined || Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
    const token = options.token === undefined ? server.token : options.token;
    const headers: Record<string, string> = {};
    if (token !== null) headers['authorization'] = `Bearer ${token}`;
    if (bytes !== undefined) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = String(Buffer.byteLength(bytes));
    }
    Object.assign(headers, options.headers);
    const target: RequestOptions = { host: '127.0.0.1', port: server.port, method, path, agent, headers };
    const request = httpsRequest(target);
    request.end(bytes);
    return request;
  }

  const api: Api = {
    ask: (method, path, body, options = {}) =>
      new Promise((resolve, reject) => {
        const request = send(method, path, body, options);
        request.on('error', reject);
        request.on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const bytes = Buffer.concat(chunks);
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              bytes,
              get text() {
                return bytes.toString('utf8');
              },
              get json() {
                return JSON.parse(bytes.toString('utf8'));
              },
            });
          });
        });
      }),
    get: (path, options) => api.ask('GET', path, undefined, options),
    post: (path, body, options) => api.ask('POST', path, body, options),
    put: (path, body, options) => api.ask('PUT', path, body, options),
    patch: (kind, path, body, options = {}) =>
      api.ask('PATCH', path, body, { ...options, headers: { 'content-type': PATCH_TYPES[kind], ...options.headers } }),
    delete: (path, body, options) => api.ask('DELETE', path, body, options),
    async ok(method, path, body, options) {
      const answer = await api.ask(method, path, body, options);
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      return answer.json;
    },
    watch: (path, options = {}) =>
      new Promise((resolve, reject) => {
        const request = send('GET', path, undefined, options);
        request.on('error', reject);
        request.on('response', (response) => {
          const events = createEventQueue();
          const lines = createLines((line) => events.push(JSON.parse(line)));
          response.on('data', lines);
          response.on('end', () => events.push(null));
          response.on('error', () => events.push(null));
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            ...events.reader,
            close: () => request.destroy(),
          });
        });
      }),
    close: () => agent.destroy(),
  };
  return api;
}

/** Splits what arrives in chunks into lines. */
export function createLines(line: (text: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    let data = Buffer.concat([rest, chunk]);
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10)) {
      if (end > 0) line(data.toString('utf8', 0, end));
      data = data.subarray(end + 1);
    }
    rest = Buffer.from(data);
  };
}

export interface EventQueue {
  /** Null: the end. */
  push(event: WatchEvent | null): void;
  readonly reader: Pick<Watch, 'next' | 'take' | 'rest'>;
}

export function createEventQueue(): EventQueue {
  const ready: (WatchEvent | null)[] = [];
  let wake: (() => void) | null = null;

  async function next(): Promise<WatchEvent | null> {
    if (ready.length === 0) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no event came')), SILENCE_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const [event] = ready;
    // The end stays the end.
    if (event !== null) ready.shift();
    return event ?? null;
  }

  return {
    push(event) {
      ready.push(event);
      wake?.();
      wake = null;
    },
    reader: {
      next,
      async take(count) {
        const seen: string[] = [];
        while (seen.length < count) {
          const event = await next();
          if (event === null) return [...seen, 'END'];
          seen.push(describe(event));
        }
        return seen;
      },
      async rest() {
        const seen: WatchEvent[] = [];
        for (let event = await next(); event !== null; event = await next()) seen.push(event);
        return seen;
      },
    },
  };
}

/** `ADDED web`, `BOOKMARK`, `ERROR 410`. */
export function describe({ type, object }: WatchEvent): string {
  if (type === 'ERROR') return `ERROR ${object.code}`;
  return object.metadata.name === undefined ? type : `${type} ${object.metadata.name}`;
}
