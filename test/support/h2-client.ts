/** A small HTTP/2 client over real sockets that can break off anything at any time. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

export interface RequestOptions {
  readonly body?: Buffer | string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Lines of an answer that goes on. */
export interface LineStream {
  /** Resolves with how it ended; `status` is that of the answer, 0 when none came. */
  readonly ended: Promise<{ readonly status: number; readonly text: string }>;
  /** Resets the stream. */
  abort(): void;
}

export interface H2Client {
  readonly session: ClientHttp2Session;
  /** Rejects when the connection breaks first. */
  request(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  lines(path: string, onLine: (line: string) => void): LineStream;
  readonly destroyed: boolean;
  /** Breaks the connection with everything on it. */
  destroy(): void;
}

export function connectH2(port: number, token: string | null): H2Client {
  // The certificate is the server's own and has tests of its own; here the traffic counts.
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, settings: { enablePush: false } });
  // Broken connections show themselves in every request on them.
  session.on('error', () => {});
  session.setMaxListeners(200);
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };

  function open(method: string, path: string, { body, contentType, headers }: RequestOptions): ClientHttp2Stream {
    const all = { ':method': method, ':path': path, ...authorization, ...headers };
    const stream = session.request(
      body === undefined ? all : { ...all, 'content-type': contentType ?? 'application/json' },
      { endStream: body === undefined },
    );
    stream.on('error', () => {});
    if (body !== undefined) stream.end(body);
    return stream;
  }

  return {
    session,
    request: (method, path, options = {}) =>
      new Promise((resolve, reject) => {
        if (session.destroyed || session.closed) {
          reject(new Error('the connection is gone'));
          return;
        }
        const stream = open(method, path, options);
        let headers: Readonly<Record<string, unknown>> = {};
        const chunks: Buffer[] = [];
        let ended = false;
        stream.on('response', (given) => {
          headers = given;
        });
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          ended = true;
        });
        stream.on('close', () => {
          const status = Number(headers[':status'] ?? 0);
          if (status === 0 || !ended) reject(new Error(`${method} ${path}: the stream was closed (${stream.rstCode})`));
          else resolve({ status, headers, body: Buffer.concat(chunks) });
        });
      }),
    lines(path, onLine) {
      const { promise, resolve } = Promise.withResolvers<{ status: number; text: string }>();
      if (session.destroyed || session.closed) {
        resolve({ status: 0, text: '' });
        return { ended: promise, abort: () => {} };
      }
      const stream = open('GET', path, {});
      let status = 0;
      let rest = '';
      let aborted = false;
      stream.setEncoding('utf8');
      stream.on('response', (headers) => {
        status = Number(headers[':status'] ?? 0);
      });
      stream.on('data', (chunk: string) => {
        if (aborted) return;
        rest += chunk;
        if (status !== 200) return;
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
      stream.on('close', () => resolve({ status, text: rest }));
      return {
        ended: promise,
        abort() {
          aborted = true;
          stream.close(8);
        },
      };
    },
    get destroyed() {
      return session.destroyed || session.closed;
    },
    destroy: () => session.destroy(),
  };
}
