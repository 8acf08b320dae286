/** A load generator's HTTP/2 client: a few connections, bearer token, answers counted but not read into objects. */
import { type ClientHttp2Session, connect } from 'node:http2';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export interface Stream {
  /** The answer has begun. */
  readonly opened: Promise<void>;
  close(): void;
}

export interface Client {
  request(
    worker: number,
    method: string,
    path: string,
    contentType?: string,
    body?: string | Buffer,
    accept?: string,
  ): Promise<Answer>;
  /** Calls back with each chunk until it is closed. */
  stream(worker: number, path: string, onData: (chunk: Buffer) => void): Stream;
  close(): void;
}

export async function createClient(server: string, token: string, connections: number): Promise<Client> {
  const sessions = await Promise.all(Array.from({ length: connections }, () => open(server)));
  const headers = { authorization: `Bearer ${token}` };
  const session = (worker: number): ClientHttp2Session => {
    const chosen = sessions[worker % sessions.length];
    if (chosen === undefined) throw new Error('no connection');
    return chosen;
  };
  return {
    request(worker, method, path, contentType, body, accept = 'application/json') {
      return new Promise((resolve, reject) => {
        const type = contentType === undefined ? {} : { 'content-type': contentType };
        const stream = session(worker).request(
          { ':method': method, ':path': path, ...headers, accept, ...type },
          { endStream: body === undefined },
        );
        const chunks: Buffer[] = [];
        let status = 0;
        stream.on('response', (answer) => {
          status = answer[':status'] ?? 0;
        });
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () =>
          resolve({ status, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) }),
        );
        stream.on('error', reject);
        if (body !== undefined) stream.end(body);
      });
    },
    stream(worker, path, onData) {
      const stream = session(worker).request({ ':method': 'GET', ':path': path, ...headers });
      const opened = new Promise<void>((resolve, reject) => {
        stream.on('response', () => resolve());
        stream.on('error', reject);
      });
      stream.on('data', onData);
      return { opened, close: () => stream.close() };
    },
    close() {
      for (const each of sessions) each.destroy();
    },
  };
}

/** Certificates are not looked at: any server may be measured. Large windows, so that the client is not what holds back. */
function open(server: string): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connect(server, { rejectUnauthorized: false, settings: { initialWindowSize: 4 * 1024 * 1024 } });
    session.setMaxListeners(0);
    session.once('error', reject);
    session.once('connect', () => {
      session.setLocalWindowSize(64 * 1024 * 1024);
      session.on('error', () => undefined);
      resolve(session);
    });
  });
}
