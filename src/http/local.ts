/** The in-process transport: controllers are clients of the API like any other, without a socket between. */
import type { Exchange, Handler, OutgoingHeaders, ResponseStream } from './exchange.ts';

export interface LocalRequest {
  readonly method: string;
  /** Percent-encoded, without query. */
  readonly path: string;
  /** Percent-encoded, without `?`. */
  readonly query?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface LocalResponse {
  readonly status: number;
  readonly headers: OutgoingHeaders;
  readonly body: Buffer;
}

export interface LocalWatchHandlers {
  /** One line of the answer (a watch event as JSON), without its newline. */
  line(text: string): void;
  /** The answer ended; `status` is not 200 when the watch was refused, and `body` then tells why. */
  end(status: number, body: Buffer): void;
}

export interface LocalClient {
  /** Rejects only when the handler does; every answer, errors too, resolves. */
  request(request: LocalRequest): Promise<LocalResponse>;
  /** A GET whose answer is read line by line as it comes. */
  watch(path: string, query: string, handlers: LocalWatchHandlers): { cancel(): void };
}

/** `userName` is whom the requests speak as: authentication takes it from `Exchange.localUser`. */
export function createLocalClient(handler: Handler, userName: string): LocalClient {
  return {
    request: (request) =>
      new Promise((resolve, reject) => {
        const exchange = new LocalExchange(request, userName, {
          chunk: null,
          end: (body) => resolve({ status: exchange.status, headers: exchange.headers, body }),
        });
        run(handler, exchange, reject);
      }),
    watch(path, query, handlers) {
      const lines = createLineSplitter(handlers.line);
      const exchange = new LocalExchange({ method: 'GET', path, query }, userName, {
        chunk: lines,
        end: (body) => handlers.end(exchange.status, body),
      });
      run(handler, exchange, () => exchange.abort());
      return { cancel: () => exchange.abort() };
    },
  };
}

function run(handler: Handler, exchange: Exchange, onError: (error: unknown) => void): void {
  try {
    handler(exchange)?.catch(onError);
  } catch (error) {
    onError(error);
  }
}

const NEWLINE = 0x0a;
const EMPTY = Buffer.alloc(0);

function createLineSplitter(line: (text: string) => void): (chunk: Buffer) => void {
  let rest: Buffer | null = null;
  return (chunk) => {
    const data = rest === null ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end !== -1; end = data.indexOf(NEWLINE, start)) {
      if (end > start) line(data.toString('utf8', start, end));
      start = end + 1;
    }
    rest = start === data.length ? null : data.subarray(start);
  };
}

interface Receiver {
  /** Takes the chunks of a streamed answer; null: they are gathered. */
  readonly chunk: ((chunk: Buffer) => void) | null;
  /** Called once; `body` is empty when the chunks were taken. */
  readonly end: (body: Buffer) => void;
}

class LocalExchange implements Exchange, ResponseStream {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly remoteAddress = '127.0.0.1';
  readonly protocol = 'HTTP/2.0';
  readonly localUser: string;
  readonly upgradeWebSocket = null;
  responded = false;
  status = 0;
  bytesWritten = 0;
  closed = false;
  readonly abandoned = false;
  headers: OutgoingHeaders = {};
  readonly #request: LocalRequest;
  readonly #receiver: Receiver;
  #gathered: Buffer[] = [];
  #aborted = false;
  #onClose: ((aborted: boolean) => void)[] = [];

  constructor(request: LocalRequest, userName: string, receiver: Receiver) {
    this.method = request.method;
    this.path = request.path;
    this.query = request.query ?? '';
    this.localUser = userName;
    this.#request = request;
    this.#receiver = receiver;
  }

  header(name: string): string | undefined {
    const { headers } = this.#request;
    return headers !== undefined && Object.hasOwn(headers, name) ? headers[name] : undefined;
  }

  headerAll(name: string): readonly string[] {
    const value = this.header(name);
    return value === undefined ? [] : [value];
  }

  eachHeader(visit: (name: string, value: string) => void): void {
    for (const [name, value] of Object.entries(this.#request.headers ?? {})) visit(name, value);
  }

  clientCertificate(): null {
    return null;
  }

  readBody(): Promise<Buffer> {
    const { body } = this.#request;
    return Promise.resolve(body === undefined ? EMPTY : typeof body === 'string' ? Buffer.from(body) : body);
  }

  respond(status: number, headers: OutgoingHeaders, body: Buffer | string | null): void {
    if (!this.#begin(status, headers)) return;
    const bytes = body === null ? EMPTY : typeof body === 'string' ? Buffer.from(body) : body;
    this.bytesWritten = bytes.length;
    this.#finish(bytes, false);
  }

  respondChunks(status: number, headers: OutgoingHeaders, chunks: Iterable<Buffer>, bytes: number): void {
    if (!this.#begin(status, headers)) return;
    this.bytesWritten = bytes;
    this.#finish(gathered(chunks, bytes), false);
  }

  stream(status: number, headers: OutgoingHeaders): ResponseStream {
    this.#begin(status, headers);
    return this;
  }

  onClose(callback: (aborted: boolean) => void): void {
    if (this.closed) callback(this.#aborted);
    else this.#onClose.push(callback);
  }

  write(chunk: Buffer): boolean {
    if (this.closed) return false;
    this.bytesWritten += chunk.length;
    if (this.#receiver.chunk === null) this.#gathered.push(chunk);
    else this.#receiver.chunk(chunk);
    return !this.closed;
  }

  /** Writes are taken at once. */
  onDrain(): void {}

  end(): void {
    this.#finish(Buffer.concat(this.#gathered), false);
  }

  /** The client goes away. */
  abort(): void {
    this.#finish(EMPTY, true);
  }

  #begin(status: number, headers: OutgoingHeaders): boolean {
    if (this.responded || this.closed) return false;
    this.responded = true;
    this.status = status;
    this.headers = headers;
    return true;
  }

  #finish(body: Buffer, aborted: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.#aborted = aborted;
    const callbacks = this.#onClose;
    this.#onClose = [];
    for (const callback of callbacks) callback(aborted);
    this.#receiver.end(body);
  }
}

/** Copied one by one, for a chunk's buffer may be used anew. */
function gathered(chunks: Iterable<Buffer>, bytes: number): Buffer {
  const whole = Buffer.allocUnsafe(bytes);
  let end = 0;
  for (const chunk of chunks) end += chunk.copy(whole, end);
  return whole;
}
