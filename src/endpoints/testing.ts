/** A pipeline over stand-ins, called in process: for the tests of this room. */
import type { X509Certificate } from 'node:crypto';
import type { AuthenticationResult, Authenticator } from '../authn/authenticator.ts';
import type { AuthorizationAttributes, Authorizer } from '../authz/authorizer.ts';
import { createSilentLogger } from '../base/logger.ts';
import { createMetrics, type Metrics } from '../base/metrics.ts';
import { createRandom } from '../base/random.ts';
import type { Exchange, Handler, OutgoingHeaders, ResponseStream } from '../http/exchange.ts';
import type { UserInfo } from '../meta/user.ts';
import { createMaxInFlight } from './max-in-flight.ts';
import { createPipeline, type Pipeline, type PipelineOptions, type Routes } from './pipeline.ts';
import { createRequestMetrics } from './request-metrics.ts';

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHeaders;
  readonly body: string;
}

export interface TestPipeline {
  readonly pipeline: Pipeline;
  readonly metrics: Metrics;
  /** `GET /path?query`, with headers; resolves with the answer, or when the handler is done. */
  ask(request: string, headers?: Record<string, string | string[]>, body?: string): Promise<Answer>;
}

/** Bearer tokens are `name` or `name:group,group`. */
export const tokenAuthenticator: Authenticator = {
  authenticate({ authorization }): AuthenticationResult {
    if (authorization === undefined) {
      const user = { name: 'system:anonymous', uid: '', groups: ['system:unauthenticated'], extra: {} };
      return { kind: 'authenticated', user, audiences: [] };
    }
    const [name = '', groups = ''] = authorization.slice('Bearer '.length).split('/');
    if (name === 'bad') return { kind: 'failed', error: 'invalid bearer token' };
    const user = { name, uid: '', groups: groups === '' ? [] : groups.split(','), extra: {} };
    return { kind: 'authenticated', user, audiences: [] };
  },
};

export function authorizerOf(allows: (attributes: AuthorizationAttributes) => boolean): Authorizer {
  return {
    authorize: (attributes) => ({ decision: allows(attributes) ? 'allow' : 'no-opinion', reason: '', error: '' }),
  };
}

export function createTestPipeline(routes: Routes, options: Partial<PipelineOptions> = {}): TestPipeline {
  const metrics = createMetrics();
  const flowControl = options.flowControl ?? createMaxInFlight({ readOnlyMax: 2, mutatingMax: 1 });
  const pipeline = createPipeline({
    authenticator: tokenAuthenticator,
    authorizer: authorizerOf(() => true),
    flowControl,
    routes,
    audit: null,
    metrics: createRequestMetrics({
      metrics,
      flowControl,
      serves: (_group, _version, resource) => resource === 'pods',
      servesPath: (path) => routes.paths.has(path),
    }),
    logger: createSilentLogger(),
    random: createRandom(),
    requestTimeoutSeconds: 60,
    localUser: (name): UserInfo => ({ name, uid: '', groups: ['system:masters'], extra: {} }),
    ...options,
  });
  return { pipeline, metrics, ask: (request, headers, body) => ask(pipeline.handler, request, headers ?? {}, body) };
}

async function ask(
  handler: Handler,
  request: string,
  headers: Record<string, string | string[]>,
  body = '',
): Promise<Answer> {
  const [method = '', target = ''] = request.split(' ');
  const exchange = new TestExchange(method, target, headers, body);
  await handler(exchange);
  return { status: exchange.status, headers: exchange.sent, body: Buffer.concat(exchange.chunks).toString('latin1') };
}

export class TestExchange implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly remoteAddress = '10.1.1.1';
  readonly protocol = 'HTTP/2.0';
  readonly localUser = null;
  readonly upgradeWebSocket = null;
  responded = false;
  status = 0;
  bytesWritten = 0;
  sent: OutgoingHeaders = {};
  chunks: Buffer[] = [];
  readonly #headers: Readonly<Record<string, string | string[]>>;
  readonly #body: string;
  readonly #onClose: ((aborted: boolean) => void)[] = [];

  constructor(method: string, target: string, headers: Readonly<Record<string, string | string[]>>, body: string) {
    const [path = '', query = ''] = target.split('?');
    this.method = method;
    this.path = path;
    this.query = query;
    this.#headers = headers;
    this.#body = body;
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return typeof value === 'object' ? value[0] : value;
  }

  headerAll(name: string): readonly string[] {
    const value = this.#headers[name];
    return value === undefined ? [] : typeof value === 'string' ? [value] : value;
  }

  eachHeader(visit: (name: string, value: string) => void): void {
    for (const name of Object.keys(this.#headers)) for (const value of this.headerAll(name)) visit(name, value);
  }

  clientCertificate(): X509Certificate | 'invalid' | null {
    return null;
  }

  readBody(): Promise<Buffer> {
    return Promise.resolve(Buffer.from(this.#body));
  }

  respond(status: number, headers: OutgoingHeaders, body: Buffer | string | null): void {
    const bytes = body === null ? Buffer.alloc(0) : Buffer.from(body);
    this.respondChunks(status, headers, [bytes], bytes.length);
  }

  respondChunks(status: number, headers: OutgoingHeaders, chunks: Iterable<Buffer>, bytes: number): void {
    if (this.responded) return;
    this.responded = true;
    this.status = status;
    this.sent = headers;
    this.chunks = Array.from(chunks, (chunk) => Buffer.from(chunk));
    this.bytesWritten = bytes;
  }

  stream(status: number, headers: OutgoingHeaders): ResponseStream {
    this.respondChunks(status, headers, [], 0);
    const stream = {
      closed: false,
      abandoned: false,
      write: (chunk: Buffer): boolean => {
        this.chunks.push(chunk);
        return true;
      },
      onDrain: (): void => {},
      end: (): void => {
        stream.closed = true;
        for (const callback of this.#onClose) callback(false);
      },
    };
    return stream;
  }

  onClose(callback: (aborted: boolean) => void): void {
    this.#onClose.push(callback);
  }
}
