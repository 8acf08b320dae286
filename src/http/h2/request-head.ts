/** The head of a request on an HTTP/2 stream (RFC 9113, 8.3), gathered from its header block. */
import { requestHeaderBytesMax, requestHeadersMax } from '../../base/limits.ts';
import type { HeaderField } from './header-decoder.ts';

export type HeadVerdict =
  | 'good'
  /** A header that may not be sent: to be answered with 400, never served without it. */
  | 'bad-request'
  /** More than is kept: to be answered with 431. */
  | 'too-large'
  /** Not a request: a stream error (RFC 9113, 8.1.1). */
  | 'malformed';

/** Belong to a connection of HTTP/1.1 (RFC 9113, 8.2.2). */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);
const COLON = 0x3a;
const SLASH = 0x2f;

export class RequestHead {
  method: string | null = null;
  path: string | null = null;
  /** Bytes of the body, as its Content-Length says; -1: it does not. */
  contentLength = -1;
  /** Names and values in turn, as they came; without pseudo headers. */
  readonly headers: string[] = [];
  #scheme = false;
  #authority = false;
  #bytes = 0;
  #count = 0;
  #malformed = false;
  #forbidden = false;

  readonly take = (field: HeaderField): void => {
    this.#bytes += field.bytes;
    if (++this.#count > requestHeadersMax || this.#bytes > requestHeaderBytesMax) return;
    const { name, value } = field;
    if (!field.good) this.#forbidden = true;
    if (name.charCodeAt(0) === COLON) this.#pseudo(name, value);
    else {
      this.headers.push(name, value);
      if (name === 'content-length') this.#length(value);
      else if (name === 'te' ? value !== 'trailers' : CONNECTION_HEADERS.has(name)) this.#malformed = true;
    }
  };

  get verdict(): HeadVerdict {
    if (this.#count > requestHeadersMax || this.#bytes > requestHeaderBytesMax) return 'too-large';
    if (this.#malformed || this.method === null || this.method === '') return 'malformed';
    const connects = this.method === 'CONNECT';
    const complete = connects
      ? this.#authority && !this.#scheme && this.path === null
      : this.#scheme && this.path !== null && this.path !== '';
    if (!complete) return 'malformed';
    if (this.#forbidden || this.path?.charCodeAt(0) !== SLASH || this.path.includes(' ')) return 'bad-request';
    return 'good';
  }

  /** Each at most once, and before all others (RFC 9113, 8.3). */
  #pseudo(name: string, value: string): void {
    if (this.headers.length > 0) this.#malformed = true;
    else if (name === ':method' && this.method === null) this.method = value;
    else if (name === ':path' && this.path === null) this.path = value;
    else if (name === ':scheme' && !this.#scheme) this.#scheme = true;
    else if (name === ':authority' && !this.#authority) this.#authority = true;
    else this.#malformed = true;
  }

  #length(value: string): void {
    const length = /^[0-9]{1,15}$/.test(value) ? Number(value) : -1;
    if (length < 0 || (this.contentLength >= 0 && this.contentLength !== length)) this.#malformed = true;
    else this.contentLength = length;
  }
}
